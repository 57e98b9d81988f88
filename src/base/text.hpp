#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::base {

/// Lower-case hex.
std::string to_hex(std::span<const unsigned char> bytes);
/// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(std::span<const unsigned char> bytes);
/// The strict inverse; nothing on any character outside the alphabet, wrong padding or stray bits under it.
std::optional<std::vector<unsigned char>> from_base64(std::string_view text);

/// True for well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF; RFC 3629).
bool is_utf8(std::string_view text);
/// `text` with every ill-formed byte replaced by U+FFFD.
std::string to_utf8(std::string_view text);
/// One printable line: control characters, bidi overrides and zero-width characters become \xNN or \u{NNNN},
/// ill-formed UTF-8 becomes U+FFFD, and the result is cut at `max_bytes` with an ellipsis. For messages that
/// quote untrusted text.
std::string printable(std::string_view text, std::size_t max_bytes = 200);

/// "512 bytes", "2.1 kB", "3.4 MB" (powers of 1000).
std::string human_bytes(std::uint64_t bytes);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// The candidate nearest to `word` by edit distance, if near enough to be a likely slip of the hand.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// `text` between single quotes so that any POSIX shell reads it as exactly these bytes.
std::string shell_quote(std::string_view text);

/// Equal in a time that depends only on the lengths.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace mcpssh::base
