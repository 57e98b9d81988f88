#include "guard/text_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

/// Changes the order of what is shown, or carries hidden text: never part of an honest command.
bool changes_reading(std::uint32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F) || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

/// Invisible or looks like a space; harmless inside quotes (emoji, Persian), a trap between words.
bool hides_between_words(std::uint32_t c) {
  return c == 0xA0 || c == 0xAD || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x1680 || c == 0x17B4 ||
         c == 0x17B5 || c == 0x180E || (c >= 0x2000 && c <= 0x200D) || c == 0x202F ||
         (c >= 0x205F && c <= 0x2065) || c == 0x2800 || c == 0x3000 || c == 0x3164 || c == 0xFEFF ||
         c == 0xFFA0;
}

/// The code point at `at` of well-formed UTF-8, and its length.
std::pair<std::uint32_t, std::size_t> decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(byte(0) & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

/// Whether a byte stands between quotes, as near as one pass without a parser can tell.
class QuoteScan {
 public:
  void pass(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = true;
    } else if (quote_ != 0) {
      if (c == quote_) quote_ = 0;
    } else if (c == '\'' || c == '"') {
      quote_ = c;
    }
  }
  [[nodiscard]] bool quoted() const { return quote_ != 0; }

 private:
  char quote_ = 0;
  bool escaped_ = false;
};

Finding invisible(std::uint32_t c, Span span) {
  return finding("text.invisible",
                 fmt::format("the text holds the character U+{:04X} at byte {}, which a reader cannot see", c,
                             span.begin),
                 span);
}

}  // namespace

std::optional<Finding> check_text(std::string_view text) {
  if (text.size() > base::limits::command_bytes)
    return finding("text.too-long",
                   fmt::format("the request has {}, the limit is {}", base::human_bytes(text.size()),
                               base::human_bytes(base::limits::command_bytes)),
                   {0, text.size()});
  // Counting them all is faster than stopping at the first that is none.
  const auto plain =
      std::ranges::count_if(text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
  if (static_cast<std::size_t>(plain) == text.size()) return std::nullopt;
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return finding("text.encoding", fmt::format("the text holds a NUL byte at byte {}", nul), {nul, nul + 1});
  if (!base::is_utf8(text)) return finding("text.encoding", "the text is not UTF-8", {0, text.size()});
  QuoteScan quotes;
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = decode(text, at);
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    if (control || changes_reading(c) || (hides_between_words(c) && !quotes.quoted()))
      return invisible(c, {at, at + length});
    if (length == 1) quotes.pass(static_cast<char>(c));
    at += length;
  }
  return std::nullopt;
}

}  // namespace mcpssh::guard
