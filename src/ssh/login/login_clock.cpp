#include "ssh/login/login_clock.hpp"

namespace mcpssh::ssh {

LoginClock::LoginClock(const base::Executor& executor, std::chrono::milliseconds limit)
    : began_(std::chrono::steady_clock::now()), deadline_(began_ + limit), resumed_(executor) {}

base::Task<void> LoginClock::run_out() {
  for (;;) {
    if (paused_) {
      co_await resumed_.wait();
    } else if (std::chrono::steady_clock::now() >= deadline_) {
      co_return;
    } else {
      co_await resumed_.wait_until(deadline_);
    }
  }
}

}  // namespace mcpssh::ssh
