#include <set>

#include "tools/act.hpp"
#include "tools/outcome_text.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

/// Hosts with something open that this principal sees.
std::set<std::string> connected_hosts(const gateway::Gateway& gateway, const base::Principal& principal) {
  std::set<std::string> hosts;
  for (const auto& note : gateway.sessions(principal)) hosts.insert(note.host);
  return hosts;
}

base::Task<mcp::ToolResult> close_all(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments) {
  mcp::ToolResult all;
  for (const auto& host : connected_hosts(gateway, call.principal())) {
    auto action = action_for(call, arguments, "ssh_disconnect", host, gateway::Disconnect());
    auto one = co_await act(gateway, call, std::move(action));
    if (!all.text.empty()) all.text += "\n";
    all.text += one.text;
    all.is_error = all.is_error || one.is_error;
  }
  if (all.text.empty()) all.text = "nothing was connected";
  co_return all;
}

base::Task<mcp::ToolResult> close_connection(gateway::Gateway& gateway, mcp::Call& call,
                                             mcp::Arguments arguments) {
  gateway::Disconnect what;
  what.session = arguments.string("session").value_or("");
  auto host = arguments.string("host").value_or("");
  if (host.empty() && !what.session.empty())
    throw base::Error(base::ErrorCode::invalid_argument, "`session` needs `host`",
                      "say which host's session to close");
  if (host.empty()) co_return co_await close_all(gateway, call, std::move(arguments));
  auto action = action_for(call, arguments, "ssh_disconnect", std::move(host), std::move(what));
  co_return co_await act(gateway, call, std::move(action));
}

}  // namespace

mcp::Tool disconnect(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_disconnect";
  tool.title = "Disconnect";
  tool.description = "Closes a shell, a host's shells and connection, or (without host) everything.";
  tool.parameters = {host_parameter("Absent: all hosts.", false), session_parameter("Only this shell."),
                     confirm_parameter(), reason_parameter()};
  tool.annotations = {.read_only = false, .destructive = false, .idempotent = true, .open_world = true};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return close_connection(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
