#pragma once
#include <vector>

#include "gateway/gateway.hpp"
#include "mcp/prompt.hpp"

namespace mcpssh::tools {

/// Workflows a person starts: check a group's health, change a device safely, compare what hosts are set to.
/// `gateway` must outlive them.
std::vector<mcp::Prompt> prompts(gateway::Gateway& gateway);

}  // namespace mcpssh::tools
