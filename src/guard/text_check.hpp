#pragma once
#include <optional>
#include <string_view>

#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// Refuses text no person could judge from a prompt: too long, NUL, not UTF-8, control characters other than
/// tab and newline, direction overrides and tags anywhere; zero-width characters and non-ASCII spaces outside
/// quotes.
std::optional<Finding> check_text(std::string_view text);

}  // namespace mcpssh::guard
