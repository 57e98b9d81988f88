#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "hosts/host.hpp"

namespace mcpssh::hosts {

/// What a value may look like, for the schema; the readers hold it to more.
enum class Form {
  text,
  number,  ///< whole, from Key::least to Key::most
  flag,
  choice,       ///< one of Key::words
  choices,      ///< one of them, or a list
  texts,        ///< a list
  one_or_more,  ///< a text, or a list
  command,      ///< a list of words, or one text
  pairs,        ///< a mapping of texts
  section,      ///< a mapping of Key::inner's keys
  sections,     ///< a mapping of names to such mappings
  rules,        ///< a list of such mappings
  flag_or_section,
  legacy_or_section,  ///< `legacy`, or such a mapping
  anything,
};

struct KeySet;

/// One key, as docs/configuration.md has it.
struct Key {
  std::string_view name;
  Form form = Form::text;
  std::string_view standard;  ///< what holds without it, in Markdown; empty: nothing
  std::string_view meaning;   ///< in Markdown, without a full stop
  std::int64_t least = 0, most = 0;
  std::span<const std::string_view> words{};
  const KeySet* inner = nullptr;
  bool required = false;
};

/// The keys one kind of mapping may hold.
struct KeySet {
  std::span<const Key> known;
  /// Keys the design has and this version does not obey yet. Refused: a setting that is ignored is a hole.
  std::span<const std::string_view> planned;

  /// Null for a key it does not know.
  [[nodiscard]] const Key* find(std::string_view name) const;
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
