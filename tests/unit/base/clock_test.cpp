#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

WallTime at(std::chrono::microseconds since_epoch) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(since_epoch));
}

TEST(Rfc3339, IsUtcWithMicroseconds) {
  EXPECT_EQ(rfc3339(at(0us)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(at(1795360445s + 123456us)), "2026-11-22T15:14:05.123456Z");
  EXPECT_EQ(rfc3339(at(951782400s)), "2000-02-29T00:00:00.000000Z");
}

TEST(Rfc3339, RoundsDownBeforeTheEpochToo) {
  EXPECT_EQ(rfc3339(at(-1us)), "1969-12-31T23:59:59.999999Z");
}

TEST(HumanDuration, ChoosesTheUnitAReaderWould) {
  EXPECT_EQ(human_duration(0ns), "0 ms");
  EXPECT_EQ(human_duration(45ms), "45 ms");
  EXPECT_EQ(human_duration(130ms), "0.13 s");
  EXPECT_EQ(human_duration(9'949ms), "9.95 s");
  EXPECT_EQ(human_duration(10s), "10 s");
  EXPECT_EQ(human_duration(200s), "3 min 20 s");
  EXPECT_EQ(human_duration(2h + 5min + 59s), "2 h 5 min");
}

TEST(Clock, RunsForwardByDefaultAndByHandWhenToldSo) {
  const Clock real;
  const auto first = real.mono();
  EXPECT_LE(first, real.mono());
  Clock stopped;
  stopped.wall = [] { return WallTime(); };
  EXPECT_EQ(rfc3339(stopped.wall()), "1970-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace mcpssh::base
