#pragma once
#include "guard/shell/expand.hpp"

namespace mcpssh::guard {

/// Reads an arithmetic expression as bash does (bash manual 6.5): names in it get values, and what a name
/// holds is an expression again, in whose subscripts $(...) runs. What is a number for sure is no more than
/// that. `expression`: after its expansions.
void evaluate(const Field& expression, Environment& environment, const WordEvents& events);

/// Reads the name of a variable that stands in a value (${!x}, test -v "$x"): its subscript runs too.
void evaluate_name(const Field& name, const WordEvents& events);

/// Whether `value` would run a command if it were ever read as arithmetic: x='a[$(cmd)]'.
bool holds_expression(const Field& value);

/// What a variable of declare -i holds once `value` was given to it.
Field as_integer(std::string_view name, const Field& value);

/// Whether a script prints numbers and nothing else: nproc, date +%s, ... | wc -l.
bool prints_numbers(const Node& script);

}  // namespace mcpssh::guard
