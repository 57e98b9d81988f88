#pragma once
#include <string_view>

namespace mcpssh::cli {

/// Puts a question to the person at the terminal; anything but y or yes is no, the end of input too.
bool confirmed(std::string_view question);
/// Whether stdin is a terminal with somebody at it.
bool somebody_to_ask();

}  // namespace mcpssh::cli
