#pragma once
#include <optional>
#include <string>

#include "base/task.hpp"

namespace mcpssh::mcp {

/// One peer's messages, framed: what a transport gives the protocol. Lives on
/// one executor.
class MessageStream {
 public:
  virtual ~MessageStream() = default;
  /// The next message's text; nothing at the end of the stream. Throws
  /// Error(limit_reached) for an oversize message (the stream stays usable),
  /// Error(connection_lost) otherwise.
  virtual base::Task<std::optional<std::string>> read() = 0;
  /// Queues one message in order; returns when it is handed over or queued.
  /// Waits when the queue is full.
  virtual base::Task<void> write(std::string message) = 0;
};

}  // namespace mcpssh::mcp
