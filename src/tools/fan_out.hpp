#pragma once
#include <expected>
#include <string_view>

#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"
#include "tools/act.hpp"

namespace mcpssh::tools {

/// Whether `host` means a set of hosts: a group, a glob, a list or "all".
bool names_many(std::string_view host);

/// "10" or "25%" of `hosts`, at least one. Error(invalid_argument).
std::expected<std::size_t, base::Error> step_of(std::string_view batch, std::size_t hosts);

/// One action on every host `action.host` selects, answered as one: equal answers grouped, failures apart. A
/// human is asked once about all of them. Cancelled: those that run are stopped, the others not sent.
base::Task<mcp::ToolResult> act_on_many(gateway::Gateway& gateway, mcp::Call& call, gateway::Action action,
                                        gateway::Rolling rolling, std::string batch, Patience patience,
                                        Options options);

}  // namespace mcpssh::tools
