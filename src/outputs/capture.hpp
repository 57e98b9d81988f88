#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpssh::outputs {

/// One stream of a command as it will be shown: cleaned, valid UTF-8, bounded.
struct Captured {
  std::string head;
  std::string tail;           ///< empty unless bytes were dropped between head and tail
  std::uint64_t total = 0;    ///< bytes the host sent
  std::uint64_t dropped = 0;  ///< bytes not shown, between head and tail
  bool operator==(const Captured&) const = default;
};

/// A stream of `total` bytes of which only the first and the last ones are shown: cuts both at line or
/// character borders, then cleans (see clean.hpp).
Captured captured(std::string_view head, std::string_view tail, std::uint64_t total);

/// `shown` cut down to about `budget` bytes of text, at line borders where there are any.
Captured shortened(const Captured& shown, std::size_t budget);

}  // namespace mcpssh::outputs
