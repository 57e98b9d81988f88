#pragma once
#include <chrono>

#include "base/clock.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::ssh {

/// The time a log-in may take, without the time a person thinks. Lives on one executor.
class LoginClock {
 public:
  LoginClock(const base::Executor& executor, std::chrono::milliseconds limit);
  /// The clock stands still while one of these lives.
  class Pause {
   public:
    explicit Pause(LoginClock& clock) : clock_(clock), since_(std::chrono::steady_clock::now()) {
      clock_.paused_ = true;
    }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      clock_.deadline_ += std::chrono::steady_clock::now() - since_;
      clock_.paused_ = false;
      clock_.resumed_.notify();
    }

   private:
    LoginClock& clock_;
    base::MonoTime since_;
  };

  /// Returns when the time has run out.
  base::Task<void> run_out();

 private:
  base::MonoTime deadline_;
  bool paused_ = false;
  base::Wakeup resumed_;
};

}  // namespace mcpssh::ssh
