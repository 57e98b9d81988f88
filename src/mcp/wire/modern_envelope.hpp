#pragma once
#include <expected>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "mcp/peer/client_facts.hpp"
#include "mcp/wire/jsonrpc.hpp"
#include "mcp/wire/log_level.hpp"

namespace mcpssh::mcp {

/// What a modern request says about itself in `params._meta` (2026-07-28).
struct ModernEnvelope {
  Abilities abilities;
  bool tasks = false;                 ///< the client takes a task for an answer
  std::string client;                 ///< "name version", empty when the client did not say
  std::optional<LogLevel> log_level;  ///< nothing: no notifications/message about this request
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
