#include "tools/parameters.hpp"

namespace mcpssh::tools {

mcp::Parameter host_parameter(std::string description, bool required) {
  mcp::Parameter host;
  host.name = "host";
  host.description = std::move(description);
  host.required = required;
  host.alias = {"host_name"};
  host.max_length = 256;
  host.header = "Host";
  return host;
}

mcp::Parameter timeout_parameter() {
  mcp::Parameter timeout;
  timeout.type = mcp::Parameter::Type::number;
  timeout.name = "timeout";
  timeout.description = "Seconds until it is stopped.";
  timeout.minimum = 0.1;
  timeout.maximum = 86400;
  return timeout;
}

mcp::Parameter confirm_parameter() {
  mcp::Parameter confirm;
  confirm.type = mcp::Parameter::Type::boolean;
  confirm.name = "confirm_dangerous";
  confirm.description = "Only after the user agreed to exactly this.";
  return confirm;
}

mcp::Parameter reason_parameter() {
  mcp::Parameter reason;
  reason.name = "reason";
  reason.description = "Why, briefly.";
  reason.max_length = 1000;
  return reason;
}

mcp::Parameter session_parameter(std::string description) {
  mcp::Parameter session;
  session.name = "session";
  session.description = std::move(description);
  session.max_length = 64;
  return session;
}

mcp::Parameter call_parameter() {
  mcp::Parameter call;
  call.name = "call";
  call.description = "The id an answer gave (call_...).";
  call.required = true;
  call.max_length = 64;
  return call;
}

}  // namespace mcpssh::tools
