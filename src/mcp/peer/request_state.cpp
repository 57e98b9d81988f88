#include "mcp/peer/request_state.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

/// Used states remembered until they expire; when full, no more are opened
/// rather than one forgotten.
constexpr std::size_t most_used = 4096;

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

json::value sorted(const json::value& value) {
  if (const auto* array = value.if_array()) {
    json::array copy;
    for (const auto& item : *array) copy.push_back(sorted(item));
    return copy;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<std::string_view> names;
  for (const auto& member : *object) names.push_back(member.key());
  std::ranges::sort(names);
  json::object copy;
  for (const auto name : names) copy[name] = sorted(object->at(name));
  return copy;
}

RpcError refuse(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

}  // namespace

std::string digest(const json::object& object) {
  const auto text = json::serialize(sorted(object));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(bytes_of(text).data(), text.size(), hash.data());
  return base::to_hex(hash);
}

RequestStates::RequestStates(base::Clock clock, std::chrono::seconds lifetime)
    : clock_(std::move(clock)), lifetime_(lifetime), key_(base::random_hex(32)) {}

std::int64_t RequestStates::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.mono().time_since_epoch()).count();
}

std::string RequestStates::sign(const StateBinding& binding, std::string_view payload) const {
  // As a JSON array, so that no two different sets of fields give the same
  // bytes.
  const json::array fields{binding.principal, binding.method, binding.tool,
                           binding.arguments, binding.rights, payload};
  const auto text = json::serialize(fields);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> mac{};
  unsigned length = mac.size();
  const auto& key = key_.reveal();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text).data(), text.size(),
           mac.data(), &length) == nullptr)
    throw base::Error(base::ErrorCode::internal, "HMAC-SHA-256 failed");
  return base::to_hex(mac);
}

std::string RequestStates::seal(const StateBinding& binding, std::string_view state) {
  const json::object fields{
      {"expires", now() + lifetime_.count()}, {"nonce", base::random_hex(16)}, {"state", state}};
  const auto payload = base::to_base64(bytes_of(mcp::serialize(fields)));
  return payload + "." + sign(binding, payload);
}

std::expected<std::string, RpcError> RequestStates::open(const StateBinding& binding,
                                                         std::string_view token) {
  const auto dot = token.rfind('.');
  const auto payload = token.substr(0, dot);
  if (dot == std::string_view::npos ||
      !base::equal_constant_time(token.substr(dot + 1), sign(binding, payload)))
    return std::unexpected(refuse("requestState does not belong to this call"));
  // The signature is ours, so what follows was written by `seal`.
  const auto raw = base::from_base64(payload).value();
  const auto fields = base::parse_json({reinterpret_cast<const char*>(raw.data()), raw.size()}).value();
  const auto expires = fields.at("expires").as_int64();
  const auto nonce = std::string(fields.at("nonce").as_string());
  if (expires <= now()) return std::unexpected(refuse("requestState has expired; call again without it"));
  std::erase_if(used_, [this](const auto& entry) { return entry.second <= now(); });
  if (used_.size() >= most_used)
    return std::unexpected(refuse("too many answered questions at once; try later"));
  if (!used_.emplace(nonce, expires).second)
    return std::unexpected(refuse("requestState was used already; call again without it"));
  return std::string(fields.at("state").as_string());
}

}  // namespace mcpssh::mcp
