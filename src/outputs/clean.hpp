#pragma once
#include <string>
#include <string_view>

namespace mcpssh::outputs {

/// Text of a host made harmless for a reader, human or model: escape sequences (CSI, OSC, DCS, C1) removed,
/// CR LF becomes LF, other control characters, bidi overrides and zero-width characters shown as \xNN or
/// \u{NNNN}, ill-formed UTF-8 shown as U+FFFD. Tabs and newlines stay. Linear time, pure.
std::string clean(std::string_view bytes);

}  // namespace mcpssh::outputs
