#pragma once
#include <cstddef>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace mcpssh::gateway {

/// Calls a principal may have open at once, and what they may hold of text and stdin together: a client that
/// never waits must not fill the memory.
inline constexpr std::size_t open_calls_per_principal = 2000;
inline constexpr std::size_t open_bytes_per_principal = std::size_t{64} * 1024 * 1024;

/// One open call's part of its principal's limit; given back when it dies.
class Burden {
 public:
  Burden() = default;  ///< none
  Burden(Burden&& other) noexcept = default;
  Burden& operator=(Burden&& other) noexcept {
    std::swap(load_, other.load_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Burden();

 private:
  friend class Burdens;
  struct Load {
    std::size_t calls = 0, bytes = 0;
  };
  Burden(std::shared_ptr<Load> load, std::size_t bytes);

  std::shared_ptr<Load> load_;
  std::size_t bytes_ = 0;
};

/// What the open calls of each principal amount to. Lives on the gateway's executor.
class Burdens {
 public:
  /// Error(limit_reached) when the principal would have too much open.
  std::expected<Burden, base::Error> take(const std::string& principal, std::size_t bytes);

 private:
  std::map<std::string, std::shared_ptr<Burden::Load>> loads_;  ///< of those with open calls
};

}  // namespace mcpssh::gateway
