#pragma once
#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// Whether `list` holds `word`.
bool is_one_of(std::string_view word, const auto& list) {
  return std::ranges::find(list, word) != list.end();
}

/// Whether `word` is one of the names in `names`, which stand between blanks.
inline bool has_name(std::string_view names, std::string_view word) {
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    if (names.substr(at, end - at) == word) return !word.empty();
    at = end + 1;
  }
  return false;
}

/// The words from `from` on.
inline Fields tail(const Fields& words, std::size_t from) {
  return {words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end()};
}

}  // namespace mcpssh::guard
