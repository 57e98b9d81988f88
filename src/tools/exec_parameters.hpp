#pragma once
#include <string>
#include <vector>

#include "gateway/action.hpp"
#include "mcp/schema.hpp"

/// A command and how it runs, as ssh_run and ssh_check take it.
namespace mcpssh::tools {

/// command, cwd, env, stdin, sudo, sudo_user, tty.
std::vector<mcp::Parameter> exec_parameters();
gateway::Exec exec_of(const mcp::Arguments& arguments);

/// A parameter of that type.
mcp::Parameter parameter(mcp::Parameter::Type type, std::string name, std::string description);

}  // namespace mcpssh::tools
