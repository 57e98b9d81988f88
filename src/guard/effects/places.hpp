#pragma once
#include <span>
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// A spot of the file system, as the tables write it:
///   "/etc/passwd"       this file
///   "/etc/pam.d/"       this directory and everything below it
///   "/etc/cron*"        everything whose path begins so
///   "~/.bashrc"         in any home; the other forms work there too
///   "**/.git/hooks/"    in any directory; such places are looked for as text
using Place = std::string_view;

/// A path made comparable with places: absolute, without "." and "..", homes as "~". Relative to an unknown
/// directory it is taken as below a home, where logins start; one that leads up from there as from the root.
struct Spot {
  Field field;
  std::string_view text;   ///< of the field
  std::string_view known;  ///< up to its first unknown character

  Spot(const Field& word, const Field& directory);
  Spot(const Spot&) = delete;
  Spot& operator=(const Spot&) = delete;
};

/// Whether `spot` is at `place`, or may turn out to be.
bool may_lie_at(const Spot& spot, Place place);
bool may_lie_at_any(const Spot& spot, std::span<const Place> places);

}  // namespace mcpssh::guard
