#include "tools/exec_parameters.hpp"

#include <utility>

namespace mcpssh::tools {

mcp::Parameter parameter(mcp::Parameter::Type type, std::string name, std::string description) {
  mcp::Parameter out;
  out.type = type;
  out.name = std::move(name);
  out.description = std::move(description);
  return out;
}

std::vector<mcp::Parameter> exec_parameters() {
  using Type = mcp::Parameter::Type;
  auto command = parameter(Type::string, "command", "As typed at its prompt.");
  command.required = true;
  return {command,
          parameter(Type::string, "cwd", "Working directory."),
          parameter(Type::texts, "env", "Variables to set."),
          parameter(Type::string, "stdin", "Text for standard input."),
          parameter(Type::boolean, "sudo", "As root, through sudo."),
          parameter(Type::string, "sudo_user", "As this user, through sudo."),
          parameter(Type::boolean, "tty", "On a terminal; stderr joins stdout.")};
}

gateway::Exec exec_of(const mcp::Arguments& arguments) {
  gateway::Exec exec;
  exec.command = arguments.string("command").value_or("");
  exec.directory = arguments.string("cwd").value_or("");
  exec.environment = arguments.texts("env");
  exec.input = arguments.string("stdin").value_or("");
  exec.sudo_user = arguments.string("sudo_user").value_or(arguments.flag("sudo") ? "root" : "");
  exec.tty = arguments.flag("tty");
  return exec;
}

}  // namespace mcpssh::tools
