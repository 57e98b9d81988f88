#include "ssh/login/login_clock.hpp"

#include <algorithm>

namespace mcpssh::ssh {

base::MonoTime answer_until(base::MonoTime began, base::MonoTime now, std::chrono::milliseconds given) {
  return std::min(now + (given.count() > 0 ? given : human_limit), began + human_limit);
}

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
