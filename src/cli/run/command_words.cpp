#include "cli/run/command_words.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

/// Means the same in any shell with quotes and without.
bool is_plain(const std::string& word) {
  constexpr std::string_view fine =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%=";
  return !word.empty() && word.find_first_not_of(fine) == std::string::npos && word.front() != '=';
}

}  // namespace

std::string command_text(std::span<const std::string> words, bool quote) {
  if (!quote) return base::join(words, " ");
  std::vector<std::string> quoted;
  for (const auto& word : words) {
    // The first "=" of a first word would make it an assignment.
    const bool assigns = quoted.empty() && word.contains('=');
    quoted.push_back(is_plain(word) && !assigns ? word : base::shell_quote(word));
  }
  return base::join(quoted, " ");
}

std::vector<std::pair<std::string, std::string>> variables_of(std::span<const std::string> assignments) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const auto& assignment : assignments) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
      throw base::Error(base::ErrorCode::invalid_argument,
                        "--env needs NAME=VALUE, not \"" + base::printable(assignment, 40) + "\"");
    variables.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  return variables;
}

}  // namespace mcpssh::cli
