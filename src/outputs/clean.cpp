#include "outputs/clean.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.hpp"

namespace mcpssh::outputs {
namespace {

constexpr char escape = '\x1b';
/// A longer "title" is not one: show it as text rather than hide what the host wrote.
constexpr std::size_t string_limit = 4096;

bool within(char c, char low, char high) {
  return c >= low && c <= high;
}

/// U+0080..U+009F as UTF-8, mapped to the letter that means the same behind ESC (ECMA-48 section 5.3).
std::optional<char> c1_at(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || text[at] != '\xc2' || !within(text[at + 1], '\x80', '\x9f')) return {};
  return static_cast<char>(text[at + 1] - 0x40);
}

/// The end of the string (OSC, DCS, SOS, PM, APC) whose content starts at `at`; `at` itself when it has no
/// end. Stops at whatever could start another sequence, so that all calls together stay linear.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i < text.size() && i - at < string_limit; ++i) {
    if (text[i] == '\a') return i + 1;
    if (text[i] == '\n') return at;
    if (text[i] == escape) return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : at;
    if (const auto c1 = c1_at(text, i)) return *c1 == '\\' ? i + 2 : at;
  }
  return at;
}

/// The end of the sequence opened by `kind`, the byte behind ESC, when its content starts at `at`.
std::size_t sequence_end(std::string_view text, std::size_t at, char kind) {
  if (kind == '[') {
    while (at < text.size() && within(text[at], '\x30', '\x3f')) ++at;
    while (at < text.size() && within(text[at], '\x20', '\x2f')) ++at;
    return at < text.size() && within(text[at], '\x40', '\x7e') ? at + 1 : at;
  }
  constexpr std::string_view string_openers = "]PX^_";
  return string_openers.contains(kind) ? string_end(text, at) : at;
}

/// Where the escape sequence at `at` ends; `at` when there is none.
std::size_t skip_sequence(std::string_view text, std::size_t at) {
  if (const auto c1 = c1_at(text, at)) return sequence_end(text, at + 2, *c1);
  if (text[at] != escape) return at;
  std::size_t i = at + 1;
  while (i < text.size() && within(text[i], '\x20', '\x2f')) ++i;
  if (i == text.size() || !within(text[i], '\x30', '\x7e')) return at;
  return sequence_end(text, i + 1, i == at + 1 ? text[i] : '\0');
}

bool is_plain(char c) {
  return c == '\n' || c == '\t' || within(c, '\x20', '\x7e');
}

}  // namespace

std::string clean(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t end = at;
    while (end < bytes.size() && is_plain(bytes[end])) ++end;
    out.append(bytes.substr(at, end - at));
    at = end;
    if (at == bytes.size()) break;
    if (const auto past = skip_sequence(bytes, at); past != at) {
      at = past;
      continue;
    }
    if (bytes[at] == '\r') {
      const std::size_t stop = std::min(bytes.find_first_not_of('\r', at), bytes.size());
      const bool line_end = stop < bytes.size() && bytes[stop] == '\n';
      if (!line_end)
        for (std::size_t i = at; i < stop; ++i) out += "\\x0d";
      at = stop;
      continue;
    }
    end = at + 1;
    while (end < bytes.size() && !is_plain(bytes[end]) && bytes[end] != '\r' && bytes[end] != escape &&
           !c1_at(bytes, end))
      ++end;
    out += base::printable(bytes.substr(at, end - at), std::numeric_limits<std::size_t>::max());
    at = end;
  }
  return out;
}

}  // namespace mcpssh::outputs
