#pragma once
#include "guard/limits.hpp"

namespace mcpssh::guard {

/// The work one judgement may still do. Shared by everything that reads one request.
class Budget {
 public:
  /// Takes one step; false when none is left.
  bool step() {
    if (steps_ > 0) {
      --steps_;
      return true;
    }
    exhausted_ = true;
    return false;
  }
  /// Takes `count` bytes of expanded text; false when they are not left.
  bool bytes(std::size_t count) {
    if (count <= bytes_) {
      bytes_ -= count;
      return true;
    }
    bytes_ = 0;
    exhausted_ = true;
    return false;
  }
  void exhaust() { exhausted_ = true; }
  [[nodiscard]] bool exhausted() const { return exhausted_; }

 private:
  int steps_ = limits::steps;
  std::size_t bytes_ = limits::expanded_bytes;
  bool exhausted_ = false;
};

}  // namespace mcpssh::guard
