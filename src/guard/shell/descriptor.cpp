#include "guard/shell/descriptor.hpp"

#include "guard/shell/path.hpp"

namespace mcpssh::guard {

bool names_descriptor(const Field& word, const Field& directory) {
  if (word.opaque()) return true;
  const Field path = absolute(word, directory);
  const std::string_view text = path.text();
  return path.may_be("/dev/stdin") || path.may_begin_with("/dev/fd", true) ||
         (text.starts_with("/proc/") && (text.contains("/fd/") || text.ends_with("/dev/stdin")));
}

bool names_input(const Field& word, const Field& directory) {
  if (word.opaque() || !names_descriptor(word, directory)) return false;
  const Field path = absolute(word, directory);
  return path.text().ends_with("/stdin") || path.text().ends_with("/fd/0");
}

}  // namespace mcpssh::guard
