#pragma once
#include <string>

#include "base/duplex.hpp"

namespace mcpssh::test {

/// What `stream` says until `mark` was in it, or to its end.
inline base::Task<std::string> read_until(base::Duplex& stream, std::string mark) {
  std::string seen;
  while (!seen.contains(mark)) {
    const auto bytes = co_await stream.read();
    if (bytes.empty()) break;
    seen += bytes;
  }
  co_return seen;
}

inline base::Task<std::string> read_to_end(base::Duplex& stream) {
  std::string seen;
  for (;;) {
    const auto bytes = co_await stream.read();
    if (bytes.empty()) co_return seen;
    seen += bytes;
  }
}

}  // namespace mcpssh::test
