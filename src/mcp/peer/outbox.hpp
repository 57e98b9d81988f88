#pragma once
#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/message_stream.hpp"

namespace mcpssh::mcp {

/// Messages on their way to one peer: in order, bounded (protocol::outbox_*).
/// When the peer does not read, progress is dropped first and responses wait.
/// Lives on one executor; its owner runs `run` and awaits `finish` before
/// letting go.
class Outbox {
 public:
  Outbox(base::Executor executor, std::shared_ptr<MessageStream> stream);

  /// Queues `message`, waiting while the queue is full. Throws
  /// Error(connection_lost) once the peer cannot be written to. After `hurry`,
  /// what does not fit is dropped.
  base::Task<void> send(std::string message, Relation relation);
  /// Queues `message` if few are waiting; it may still be dropped to make room
  /// for a `send`.
  void offer(std::string message, Relation relation);

  /// Writes the queue out until `finish` and an empty queue, a failed write or
  /// cancellation. Never throws.
  base::Task<void> run();
  /// Returns when the peer could not be written to.
  base::Task<void> broken();
  /// The peer is going: nobody waits for room any longer.
  void hurry();
  /// Lets `run` end after the queue. False when it is still writing after
  /// `patience`: then cancel it and call `ended`.
  base::Task<bool> finish(std::chrono::milliseconds patience);
  /// Returns when `run` has ended.
  base::Task<void> ended();

 private:
  struct Waiting {
    std::string text;
    Relation relation;
    bool droppable = false;
  };
  base::Task<void> pump();
  [[nodiscard]] bool full() const;
  bool drop_one();
  void push(Waiting message);

  std::shared_ptr<MessageStream> stream_;
  std::deque<Waiting> queue_;
  std::size_t bytes_ = 0;
  bool hurried_ = false;
  bool finishing_ = false;
  bool broken_ = false;
  bool ended_ = false;
  base::Wakeup filled_;  ///< for `run`: something to write, or finishing
  base::Wakeup moved_;   ///< for everyone else: room, broken or ended
};

}  // namespace mcpssh::mcp
