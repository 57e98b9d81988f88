#include "guard/decoded.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "guard/encodings.hpp"

namespace mcpssh::guard {
namespace {

constexpr int deepest = 3;
constexpr std::size_t most_told = 8;
constexpr std::size_t shown_bytes = 2048;  ///< of one
constexpr std::size_t unpacked_bytes = std::size_t{64} * 1024;
constexpr std::size_t shortest_base64 = 12;
constexpr std::size_t shortest_hex = 12;

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '\n';
}

/// The compressed kinds nobody here unpacks.
std::string_view packed_kind(std::string_view bytes) {
  if (bytes.starts_with("BZh") && bytes.size() > 10) return "bzip2";
  if (bytes.starts_with("\xFD"
                        "7zXZ"))
    return "xz";
  return bytes.starts_with("\x28\xB5\x2F\xFD") ? "zstd" : "";
}

std::string boxed(std::string_view bytes) {
  std::string out;
  for (const auto line : base::split(bytes.substr(0, shown_bytes), '\n'))
    out += "  | " + base::printable(line, shown_bytes) + "\n";
  if (bytes.size() > shown_bytes)
    out += fmt::format("  | [{} more bytes of it are not shown]\n", bytes.size() - shown_bytes);
  return out;
}

}  // namespace

std::string Decoder::lines_for(std::string_view text) {
  std::string out;
  look(text, "", 1, out);
  return out;
}

void Decoder::look(std::string_view text, const std::string& within, int depth, std::string& out) {
  if (depth > deepest) return;
  const auto how = [&](std::string_view name) {
    return within.empty() ? std::string(name) : within + ", " + std::string(name);
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      // Escapes stand among other characters: the whole of what is quoted together counts.
      std::size_t begin = at, end = at;
      while (begin > 0 && !is_quote(text[begin - 1])) --begin;
      while (end < text.size() && !is_quote(text[end])) ++end;
      if (const auto bytes = from_escapes(text.substr(begin, end - begin)))
        tell(how("escapes"), *bytes, depth, out);
      at = end + 1;
      continue;
    }
    const std::size_t end = end_of_base64(text, at);
    const std::string_view run = text.substr(at, end - at);
    at = end + 1;
    if (run.size() < std::min(shortest_base64, shortest_hex)) continue;
    if (const auto bytes = from_hex(run); bytes && is_plain_text(*bytes))
      tell(how("hexadecimal"), *bytes, depth, out);
    else if (const auto decoded = from_base64(run))
      tell(how("base64"), *decoded, depth, out);
  }
}

void Decoder::tell(const std::string& how, std::string_view bytes, int depth, std::string& out) {
  if (unpacked_ >= unpacked_bytes || told_.size() > most_told) return;
  if (const auto kind = packed_kind(bytes); !kind.empty()) {
    out += fmt::format("  holds {} bytes of {} ({}), which are not shown\n", bytes.size(), kind, how);
    return;
  }
  if (const auto unpacked = inflated(bytes, unpacked_bytes - unpacked_)) {
    unpacked_ += unpacked->size();
    return tell(how + ", compressed", *unpacked, depth, out);
  }
  if (const auto narrow = from_utf16(bytes)) return tell(how + ", UTF-16", *narrow, depth, out);
  if (!is_plain_text(bytes) || told_.contains(bytes)) return;
  told_.emplace(bytes);
  if (told_.size() > most_told) {
    out += "  [there is more encoded text, which is not decoded here]\n";
    return;
  }
  out += fmt::format("  decoded from {}:\n{}", how, boxed(bytes));
  look(bytes, how, depth + 1, out);
}

}  // namespace mcpssh::guard
