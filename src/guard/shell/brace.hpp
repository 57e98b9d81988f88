#pragma once
#include <vector>

#include "guard/budget.hpp"
#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

/// Brace expansion of one word (bash manual 3.5.1): {a,b} and {1..5}. At most limits::brace_words words
/// come out for each alternative; past that the budget is exhausted and the word stays as it is.
std::vector<Atoms> expand_braces(const Atoms& word, Budget& budget);

}  // namespace mcpssh::guard
