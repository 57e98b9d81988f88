#pragma once
#include <string_view>
#include <vector>

#include "guard/network/row.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// How a dialect writes its lines.
struct CliLexis {
  std::string_view comments = "!#";  ///< a line that begins so says nothing
  std::string_view quotes = "\"";
  bool escapes = false;      ///< "\" takes away the meaning of what follows
  bool long_quotes = false;  ///< a quote goes on over the end of the line
};

/// One line, taken apart.
struct CliStatement {
  std::vector<CliWord> words;
  Span span;          ///< without the blanks around it
  bool open = false;  ///< a quote that may go on in the next line does not end
};

/// Reads the statement that begins at `at` and moves `at` behind it. Comments and empty lines have no words.
CliStatement next_statement(std::string_view text, std::size_t& at, const CliLexis& lexis);

/// Lower case for ASCII.
std::string lower_case(std::string_view text);

}  // namespace mcpssh::guard
