#pragma once
#include <expected>
#include <string>

#include "base/json.hpp"
#include "mcp/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What a modern request says about itself in `params._meta` (2026-07-28).
struct ModernEnvelope {
  bool can_elicit = false;
  std::string client;  ///< "name version", empty when the client did not say
};

/// -32602 when a required field is missing or of a wrong type, -32022 for a
/// version we do not have.
std::expected<ModernEnvelope, RpcError> read_envelope(const json::object& params);

/// Turns a result into a finished one of the modern era: resultType, and who we
/// are in `_meta`.
void complete(json::object& result, const json::object& server_info);

/// Every version this server can be spoken to in, newest first.
json::array supported_versions();

}  // namespace mcpssh::mcp
