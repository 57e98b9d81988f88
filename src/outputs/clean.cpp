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

/// Where something ends; `open` when more bytes could move that end.
struct Reach {
  std::size_t end;
  bool open = false;
};

/// The end of the string (OSC, DCS, SOS, PM, APC) whose content starts at `at`; `at` itself when it has no
/// end. Stops at whatever could start another sequence, so that all calls together stay linear.
Reach string_end(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i - at < string_limit; ++i) {
    if (i == text.size()) return {at, true};
    const bool last = i + 1 == text.size();
    if (text[i] == '\a') return {i + 1};
    if (text[i] == '\n') return {at};
    if (last && (text[i] == escape || text[i] == '\xc2')) return {at, true};
    if (text[i] == escape) return {text[i + 1] == '\\' ? i + 2 : at};
    if (const auto c1 = c1_at(text, i)) return {*c1 == '\\' ? i + 2 : at};
  }
  return {at};
}

/// The end of the sequence opened by `kind`, the byte behind ESC, when its content starts at `at`.
Reach sequence_end(std::string_view text, std::size_t at, char kind) {
  if (kind == '[') {
    while (at < text.size() && within(text[at], '\x30', '\x3f')) ++at;
    while (at < text.size() && within(text[at], '\x20', '\x2f')) ++at;
    if (at == text.size()) return {at, true};
    return {within(text[at], '\x40', '\x7e') ? at + 1 : at};
  }
  constexpr std::string_view string_openers = "]PX^_";
  return string_openers.contains(kind) ? string_end(text, at) : Reach{at};
}

/// Where the escape sequence at `at` ends; `at` when there is none.
Reach skip_sequence(std::string_view text, std::size_t at) {
  if (const auto c1 = c1_at(text, at)) return sequence_end(text, at + 2, *c1);
  if (text[at] != escape) return {at};
  std::size_t i = at + 1;
  while (i < text.size() && within(text[i], '\x20', '\x2f')) ++i;
  if (i == text.size()) return {at, true};
  if (!within(text[i], '\x30', '\x7e')) return {at};
  return sequence_end(text, i + 1, i == at + 1 ? text[i] : '\0');
}

bool is_plain(char c) {
  return c == '\n' || c == '\t' || within(c, '\x20', '\x7e');
}

/// The end of the character at `at`, or of its first byte when it is ill-formed (RFC 3629).
Reach character_end(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  const auto rest = text.substr(at, length);
  for (std::size_t i = 1; i < rest.size(); ++i)
    if (!within(rest[i], '\x80', '\xbf')) return {at + 1};
  if (rest.size() < length) return {at + 1, true};
  return {base::is_utf8(rest) ? at + length : at + 1};
}

/// The end of what clean() reads as one piece at `at`.
Reach piece_end(std::string_view text, std::size_t at) {
  if (is_plain(text[at])) return {at + 1};
  if (text[at] == '\r') {
    const auto stop = text.find_first_not_of('\r', at);
    if (stop == std::string_view::npos) return {text.size(), true};
    return {text[stop] == '\n' ? stop + 1 : stop};
  }
  const Reach sequence = skip_sequence(text, at);
  return sequence.open || sequence.end != at ? sequence : character_end(text, at);
}

/// Nothing reaches over a newline, so this is a place to start reading from.
std::size_t line_start(std::string_view bytes, std::size_t at) {
  const auto newline = at == 0 ? std::string_view::npos : bytes.rfind('\n', at - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

}  // namespace

std::size_t settled(std::string_view bytes) {
  std::size_t at = line_start(bytes, bytes.size());
  while (at < bytes.size()) {
    const Reach piece = piece_end(bytes, at);
    if (piece.open) return at;
    at = piece.end;
  }
  return at;
}

std::size_t first_cut(std::string_view bytes, std::size_t at) {
  std::size_t cut = line_start(bytes, at);
  while (cut < at && cut < bytes.size()) cut = std::max(piece_end(bytes, cut).end, cut + 1);
  return std::min(cut, bytes.size());
}

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
    if (const auto past = skip_sequence(bytes, at); past.end != at) {
      at = past.end;
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
