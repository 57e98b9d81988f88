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
  if (word.empty() || word.contains(' ')) return false;
  for (std::size_t at = names.find(word); at != std::string_view::npos; at = names.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

/// The words from `from` on.
inline Words tail(Words words, std::size_t from) {
  return words.subspan(std::min(from, words.size()));
}
/// Of words nobody keeps there is no end to look at.
Words tail(Fields&& words, std::size_t from) = delete;

/// For who changes them.
inline Fields copy_of(Words words) {
  return {words.begin(), words.end()};
}

}  // namespace mcpssh::guard
