#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/rights.hpp"

namespace mcpssh::base {

/// How a caller reached us. Approval rules differ by it (docs/architecture.md, "Approval").
enum class Via {
  stdio,  ///< the server's own user
  http,
  socket,  ///< another user of this machine, by the kernel's word
  local    ///< our own commands and timers
};

/// Who is asking. Made by the transport, carried by value with every action, written to every record.
struct Principal {
  std::string name = "local";  ///< token name, or "local" on stdio, or "system" for our own timers
  std::string client;          ///< what the client says it is ("claude-code 2.1"): a hint, never trusted
  Via via = Via::stdio;

  std::shared_ptr<const Rights> rights;  ///< null: whatever hosts.yaml allows
  /// Whose processes it is, by the kernel's word; without it, it may be the server's own user's.
  std::optional<std::uint32_t> user{};

  /// By value, the rights too.
  bool operator==(const Principal& other) const {
    const bool same_rights = rights == other.rights || (rights && other.rights && *rights == *other.rights);
    return name == other.name && client == other.client && via == other.via && same_rights &&
           user == other.user;
  }
};

}  // namespace mcpssh::base
