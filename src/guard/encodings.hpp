#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The encodings that text hides in. Each gives the bytes back as they are.
namespace mcpssh::guard {

/// Where the run of base64 digits at `at` ends, also those of the URL-safe kind; encoders break lines, so it
/// may go on in the next one.
std::size_t end_of_base64(std::string_view text, std::size_t at);

/// Lenient as `base64 -d` is: without padding, with the URL-safe alphabet, whatever the last bits are.
std::optional<std::string> from_base64(std::string_view text);
/// Hexadecimal digits, an even number of them.
std::optional<std::string> from_hex(std::string_view digits);
/// \x72, \162 and \0162 as the bytes they mean, the rest as it is; nothing with fewer than four of them.
std::optional<std::string> from_escapes(std::string_view text);
/// Of a gzip or zlib stream at most `most` bytes, also when it does not end; nothing when it is neither.
std::optional<std::string> inflated(std::string_view bytes, std::size_t most);
/// UTF-16 (little endian) of Latin text, without its zeros.
std::optional<std::string> from_utf16(std::string_view bytes);
/// UTF-8 in which nothing is hidden but tabs and ends of lines; short ones must be ASCII, as chance makes
/// some.
bool is_plain_text(std::string_view bytes);

}  // namespace mcpssh::guard
