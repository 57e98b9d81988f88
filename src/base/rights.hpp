#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::base {

/// What a token is for. An approver or admin may do what the ones before it may.
enum class Role { agent, approver, admin };
/// "agent", "approver", "admin".
std::string_view to_string(Role role);
std::optional<Role> role_named(std::string_view name);

/// The most `Rights::calls_per_minute` may be; who may call more often needs no bound.
inline constexpr unsigned most_calls_per_minute = 10'000;

/// What a principal may do at most; hosts.yaml may allow less. Where something is not set, everything.
struct Rights {
  std::optional<std::string> hosts;               ///< a selector ("web-*,@lab"); other hosts look unknown
  std::optional<std::vector<std::string>> tools;  ///< names; other tools look unknown
  std::optional<std::string> mode;           ///< "readonly" or "standard": the most a host's mode is for it
  std::optional<unsigned> calls_per_minute;  ///< of tools; more get an error that says when to come back
  Role role = Role::agent;

  [[nodiscard]] bool may_use(std::string_view tool) const;

  bool operator==(const Rights&) const = default;
};

}  // namespace mcpssh::base
