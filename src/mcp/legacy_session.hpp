#pragma once
#include <expected>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "mcp/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What one connection agreed on by `initialize`. Before that, requests are
/// served as of a client that declared nothing: the lifecycle says clients
/// SHOULD wait, and some do not.
class LegacySession {
 public:
  /// Takes the params of `initialize` and returns the version agreed on: the
  /// client's, when we have it, else our newest legacy one. A later
  /// `initialize` replaces what an earlier one said.
  std::expected<std::string, RpcError> initialize(const json::object& params);

  [[nodiscard]] bool batching() const;
  [[nodiscard]] bool can_elicit() const;
  /// "name version" of the client, empty before `initialize`.
  [[nodiscard]] const std::string& client() const { return client_; }

 private:
  std::string version_;
  bool form_elicitation_ = false;
  std::string client_;
};

}  // namespace mcpssh::mcp
