#pragma once
#include <string_view>

#include "guard/shell/syntax.hpp"

/// What a parsed command starts, as far as its words say it as they are written.
namespace mcpssh::guard {

/// A simple command that changes the directory, and says so when it cannot.
bool is_cd(const Node& node);
/// A command behind which the shell does not go on: "exit", "return" in a function, "{ echo no; exit 1; }".
bool leaves(const Node& node, bool in_function);
/// Whether `body` runs the function `name`, whose body it is, beside something else: behind a pipe or in the
/// background.
bool multiplies(const Node& body, std::string_view name);

}  // namespace mcpssh::guard
