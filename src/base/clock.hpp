#pragma once
#include <chrono>
#include <functional>
#include <string>

namespace mcpssh::base {

using WallTime = std::chrono::system_clock::time_point;
using MonoTime = std::chrono::steady_clock::time_point;

/// Where time comes from. Passed in, so that tests turn the hands. A value; thread-safe if its functions are.
struct Clock {
  std::function<WallTime()> wall = [] { return std::chrono::system_clock::now(); };
  std::function<MonoTime()> mono = [] { return std::chrono::steady_clock::now(); };
};

/// RFC 3339 in UTC with microseconds: "2026-11-22T15:04:05.123456Z".
std::string rfc3339(WallTime time);

/// "0.13 s", "45 ms", "3 min 20 s": for people.
std::string human_duration(std::chrono::nanoseconds duration);

}  // namespace mcpssh::base
