#pragma once
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// `word` seen from `directory`, with "//", "." and ".." taken out. Symbolic links cannot be seen from here.
/// From an unknown start (an empty directory) a relative path stays relative.
Field absolute(const Field& word, const Field& directory);
/// Whether its last name is a pattern that ".." may match: of these only rm leaves that out.
bool may_match_parent(const Field& word);
/// The home directory followed by `rest` ("" or "/x").
Field home_path(std::string_view rest);

/// How bad it is to remove a path with everything below it.
enum class Removal {
  ordinary,
  unknown,    ///< may be the root, a system tree or a home: the text does not say
  protected_  ///< is one, or everything in one
};
Removal removal_of(const Field& word, const Field& directory);

/// Whether a path names a device whose bytes are a disk's or a machine's.
enum class Device { no, unknown, raw };
Device device_of(const Field& word, const Field& directory);

}  // namespace mcpssh::guard
