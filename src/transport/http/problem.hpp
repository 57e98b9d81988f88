#pragma once
#include <string>
#include <string_view>

#include "transport/http/http_connection.hpp"

namespace mcpssh::transport {

/// What the SDKs send with 404 for a session that is gone.
inline constexpr int no_session = -32001;

inline constexpr const char* shutting_down = "the server is shutting down";

/// An HTTP error whose body is a JSON-RPC error without an id, as clients of MCP want it.
Answer problem(unsigned status, std::string_view what, int code = -32000);
Answer method_not_allowed(std::string allow);
/// 503; the client may try again soon.
Answer unavailable(std::string_view why);
/// 202 without a body.
Answer accepted();

/// `result.protocolVersion` of an answer to initialize; empty when it is an error.
std::string agreed_version(std::string_view answer);

}  // namespace mcpssh::transport
