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
  tool.title = "Open an SSH connection";
  tool.description =
      "Opens the connection to a configured host, or finds it open, and says host key, login method and time "
      "taken. "
      "Optional: the other tools connect by themselves. Good for checking that a host can be reached.";
  tool.parameters = {host_parameter("A name from ssh_list_hosts.", true), confirm_parameter(),
                     reason_parameter()};
  tool.annotations = {.read_only = false, .destructive = false, .idempotent = true, .open_world = true};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return open_connection(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
