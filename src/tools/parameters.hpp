#pragma once
#include <string>

#include "mcp/schema.hpp"

/// Parameters that several tools share, described once.
namespace mcpssh::tools {

mcp::Parameter host_parameter(std::string description, bool required);
mcp::Parameter timeout_parameter();
mcp::Parameter confirm_parameter();
mcp::Parameter reason_parameter();
mcp::Parameter session_parameter(std::string description);
/// The id of a call, as an answer gave it.
mcp::Parameter call_parameter();

}  // namespace mcpssh::tools
