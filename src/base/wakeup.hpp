#pragma once
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "base/task.hpp"

namespace mcpssh::base {

/// Lets coroutines of one executor wait for "something changed". Waiters re-check their condition after each
/// wake-up. Not thread-safe: notify and wait on the same executor. Cancelling a wait throws at the next
/// co_await.
class Wakeup {
 public:
  explicit Wakeup(const Executor& executor);
  /// Wakes all who wait now; those who come later wait for the next one.
  void notify();
  Task<void> wait();
  /// Returns false when `deadline` passed first.
  Task<bool> wait_until(asio::steady_timer::time_point deadline);

 private:
  asio::steady_timer never_;
  /// Shared with the waiters: the frame of one that was never resumed may outlive this object.
  std::shared_ptr<int> waiting_ = std::make_shared<int>(0);
};

}  // namespace mcpssh::base
