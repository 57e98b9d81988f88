#pragma once
#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How the simulated switch reads a line: words shortened to any unambiguous beginning, and IOS's three
/// complaints. Pure.
namespace mcpssh::lab {

/// A set of modes, as bits; the meaning belongs to the commands.
using Modes = unsigned;

/// A rule reads like its manual page: literal words, `<word>` for any one word, `<line>` for all the rest.
struct Rule {
  Modes modes;
  std::string_view words;
};

struct Fault {
  enum class Kind { invalid, incomplete, ambiguous } kind = Kind::invalid;
  std::size_t column = 0;  ///< of the word at fault, from the start of the line
};

struct Reading {
  std::size_t rule = 0;                ///< index into the rules
  std::vector<std::string> arguments;  ///< what stood for <word> and <line>
  std::size_t argument_column = 0;     ///< of the first one
};

/// Which of the rules of these modes `line` means. An exact word wins over longer ones it begins.
std::expected<Reading, Fault> read_line(std::span<const Rule> rules, Modes modes, std::string_view line);

/// The words that may stand next or complete the last one, sorted; "<cr>" where the line may end.
std::vector<std::string> next_words(std::span<const Rule> rules, Modes modes, std::string_view line);

}  // namespace mcpssh::lab
