#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"
#include "tools/options.hpp"

namespace mcpssh::tools {

/// The tools an AI sees, in the order they are listed. `gateway` must outlive them. Those that act count
/// against the asker's rights (Gateway::admit_tool).
std::vector<mcp::Tool> catalog(gateway::Gateway& gateway, Options options = {});

/// Their names, for those who have no gateway.
std::vector<std::string> tool_names();

/// For mcp::Features: by the rights of the principal.
bool may_use(const base::Principal& principal, const mcp::Tool& tool);
bool may_use_tool(const base::Principal& principal, std::string_view tool);

/// For mcp::Features: calls that reach no tool are refusals like others, on record.
std::function<void(const base::Principal&, const std::string&, const base::Error&)> record_misfits(
    gateway::Gateway& gateway);

/// What a model reads before it sees any tool: when and how to use this server. Under 2 kB.
std::string instructions();

}  // namespace mcpssh::tools
