#pragma once
#include <expected>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "mcp/peer/client_facts.hpp"
#include "mcp/wire/jsonrpc.hpp"

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

  [[nodiscard]] bool initialized() const { return !version_.empty(); }
  [[nodiscard]] bool batching() const;
  /// What the client declared, as far as its version has it.
  [[nodiscard]] const Abilities& abilities() const { return abilities_; }
  [[nodiscard]] LogLevel log_from() const { return log_from_; }
  void log_from(LogLevel level) { log_from_ = level; }
  /// "name version" of the client, empty before `initialize`.
  [[nodiscard]] const std::string& client() const { return client_; }

 private:
  std::string version_;
  Abilities abilities_;
  LogLevel log_from_ = LogLevel::info;
  std::string client_;
};

}  // namespace mcpssh::mcp
