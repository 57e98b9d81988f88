#include "tools/act.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

base::Task<mcp::ToolResult> open_connection(gateway::Gateway& gateway, mcp::Call& call,
                                            mcp::Arguments arguments) {
  auto host = arguments.string("host").value_or("");
  auto action = action_for(call, arguments, "ssh_connect", std::move(host), gateway::Connect());
  co_return co_await act(gateway, call, std::move(action));
}

}  // namespace

mcp::Tool connect(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_connect";
  tool.title = "Connect to a host";
  tool.description =
      "Connects to a host and tells host key, login method and time. Optional: other tools connect by "
      "themselves.";
  tool.parameters = {host_parameter("From ssh_list_hosts.", true), confirm_parameter(), reason_parameter()};
  tool.annotations = {.read_only = false, .destructive = false, .idempotent = true, .open_world = true};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return open_connection(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
