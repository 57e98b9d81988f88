#include "base/clock.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace mcpssh::base {

std::string rfc3339(WallTime time) {
  using namespace std::chrono;
  const auto since_epoch = floor<microseconds>(time.time_since_epoch());
  const auto whole = floor<seconds>(since_epoch);
  const auto micros = (since_epoch - whole).count();
  const std::time_t seconds_value = whole.count();
  std::tm parts{};
  ::gmtime_r(&seconds_value, &parts);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"), parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, micros);
}

std::string human_duration(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.2f} s", seconds);
  if (seconds < 119.5) return fmt::format("{:.0f} s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace mcpssh::base
