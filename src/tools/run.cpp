#include "tools/act.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

base::Task<mcp::ToolResult> run_command(gateway::Gateway& gateway, mcp::Call& call,
                                        mcp::Arguments arguments) {
  gateway::Exec exec;
  exec.command = arguments.string("command").value_or("");
  auto host = arguments.string("host").value_or("");
  auto action = action_for(call, arguments, "ssh_run", std::move(host), std::move(exec));
  co_return co_await act(gateway, call, std::move(action));
}

}  // namespace

mcp::Tool run(gateway::Gateway& gateway) {
  mcp::Parameter command;
  command.name = "command";
  command.description = "The command, as typed at the host's own prompt.";
  command.required = true;

  mcp::Tool tool;
  tool.name = "ssh_run";
  tool.title = "Run a command over SSH";
  tool.description =
      "Runs one stateless command on a configured host and waits for it. Answers with exit status, stdout "
      "and stderr. "
      "Each call starts fresh (no cd from earlier calls); use ssh_shell to keep state.";
  tool.parameters = {host_parameter("A name from ssh_list_hosts.", true), command, timeout_parameter(),
                     confirm_parameter(), reason_parameter()};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return run_command(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
