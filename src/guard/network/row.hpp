#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "guard/network/cli_state.hpp"

namespace mcpssh::guard {

/// A word of a line, without its quotes.
struct CliWord {
  std::string text;
  std::string lower;     ///< in lower case, for keywords
  bool quoted = false;   ///< any part of it stood in quotes: no separator, no pipe
  bool detached = true;  ///< a blank stands before it
  std::size_t at = 0;    ///< offset in the text the line is part of

  [[nodiscard]] bool is_pipe() const { return !quoted && text == "|"; }
  [[nodiscard]] bool is_semicolon() const { return !quoted && text == ";"; }
};
using CliWords = std::span<const CliWord>;

/// What else a line does to the reading of what follows.
enum class Then : std::uint8_t {
  nothing,
  configure,  ///< configuration mode from here on
  leave,      ///< back where show works
  up,         ///< one level up; which mode that is, nobody tracks
  section,    ///< the following lines belong to this one
  text,       ///< the rest is text for people
  banner,     ///< so is what follows, up to a delimiter
  command,    ///< the rest is a command ("do reload", "run show")
  negation,   ///< the rest is taken away
  shell,      ///< the rest is code for a POSIX shell on the device
  statement,  ///< the rest is a path and a value ("set system login user x"), looked up in the dialect's
              ///< paths
  enter,     ///< the rest goes to the path of the statements that follow ("edit system login", "config user")
  outwards,  ///< the path of statements becomes shorter, or empty
  top,       ///< the path of statements becomes empty for good; a statement may follow
};

/// A row of the tables: what lines that begin so do.
struct Row {
  std::string_view rule;  ///< id of a rule, or "read"
  /// Beginnings of lines, between semicolons. A keyword may be shortened as far as it stays one of this
  /// table's, or up to its "|" ("config-r|egister"; "shun|" never). "*": any word; "$": the line ends here;
  /// in paths also
  /// "**": any words or none, and "..x": a word that ends in x.
  std::string_view lines;
  Then then = Then::nothing;
  /// Looks closer at the words behind the keywords; its rule counts instead. `all` is the whole line.
  std::string_view (*look)(CliWords rest, CliWords all, const CliState& state) = nullptr;
};

/// Whether `typed` (lower case) may stand for `keyword` as a row writes it.
bool stands_for(std::string_view typed, std::string_view keyword);

/// Whether the words begin as one of the lines of `row` says, which may hold "**".
bool fits_path(CliWords words, const Row& row);

/// How bad a rule is: 0 reads, 1 allowed, 2 asks, 3 denied.
int rank_of(std::string_view rule);

}  // namespace mcpssh::guard
