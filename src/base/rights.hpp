#pragma once
#include <optional>
#include <string>
#include <vector>

namespace mcpssh::base {

/// What a token is for. An approver or admin may do what the ones before it may.
enum class Role { agent, approver, admin };

/// What a principal may do at most; hosts.yaml may allow less. Where something is not set, everything.
struct Rights {
  std::optional<std::string> hosts;               ///< a selector ("web-*,@lab"); other hosts look unknown
  std::optional<std::vector<std::string>> tools;  ///< names; other tools look unknown
  std::optional<std::string> mode;           ///< "readonly" or "standard": the most a host's mode is for it
  std::optional<unsigned> calls_per_minute;  ///< of tools; more get an error that says when to come back
  Role role = Role::agent;

  bool operator==(const Rights&) const = default;
};

}  // namespace mcpssh::base
