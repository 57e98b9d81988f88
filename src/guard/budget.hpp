#pragma once
#include "guard/limits.hpp"

namespace mcpssh::guard {

/// The work one judgement may still do. Shared by everything that reads one request.
class Budget {
 public:
  explicit Budget(int steps = limits::steps, int depth = limits::depth) : depth_(depth), steps_(steps) {}

  /// Takes one step; false when none is left, or no bytes are.
  bool step() {
    if (steps_ > 0 && !spent_) {
      --steps_;
      return true;
    }
    spent_ = exhausted_ = true;
    return false;
  }
  /// Takes `count` bytes of expanded text; false when they are not left.
  bool bytes(std::size_t count) {
    if (count <= bytes_) {
      bytes_ -= count;
      return true;
    }
    spent_ = exhausted_ = true;
    return false;
  }
  /// Code inside code, at most.
  [[nodiscard]] int depth() const { return depth_; }
  /// Some other limit was reached: what is left is read, but the whole is past the limits.
  void exhaust() { exhausted_ = true; }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  /// Nothing is left: whoever reads stops.
  [[nodiscard]] bool spent() const { return spent_; }

 private:
  int depth_;
  int steps_;
  std::size_t bytes_ = limits::expanded_bytes;
  bool exhausted_ = false;
  bool spent_ = false;
};

}  // namespace mcpssh::guard
