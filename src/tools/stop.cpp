#include "tools/act.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

base::Task<mcp::ToolResult> stop_call(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments) {
  gateway::OutputQuery query;
  query.call = base::CallId(arguments.string("call").value_or(""));
  const auto view = co_await gateway.read_output(call.principal(), query);  // whose it is, and where it runs
  gateway::Stop stop{view.call.str()};
  auto action = action_for(call, arguments, "ssh_stop", view.host, std::move(stop));
  co_return co_await act(gateway, call, std::move(action));
}

}  // namespace

mcp::Tool stop(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_stop";
  tool.title = "Stop a running command";
  tool.description =
      "Ends a call that runs, with its processes on the host, and says what is proved gone or still runs.";
  tool.parameters = {call_parameter(), reason_parameter()};
  tool.annotations = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return stop_call(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
