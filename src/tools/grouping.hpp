#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gateway/outcome.hpp"
#include "gateway/views.hpp"
#include "mcp/tool.hpp"

/// The answer about one command on many hosts: who said the same is named together, and the text stands once.
namespace mcpssh::tools {

/// What one host answered: an outcome, or a call that runs on.
struct HostAnswer {
  std::string host;
  std::optional<gateway::Outcome> outcome;
  std::optional<gateway::CallNote> running;
};

/// Hosts that ended the same way with the same words; indices into the answers.
struct Group {
  std::vector<std::size_t> members;
};

/// In the order they are shown: what went well first, the larger groups first, then what did not.
std::vector<Group> grouped(const std::vector<HostAnswer>& answers);

/// "web1, web2, web5" or, when there are many, the first ones "and 37 more".
std::string names_of(const std::vector<HostAnswer>& answers, const Group& group);

/// The whole answer. `budget`: bytes for what the hosts said, all of them together.
mcp::ToolResult result_of(const std::vector<HostAnswer>& answers, std::chrono::milliseconds took,
                          std::size_t budget);

}  // namespace mcpssh::tools
