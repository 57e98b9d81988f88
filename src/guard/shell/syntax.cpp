#include "guard/shell/syntax.hpp"

#include <algorithm>

namespace mcpssh::guard {

void Word::append(std::string_view text, Atom::Ink ink) {
  const auto before = static_cast<std::ptrdiff_t>(atoms.size());
  atoms.resize(atoms.size() + text.size(), boost::container::default_init);
  std::ranges::transform(text, atoms.begin() + before, [ink](char c) { return Atom{c, ink, 0}; });
}

}  // namespace mcpssh::guard
