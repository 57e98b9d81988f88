#pragma once
#include <string>

#include "gateway/outcome.hpp"
#include "gateway/views.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::tools {

/// The one line that says what happened: "web1: exit 0 in 0.13 s, 2.1 kB".
std::string headline(const gateway::Outcome& outcome);

/// headline(), and behind it the code of what went wrong.
std::string coded_headline(const gateway::Outcome& outcome);

/// Whether a model must be told that something is wrong beyond a command's own exit code.
bool is_error(gateway::State state);

/// "..., 2.1 kB; its processes on the host are gone": the end of a stopped call's sentence.
std::string remains_text(const gateway::Outcome& outcome);

/// "waiting for approval ap-1f2e3d4c5b, not sent; ...": what to do about it.
std::string waiting_text(const gateway::ApprovalNote& approval);
std::string waiting_text(const gateway::QuestionNote& question);

/// The answer for a call that runs on, or waits for a person.
mcp::ToolResult still_running(const gateway::CallNote& note);

/// The whole answer: headline, what a reader must know, the host's output between markers; facts in `_meta`.
mcp::ToolResult result_of(const gateway::Outcome& outcome);

}  // namespace mcpssh::tools
