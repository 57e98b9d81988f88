#pragma once
#include "gateway/gateway.hpp"
#include "mcp/tool.hpp"
#include "tools/options.hpp"

namespace mcpssh::tools {

/// An action for the asker of `call`, with the arguments every acting tool shares filled in.
gateway::Action action_for(const mcp::Call& call, const mcp::Arguments& arguments, std::string tool,
                           std::string host, gateway::What what);

/// When a call may answer that what it began runs on.
enum class Patience {
  to_the_end,  ///< never: it ends soon by itself
  answer,      ///< after Options::answer_within
  background,  ///< as soon as it was sent to its host
};

/// Sends the action through the gateway and words its outcome. A Waiting is put before the human behind the
/// client. Cancelled before it answered: the command is stopped on its host. Answered "runs on": it is the
/// principal's from then on. A client that takes tasks gets one instead (Call::become_task): its result is
/// the outcome, and cancelling it stops the command.
base::Task<mcp::ToolResult> act(gateway::Gateway& gateway, mcp::Call& call, gateway::Action action,
                                Patience patience = Patience::to_the_end, Options options = {});

}  // namespace mcpssh::tools
