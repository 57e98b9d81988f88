#pragma once
#include <chrono>
#include <deque>
#include <map>
#include <string>

#include "base/clock.hpp"

namespace mcpssh::gateway {

/// Counts the tool calls of principals that may make only so many a minute, whatever sessions they come from:
/// within any 60 s no more than that. Lives on the gateway's executor.
class Pace {
 public:
  explicit Pace(base::Clock clock) : clock_(std::move(clock)) {}

  /// Zero: counted, go on. Else how long until there is room for one; it does not count.
  std::chrono::seconds take(const std::string& principal, unsigned calls_per_minute);

 private:
  void forget_silent(base::MonoTime before);

  base::Clock clock_;
  std::map<std::string, std::deque<base::MonoTime>> calls_;  ///< of the last minute, oldest first
};

}  // namespace mcpssh::gateway
