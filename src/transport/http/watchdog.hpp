#pragma once
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "base/task.hpp"

namespace mcpssh::transport {

/// Bites when it was not called off in time, once for each time it was set. Moving the deadline costs no
/// timer operation unless it comes nearer. Lives on one executor.
class Watchdog {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Watchdog(const base::Executor& executor, std::function<void()> bite);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void within(std::chrono::milliseconds time);
  void rest();

 private:
  struct State;
  static void arm(const std::shared_ptr<State>& state, Moment when);
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::transport
