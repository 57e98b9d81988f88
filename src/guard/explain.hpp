#pragma once
#include <string>
#include <string_view>

namespace mcpssh::guard {

/// The parse of a shell text as an indented tree, a command or a word that runs something a line: what the
/// guard thinks the shell will do, for people. Printable; bounded by the guard's own limits.
std::string explain(std::string_view text);

}  // namespace mcpssh::guard
