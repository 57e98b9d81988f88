#pragma once
#include <chrono>

#include "base/clock.hpp"

namespace mcpssh::ssh {

/// Decides when a silent peer is asked whether it is there, and when it is given up: after one interval of
/// silence it is asked, after three it is dead. Any byte of it counts as life. Pure; time is passed in.
class Keepalive {
 public:
  enum class Move { wait, ask, give_up };

  /// `interval` > 0.
  Keepalive(std::chrono::milliseconds interval, base::MonoTime now);

  void heard(base::MonoTime now);
  /// When next() is to be called. Later is fine: it may be a whole suspension of this process.
  [[nodiscard]] base::MonoTime due() const { return due_; }
  /// What to do now, after everything that has arrived was heard(). A peer is given up only when it was
  /// asked and had an interval to answer, however long we did not look.
  Move next(base::MonoTime now);
  /// How long a peer is silent before it is given up.
  [[nodiscard]] std::chrono::milliseconds patience() const;
  /// Within this time after it fell silent it is given up: what it had taken of ours until then may have
  /// counted as life at the first look.
  [[nodiscard]] std::chrono::milliseconds verdict_within() const;

 private:
  std::chrono::milliseconds interval_;
  base::MonoTime heard_, due_;
  int unanswered_ = 0;
};

}  // namespace mcpssh::ssh
