#pragma once
#include "guard/reader.hpp"

namespace mcpssh::guard {

/// Whether a command is proved to change nothing: a program of a small table, no option that writes, every
/// word readable, no output to files, no substitution. Anything else is not a read.
bool is_proved_read(const SimpleCommand& command);

}  // namespace mcpssh::guard
