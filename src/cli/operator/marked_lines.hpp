#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace mcpssh::cli {

/// How far in everything stands that belongs to the line above it.
constexpr std::string_view indent = "      ";
/// Of one line that is shown; more of it is nobody's question.
constexpr std::size_t most_of_line = 500;

/// `line`, which is printable(), as lines of ours, which may quote: what a terminal of 80 columns would wrap
/// goes on further in than any line of ours begins.
std::string our_line(const std::string& line);

/// "    | " before every line of `words`, also of those that are too long, cleaned and bounded: whoever wrote
/// them cannot write a line that looks like ours.
std::string marked(const std::string& words);

}  // namespace mcpssh::cli
