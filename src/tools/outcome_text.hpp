#pragma once
#include <string>

#include "gateway/outcome.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::tools {

/// The one line that says what happened: "web1: exit 0 in 0.13 s, 2.1 kB".
std::string headline(const gateway::Outcome& outcome);

/// The whole answer: headline, what a reader must know, the host's output between markers; facts in `_meta`.
mcp::ToolResult result_of(const gateway::Outcome& outcome);

}  // namespace mcpssh::tools
