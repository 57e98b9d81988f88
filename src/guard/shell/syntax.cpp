#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

Word::Word() = default;
Word::Word(Word&&) noexcept = default;
Word& Word::operator=(Word&&) noexcept = default;
Word::~Word() = default;

}  // namespace mcpssh::guard
