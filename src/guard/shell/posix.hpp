#pragma once
#include <string_view>

#include "guard/shell/reader.hpp"

namespace mcpssh::guard {

/// Reads a text in the language of POSIX sh and bash. `environment` is left as the text would leave it.
/// `interactive`: a line typed into a session.
Reading read_posix(std::string_view text, Environment& environment, bool interactive);
/// The same out of a budget that other texts of the request share.
Reading read_posix(std::string_view text, Environment& environment, bool interactive, Budget& budget);

}  // namespace mcpssh::guard
