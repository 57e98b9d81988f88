#include "mcp/wire/modern_envelope.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

RpcError missing(std::string_view field, std::string_view type) {
  return {protocol::code::invalid_params, fmt::format("params._meta needs \"{}\", {}", field, type), {}};
}

}  // namespace

std::expected<ModernEnvelope, RpcError> read_envelope(const json::object& params) {
  namespace key = protocol::key;
  const json::object none;
  const auto* found = base::find_object(params, "_meta");
  const auto& meta = found == nullptr ? none : *found;

  const auto version = base::find_string(meta, key::protocol_version);
  if (!version) return std::unexpected(missing(key::protocol_version, "a string"));
  if (*version != protocol::modern_version) {
    json::object data{{"supported", supported_versions()}, {"requested", base::printable(*version, 100)}};
    return std::unexpected(
        RpcError{protocol::code::unsupported_version, "unsupported protocol version", data});
  }
  const auto* capabilities = base::find_object(meta, key::client_capabilities);
  if (capabilities == nullptr) return std::unexpected(missing(key::client_capabilities, "an object"));
  ModernEnvelope envelope;
  envelope.abilities = declared_abilities(*capabilities);
  envelope.tasks = declares_tasks(*capabilities);
  envelope.client = client_name(base::find_object(meta, key::client_info));
  if (const auto level = base::find_string(meta, key::log_level)) {
    envelope.log_level = read_log_level(*level);
    if (!envelope.log_level) return std::unexpected(unknown_log_level(*level));
  }
  return envelope;
}

void complete(json::object& result, const json::object& server_info) {
  if (!result.contains("resultType")) result["resultType"] = "complete";
  auto& meta = result["_meta"];
  if (!meta.is_object()) meta.emplace_object();
  meta.get_object()[protocol::key::server_info] = server_info;
}

json::array supported_versions() {
  json::array versions{protocol::modern_version};
  for (const auto version : protocol::legacy_versions) versions.emplace_back(version);
  return versions;
}

}  // namespace mcpssh::mcp
