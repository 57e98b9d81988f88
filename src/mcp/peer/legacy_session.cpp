#include "mcp/peer/legacy_session.hpp"

#include <algorithm>

#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {

std::expected<std::string, RpcError> LegacySession::initialize(const json::object& params) {
  const auto requested = base::find_string(params, "protocolVersion");
  if (!requested)
    return std::unexpected(
        RpcError{protocol::code::invalid_params, "initialize needs protocolVersion, a string", {}});
  const auto& known = protocol::legacy_versions;
  version_ = std::ranges::find(known, *requested) != known.end() ? *requested : std::string(known.front());
  const auto* capabilities = base::find_object(params, "capabilities");
  abilities_ = capabilities == nullptr ? Abilities() : declared_abilities(*capabilities);
  // Versions are dates, so they compare as text.
  if (version_ < protocol::elicitation_version) abilities_.erase(Ability::form);
  if (version_ < protocol::url_elicitation_version) abilities_.erase(Ability::url);
  client_ = client_name(base::find_object(params, "clientInfo"));
  return version_;
}

bool LegacySession::batching() const {
  return version_ == protocol::batching_version;
}

}  // namespace mcpssh::mcp
