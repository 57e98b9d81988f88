#pragma once
#include <atomic>
#include <cstddef>

namespace mcpssh::outputs {

/// Memory that many streams share. Thread-safe.
class Allowance {
 public:
  explicit Allowance(std::size_t bytes) : bytes_(bytes) {}
  Allowance(const Allowance&) = delete;
  Allowance& operator=(const Allowance&) = delete;

  /// False when that much is not left; then nothing was taken.
  bool take(std::size_t bytes) {
    std::size_t used = used_.load();
    do {
      if (used + bytes > bytes_) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t size() const { return bytes_; }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace mcpssh::outputs
