#include "cli/operator/marked_lines.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::size_t most_lines = 24;
/// A terminal of 80 columns would wrap a longer line, and what it wraps begins at the margin, without a mark.
constexpr std::size_t most_cells = 72;
/// More of them, one above the other, reach into the lines above and below.
constexpr std::size_t most_marks_on_one = 2;

/// The first character of `text`, which is printable(): its bytes, its code point, and the cells it takes at
/// most. Without tables: what is no ASCII counts as wide.
struct Character {
  std::string_view bytes;
  std::uint32_t code_point = 0;
  std::size_t cells = 0;
};

Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  Character first{.bytes = text.substr(0, length), .code_point = lead, .cells = lead < 0x80 ? 1u : 2u};
  if (length == 1) return first;
  first.code_point = lead & (0x7Fu >> length);
  for (const char next : first.bytes.substr(1))
    first.code_point = (first.code_point << 6) | (static_cast<unsigned char>(next) & 0x3Fu);
  return first;
}

bool combines(std::uint32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0489) || (c >= 0x0591 && c <= 0x05BD) ||
         (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || (c >= 0x0E34 && c <= 0x0E3A) ||
         (c >= 0x0E47 && c <= 0x0E4E) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0x302A && c <= 0x302F) || (c >= 0xFE20 && c <= 0xFE2F);
}

/// `line`, which is printable(), in pieces of most_cells; the first one may have `room`.
std::vector<std::string> wrapped(std::string_view line, std::size_t room = most_cells) {
  std::vector<std::string> pieces(1);
  std::size_t cells = 0, marks = 0;
  while (!line.empty()) {
    const auto next = first_of(line);
    line.remove_prefix(next.bytes.size());
    std::string shown(next.bytes);
    std::size_t wide = next.cells;
    marks = combines(next.code_point) ? marks + 1 : 0;
    if (marks > most_marks_on_one) {
      shown = fmt::format("\\u{{{:04x}}}", next.code_point);
      wide = shown.size();
    }
    if (cells + wide > room) {
      pieces.emplace_back();
      room = most_cells;
      cells = 0;
    }
    pieces.back() += shown;
    cells += wide;
  }
  return pieces;
}

}  // namespace

std::string our_line(const std::string& line) {
  std::string out;
  for (const auto& piece : wrapped(line, indent.size() + most_cells))
    out += (out.empty() ? "" : std::string(indent)) + piece + "\n";
  return out;
}

std::string marked(const std::string& words) {
  std::string out;
  std::size_t count = 0;
  for (const auto line : base::split(words, '\n')) {
    for (const auto& piece : wrapped(base::printable(line, most_of_line))) {
      if (++count > most_lines) return out + "    | …\n";
      out += "    | " + piece + "\n";
    }
  }
  return out;
}

}  // namespace mcpssh::cli
