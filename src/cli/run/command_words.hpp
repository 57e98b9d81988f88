#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mcpssh::cli {

/// The text the host's shell gets: the words joined by spaces, as ssh(1) does it, or with `quote` each one
/// quoted where it needs to be, so that the shell reads exactly these words.
std::string command_text(std::span<const std::string> words, bool quote);

/// NAME=VALUE each. Throws Error(invalid_argument).
std::vector<std::pair<std::string, std::string>> variables_of(std::span<const std::string> assignments);

}  // namespace mcpssh::cli
