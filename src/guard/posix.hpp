#pragma once
#include <string_view>

#include "guard/reader.hpp"

namespace mcpssh::guard {

/// Reads a text in the language of POSIX sh and bash. `environment` is left as the text would leave it.
/// `interactive`: a line typed into a session.
Reading read_posix(std::string_view text, Environment& environment, bool interactive);

}  // namespace mcpssh::guard
