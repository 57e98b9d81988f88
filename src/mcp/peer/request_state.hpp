#pragma once
#include <chrono>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// SHA-256 of `object` as lower-case hex, whatever the order of its keys.
std::string digest(const json::object& object);

/// The call a state belongs to.
struct StateBinding {
  std::string principal;
  std::string method;
  std::string tool;
  std::string arguments;  ///< `digest` of them
  std::string rights{};   ///< `digest` of the principal's; empty: it has all
};

/// Signs the requestState a client carries from an `input_required` result to
/// its retry (2026-07-28). HMAC-SHA-256 over {binding, expiry, state, nonce}
/// with a key of this process. Signed, not encrypted: the client can read it.
/// Each opens once, so one human answer opens one call. Lives on one executor.
class RequestStates {
 public:
  RequestStates(base::Clock clock, std::chrono::seconds lifetime);

  std::string seal(const StateBinding& binding, std::string_view state);
  /// The state `seal` was given. -32602 when it was changed, moved to another
  /// call, used before or has expired.
  std::expected<std::string, RpcError> open(const StateBinding& binding, std::string_view token);

 private:
  [[nodiscard]] std::string sign(const StateBinding& binding, std::string_view payload) const;
  [[nodiscard]] std::int64_t now() const;

  base::Clock clock_;
  std::chrono::seconds lifetime_;
  base::Secret key_;
  std::map<std::string, std::int64_t> used_;  ///< nonce to expiry, in seconds of the monotonic clock
};

}  // namespace mcpssh::mcp
