#pragma once
#include <string>
#include <string_view>

namespace mcpssh::outputs {

/// Text of a host made harmless for a reader, human or model: escape sequences (CSI, OSC, DCS, C1) removed,
/// CR LF becomes LF, other control characters, bidi overrides and zero-width characters shown as \xNN or
/// \u{NNNN}, ill-formed UTF-8 shown as U+FFFD. Tabs and newlines stay. Linear time, pure.
std::string clean(std::string_view bytes);

/// How many bytes at the front of a stream read the same whatever follows them: all, or up to where an
/// unfinished escape sequence, CR or character begins. clean() of the part before and of the part behind,
/// together with what follows, make clean() of the whole.
std::size_t settled(std::string_view bytes);

/// The first place at or behind `at` where bytes may be cut without splitting an escape sequence, a CR LF or
/// a character. `bytes` must begin at such a place; the beginning of a line is one.
std::size_t first_cut(std::string_view bytes, std::size_t at);

}  // namespace mcpssh::outputs
