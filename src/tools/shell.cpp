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
  command.description = "The line to type, or the answer to its question.";
  command.required = true;

  mcp::Tool tool;
  tool.name = "ssh_shell";
  tool.title = "Type into a shell";
  tool.description =
      "Types a line into a shell that keeps its state (cd, variables, modes) and answers with its output. "
      "POSIX hosts and network devices.";
  tool.parameters = {host_parameter("From ssh_list_hosts.", true),
                     command,
                     session_parameter("Which shell; default: \"default\"."),
                     timeout_parameter(),
                     confirm_parameter(),
                     reason_parameter()};
  tool.run = [&gateway, options](mcp::Call& call, mcp::Arguments arguments) {
    return type_line(gateway, call, std::move(arguments), options);
  };
  return tool;
}

}  // namespace mcpssh::tools
