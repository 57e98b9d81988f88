#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/secret.hpp"

namespace mcpssh::control {

/// What a client sent and was not read yet. A line may hold an answer that nobody else may see: nothing of it
/// stays behind. Not copied.
class WishBuffer {
 public:
  WishBuffer();
  WishBuffer(const WishBuffer&) = delete;
  WishBuffer& operator=(const WishBuffer&) = delete;
  ~WishBuffer();

  /// To be filled up to most_wish_bytes; it has room for them, so that no copy is made.
  [[nodiscard]] std::string& unread() { return unread_; }
  /// Takes out the first `size` bytes, a line with its end.
  base::Secret take(std::size_t size);

 private:
  std::string unread_;
};

}  // namespace mcpssh::control
