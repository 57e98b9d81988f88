#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::guard {

/// A shell text cut into its commands, wherever they stand: at operators, at brackets and braces of groups
/// and substitutions, and behind keywords. Pipelines stay whole. In order, without empty ones; what encloses
/// them is gone, so nothing is too deep. Linear in the text.
struct Pieces {
  std::vector<std::string_view> commands;  ///< they look at the text
  bool closed = true;                      ///< no quote or substitution stays open
};
Pieces pieces_of(std::string_view text);

/// `text` without quotes, backslashes and lines that go on, so that code inside code lies open.
std::string without_quotes(std::string_view text);

}  // namespace mcpssh::guard
