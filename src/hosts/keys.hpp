#pragma once
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "hosts/host.hpp"

namespace mcpssh::hosts {

/// The keys one kind of mapping may hold.
struct KeySet {
  std::span<const std::string_view> known;
  /// Keys the design has and this version does not obey yet. Refused: a setting that is ignored is a hole.
  std::span<const std::string_view> planned;
};

extern const KeySet file_keys;
extern const KeySet settings_keys;
extern const KeySet host_keys;
extern const KeySet auth_keys;
extern const KeySet sudo_keys;
extern const KeySet totp_keys;  ///< of one user of approver_totp
extern const KeySet algorithm_keys;
extern const KeySet limit_keys;
extern const KeySet argv_rule_keys;    ///< of one rule of allow or deny
extern const KeySet word_choice_keys;  ///< of `{in: [...]}`
extern const KeySet oauth_keys;
extern const KeySet rights_keys;  ///< of one scope

/// The error for a key that `keys` does not know: a literal secret, a planned key, a likely slip, or simply
/// unknown. `under` is the path of the mapping ("hosts.web1.auth"), empty for the top.
base::Error unknown_key(std::string_view key, std::string_view under, const Place& place, const KeySet& keys);

}  // namespace mcpssh::hosts
