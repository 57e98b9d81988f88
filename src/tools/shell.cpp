#include "tools/act.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

base::Task<mcp::ToolResult> type_line(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments,
                                      Options options) {
  gateway::ShellLine line;
  line.session = arguments.string("session").value_or("");
  line.line = arguments.string("command").value_or("");
  if (line.session.starts_with('('))
    throw base::Error(base::ErrorCode::invalid_argument, "a session name must not start with `(`",
                      "choose a name of letters and digits");
  auto host = arguments.string("host").value_or("");
  auto action = action_for(call, arguments, "ssh_shell", std::move(host), std::move(line));
  co_return co_await act(gateway, call, std::move(action), Patience::answer, options);
}

}  // namespace

mcp::Tool shell(gateway::Gateway& gateway, Options options) {
  mcp::Parameter command;
  command.name = "command";
  command.description = "The line to type, or the answer to the question the shell asked.";
  command.required = true;

  mcp::Tool tool;
  tool.name = "ssh_shell";
  tool.title = "Type a line into a shell over SSH";
  tool.description =
      "Types one line into a shell that keeps its state between calls (cd, variables, configuration modes) "
      "and answers "
      "with its output; opened on first use, closed when idle. Works on POSIX hosts and on network devices.";
  tool.parameters = {
      host_parameter("A name from ssh_list_hosts.", true),
      command,
      session_parameter("Name of the shell; other names are other shells. Default: \"default\"."),
      timeout_parameter(),
      confirm_parameter(),
      reason_parameter()};
  tool.run = [&gateway, options](mcp::Call& call, mcp::Arguments arguments) {
    return type_line(gateway, call, std::move(arguments), options);
  };
  return tool;
}

}  // namespace mcpssh::tools
