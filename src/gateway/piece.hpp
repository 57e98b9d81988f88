#pragma once
#include <string>

namespace mcpssh::gateway {

/// What a command said, as the host sent it: untrusted, not cleaned.
struct Piece {
  std::string out, err;
  [[nodiscard]] bool empty() const { return out.empty() && err.empty(); }
};

}  // namespace mcpssh::gateway
