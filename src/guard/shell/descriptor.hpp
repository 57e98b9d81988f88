#pragma once
#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// Whether a file's name leads to what a process has open: /dev/stdin, /dev/fd/3, /proc/self/fd/0, however it
/// is spelled, and what is known only at run time, as <(...) is.
bool names_descriptor(const Field& word, const Field& directory);
/// The one of them that is the standard input.
bool names_input(const Field& word, const Field& directory);

}  // namespace mcpssh::guard
