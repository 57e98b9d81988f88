#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::test {

/// What one command of the program takes, as its own --help says.
struct Syntax {
  enum class Value { none, needed, may_be };
  std::map<std::string, Value> options;  ///< "--json", and whether the next word is its value
  std::map<std::string, Syntax> commands;
  bool words = false;  ///< takes words of its own
};

/// Of the whole program; asked once.
const Syntax& program_syntax();

/// What the program would not understand of these words (behind `mcp-ssh`); empty: nothing. A word in
/// capitals stands for any value.
std::string complaint_about(const std::vector<std::string>& words);

/// The words of a line as a shell reads them, as far as pages need it: quotes, and `|`, `&&`, `;`, `>`, `$(`
/// and `)` as words of their own.
std::vector<std::string> shell_words(std::string_view line);

/// The calls of mcp-ssh in a line: behind sudo, env, docker and clients too. Each without the program's name.
std::vector<std::vector<std::string>> calls_in(std::string_view line);

}  // namespace mcpssh::test
