#pragma once
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "base/task.hpp"

namespace mcpssh::base {

/// Lets coroutines of one executor wait for "something changed". Waiters re-check their condition after each
/// wake-up. Not thread-safe: notify and wait on the same executor. Cancelling a wait throws at the next
/// co_await.
class Wakeup {
 public:
  explicit Wakeup(const Executor& executor);
  ~Wakeup() { notify(); }
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;
  /// Wakes all who wait now; those who come later wait for the next one.
  void notify();
  Task<void> wait();
  /// Returns false when `deadline` passed first.
  Task<bool> wait_until(asio::steady_timer::time_point deadline);

 private:
  struct Waiters {
    int untimed = 0;                         ///< on never_
    std::vector<asio::steady_timer*> timed;  ///< each on its own
  };
  class OnTime;

  asio::steady_timer never_;
  /// Shared with the waiters: the frame of one that was never resumed may outlive this object.
  std::shared_ptr<Waiters> waiters_ = std::make_shared<Waiters>();
};

}  // namespace mcpssh::base
