#pragma once
#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::tools {

/// An action for the asker of `call`, with the arguments every acting tool shares filled in.
gateway::Action action_for(const mcp::Call& call, const mcp::Arguments& arguments, std::string tool,
                           std::string host, gateway::What what);

/// Sends the action through the gateway and words its outcome. A Waiting is put before the human behind the
/// client. Cancelled: the command is stopped on its host.
base::Task<mcp::ToolResult> act(gateway::Gateway& gateway, mcp::Call& call, gateway::Action action);

/// The same, for tools that word several outcomes themselves; nothing when a human must be asked first (the
/// result then is ToolResult::ask_state's).
base::Task<std::variant<gateway::Outcome, mcp::ToolResult>> act_raw(gateway::Gateway& gateway,
                                                                    mcp::Call& call, gateway::Action action);

}  // namespace mcpssh::tools
