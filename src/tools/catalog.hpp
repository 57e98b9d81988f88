#pragma once
#include <string>
#include <vector>

#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"
#include "tools/options.hpp"

namespace mcpssh::tools {

/// The tools an AI sees, in the order they are listed. `gateway` must outlive them.
std::vector<mcp::Tool> catalog(gateway::Gateway& gateway, Options options = {});

/// What a model reads before it sees any tool: when and how to use this server. Under 2 kB.
std::string instructions();

}  // namespace mcpssh::tools
