#include "guard/encodings.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mcpssh::guard {
namespace {

/// Below this chance makes text of anything, unless it is ASCII.
constexpr std::size_t short_text = 24;
constexpr int fewest_escapes = 4;

constexpr auto base64_values = [] {
  std::array<signed char, 256> values{};
  values.fill(-1);
  signed char next = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    values[static_cast<unsigned char>(c)] = next++;
  values['-'] = values['+'];
  values['_'] = values['/'];
  return values;
}();

int base64_value(char c) {
  return base64_values[static_cast<unsigned char>(c)];
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct Escape {
  char byte = 0;
  std::size_t length = 0;  ///< 0: none stands there
};

/// At a backslash.
Escape escape_at(std::string_view text) {
  const bool hex = text.size() > 1 && text[1] == 'x';
  std::size_t at = hex ? 2 : 1;
  if (!hex && text.size() > 4 && text[1] == '0') ++at;  // \0nnn
  const std::size_t most = at + (hex ? 2 : 3);
  const std::size_t first = at;
  int value = 0;
  for (; at < std::min(most, text.size()); ++at) {
    const int digit = hex_value(text[at]);
    if (digit < 0 || (!hex && digit > 7)) break;
    value = value * (hex ? 16 : 8) + digit;
  }
  if (at == first || (!hex && at < first + 2)) return {};
  return {static_cast<char>(value), at};
}

}  // namespace

std::size_t end_of_base64(std::string_view text, std::size_t at) {
  const auto is_other = [](char c) { return base64_value(c) < 0; };
  for (;;) {
    const auto rest = text.substr(std::min(at, text.size()));
    const auto run = static_cast<std::size_t>(std::ranges::find_if(rest, is_other) - rest.begin());
    const bool goes_on = run + 1 < rest.size() && rest[run] == '\n' && !is_other(rest[run + 1]);
    at += run;
    if (!goes_on) return at;
    ++at;
  }
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  auto next = out.begin();
  unsigned held = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=' || c == '\n') continue;
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    held = (held << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    *next++ = static_cast<char>(held >> bits & 0xFF);
  }
  out.erase(next, out.end());
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_value(digits[i]), low = hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::optional<std::string> from_escapes(std::string_view text) {
  std::string out;
  int escapes = 0;
  while (!text.empty()) {
    const Escape escape = text[0] == '\\' ? escape_at(text) : Escape();
    escapes += escape.length > 0 ? 1 : 0;
    out += escape.length > 0 ? escape.byte : text[0];
    text.remove_prefix(std::max<std::size_t>(escape.length, 1));
  }
  if (escapes < fewest_escapes) return std::nullopt;
  return out;
}

std::optional<std::string> inflated(std::string_view bytes, std::size_t most) {
  const bool gzip = bytes.starts_with("\x1f\x8b");
  const bool zlib =
      bytes.size() > 2 && bytes[0] == 0x78 &&
      (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) % 31 == 0;
  if (!gzip && !zlib) return std::nullopt;
  z_stream stream{};
  constexpr int either_header = 15 + 32;
  if (::inflateInit2(&stream, either_header) != Z_OK) return std::nullopt;
  // zlib does not change its input, but says so only when it is built that way.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 4096> chunk;
  for (int status = Z_OK; status == Z_OK && out.size() < most;) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  if (out.empty()) return std::nullopt;
  out.resize(std::min(out.size(), most));
  return out;
}

std::optional<std::string> from_utf16(std::string_view bytes) {
  if (bytes.size() < 8 || bytes.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    if (bytes[i + 1] != 0) return std::nullopt;
    out += bytes[i];
  }
  return out;
}

bool is_plain_text(std::string_view bytes) {
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\n' || c == '\t' || c == '\r';
  };
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (bytes.empty() || !std::ranges::all_of(bytes, plain)) return false;
  return std::ranges::all_of(bytes, ascii) || (bytes.size() >= short_text && base::is_utf8(bytes));
}

}  // namespace mcpssh::guard
