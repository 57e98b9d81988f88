#pragma once
#include <string>
#include <string_view>

#include "base/task.hpp"

namespace mcpssh::base {

/// A two-way byte stream: an SSH shell channel, a recording, a test script. Lives on one executor.
class Duplex {
 public:
  virtual ~Duplex() = default;
  /// The next bytes, at least one; empty means the other side has ended. Throws Error(connection_lost).
  virtual Task<std::string> read() = 0;
  /// Writes all of `bytes`. Throws Error(connection_lost).
  virtual Task<void> write(std::string bytes) = 0;
  /// Says that nothing more will be written, where the stream can say so.
  virtual void end_writing() {}
};

}  // namespace mcpssh::base
