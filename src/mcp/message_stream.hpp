#pragma once
#include <optional>
#include <string>

#include "base/principal.hpp"
#include "base/task.hpp"

namespace mcpssh::mcp {

/// Which request of the peer a message of ours belongs to. Streams with one way out (stdio) ignore it; over
/// HTTP a response, and what is said about a call while it runs, goes where its request came from.
struct Relation {
  /// The request's id as JSON text ("7", "\"a\""); of a batch, its first request's. Empty: about none that
  /// can be named.
  std::string request;
  bool answers = false;  ///< this is the response: nothing more comes about that request
  int error = 0;         ///< the JSON-RPC code of an error response, else 0
};

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
  virtual base::Task<void> write(std::string message, Relation relation) = 0;
  /// Who speaks on it by now, for transports whose peers' rights may change while it lives; null: who it is
  /// served for.
  [[nodiscard]] virtual const base::Principal* speaker() const { return nullptr; }
  /// The request of that id (as in Relation) was cancelled and gets no answer: nothing more is said about it.
  virtual void unanswered(const std::string& /*request*/) {}
};

}  // namespace mcpssh::mcp
