#pragma once
#include <chrono>

#include "base/clock.hpp"

namespace mcpssh::ssh {

/// When one host may be connected to again after it failed. Two kinds of failure:
/// - failed(): it was not reached (DNS, TCP, handshake, silence). The pause doubles each time, from 1 s to
///   30 s, with up to a quarter on top by chance, so that many clients do not come back in one moment. After
///   limits::failures_before_backing_off in a row the circuit is open: until the pause is over nobody should
///   be made to wait for it.
/// - refused(): it answered and does not let us in. A person mends that and tries again at once, so the pause
///   stays at 1 s; but never more than one attempt a second, since hosts lock accounts.
/// Pure; time and chance are passed in. A value.
class Backoff {
 public:
  Backoff() = default;
  /// `shortest`: in place of 1 s, and everything else in proportion.
  explicit Backoff(std::chrono::milliseconds shortest) : shortest_(shortest) {}

  /// `chance`: in [0, 1).
  void failed(base::MonoTime now, double chance);
  void refused(base::MonoTime now);
  void succeeded() { *this = Backoff(shortest_); }

  [[nodiscard]] bool may_try(base::MonoTime now) const { return now >= not_before_; }
  [[nodiscard]] base::MonoTime not_before() const { return not_before_; }
  /// Failures of the first kind in a row.
  [[nodiscard]] int failures() const { return failures_; }
  [[nodiscard]] bool circuit_open() const;

 private:
  std::chrono::milliseconds shortest_{1000};
  int failures_ = 0;
  base::MonoTime not_before_{};
};

}  // namespace mcpssh::ssh
