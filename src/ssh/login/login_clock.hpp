#pragma once
#include <chrono>

#include "base/clock.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::ssh {

/// sshd hangs up 120 s (LoginGraceTime) after the connect, however often it asks.
constexpr std::chrono::milliseconds human_limit{110'000};

/// Until when a person may answer a question of a log-in that began at `began` and is asked `now`: for as
/// long as `given`, 0: as the host waits, and never longer than that. Not after `now` when it is too late.
/// Pure.
base::MonoTime answer_until(base::MonoTime began, base::MonoTime now, std::chrono::milliseconds given);

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
      const auto stood = std::chrono::steady_clock::now() - since_;
      clock_.deadline_ += stood;
      clock_.stood_still_ += stood;
      clock_.paused_ = false;
      clock_.resumed_.notify();
    }

   private:
    LoginClock& clock_;
    base::MonoTime since_;
  };

  /// Returns when the time has run out.
  base::Task<void> run_out();
  /// When it was made: a host counts from the connect, whoever it waits for.
  [[nodiscard]] base::MonoTime began() const { return began_; }
  /// The time of all pauses that are over.
  [[nodiscard]] base::MonoTime::duration stood_still() const { return stood_still_; }

 private:
  base::MonoTime began_;
  base::MonoTime::duration stood_still_{};
  base::MonoTime deadline_;
  bool paused_ = false;
  base::Wakeup resumed_;
};

}  // namespace mcpssh::ssh
