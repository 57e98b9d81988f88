#pragma once
#include <memory>

#include "base/task.hpp"

namespace mcpssh::ssh {

/// The right to be connecting on this thread. Key exchange and signing cost it a few milliseconds each, and a
/// thousand at once would keep the commands of other hosts waiting for seconds, and overrun the accept queue
/// of a host that many targets share. A turn ends with the object, or when it has taken several times as long
/// as those that led somewhere: a dead host must not take it from the others, and a loaded one may be slow.
class HandshakeTurn {
 public:
  HandshakeTurn() = default;  ///< none
  /// Waits for a turn, first come first served. Cancelling gives up the place. On the executor of an
  /// io_context that one thread runs.
  static base::Task<HandshakeTurn> take();
  /// To be told when the connection is there.
  void succeeded();
  /// A person is asked now: others may connect while they think, and how long this one takes says nothing
  /// about handshakes any more. Idempotent; also of a copy, which is the same turn.
  void give_back();

 private:
  class Turns;
  struct Held;
  explicit HandshakeTurn(std::shared_ptr<Held> held) : held_(std::move(held)) {}
  std::shared_ptr<Held> held_;
};

}  // namespace mcpssh::ssh
