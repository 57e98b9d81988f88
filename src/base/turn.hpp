#pragma once
#include <optional>
#include <utility>

#include "base/task.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::base {

/// One at a time, for coroutines of one executor. The queue must outlive the turns it gave.
class TurnQueue {
 public:
  /// Held while it lives.
  class Turn {
   public:
    explicit Turn(TurnQueue* queue) : queue_(queue) {}
    Turn(Turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (queue_ != nullptr) queue_->give_back();
    }

   private:
    TurnQueue* queue_;
  };

  explicit TurnQueue(Executor executor) : free_(std::move(executor)) {}

  Task<Turn> take() {
    while (taken_) co_await free_.wait();
    taken_ = true;
    co_return Turn(this);
  }
  /// Nothing while another one is held.
  std::optional<Turn> try_take() {
    if (std::exchange(taken_, true)) return std::nullopt;
    return Turn(this);
  }
  /// Returns when a turn was given back. Somebody else may have taken the next one.
  Task<void> freed() { co_await free_.wait(); }
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  void give_back() {
    taken_ = false;
    free_.notify();
  }

  bool taken_ = false;
  Wakeup free_;
};

}  // namespace mcpssh::base
