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

/// Collects one stream with bounded memory: the first and the last half of the budget are kept. A value; not
/// thread-safe; append may be called from the thread that reads, finish once at the end.
class Capture {
 public:
  explicit Capture(std::size_t budget_bytes);
  void append(std::string_view bytes);
  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// Cuts at line or character borders, then cleans (see clean.hpp).
  [[nodiscard]] Captured finish() const;

 private:
  std::size_t half_;
  std::string head_;
  std::string ring_;  ///< the tail, as a ring once full
  std::size_t ring_start_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace mcpssh::outputs
