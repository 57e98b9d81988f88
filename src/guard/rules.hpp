#pragma once
#include <string>
#include <string_view>

#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// A finding of the built-in rule `id` (a row of builtin_rules()); decision and effect come from the row.
/// An id without a row is a mistake in this room and denies.
Finding finding(std::string_view id, std::string reason, Span span);

/// True for rules that stand for text nobody can read or a mode's promise: `unlock:` and full mode leave them
/// alone.
bool is_absolute(std::string_view id);

}  // namespace mcpssh::guard
