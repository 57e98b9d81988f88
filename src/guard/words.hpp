#pragma once
#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "guard/field.hpp"

namespace mcpssh::guard {

/// Whether `list` holds `word`.
bool is_one_of(std::string_view word, const auto& list) {
  return std::ranges::find(list, word) != list.end();
}

/// Whether `word` is one of the names in `names`, which stand between blanks.
inline bool has_name(std::string_view names, std::string_view word) {
  return is_one_of(word, base::split(names, ' '));
}

/// The words from `from` on.
inline Fields tail(const Fields& words, std::size_t from) {
  return {words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end()};
}

}  // namespace mcpssh::guard
