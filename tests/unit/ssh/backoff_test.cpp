// How long a host that cannot be reached is left alone.
#include "ssh/pool/backoff.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mcpssh::ssh {
namespace {
using namespace std::chrono_literals;

const base::MonoTime start{1h};

std::vector<std::chrono::milliseconds> pauses(int count, double chance) {
  Backoff backoff;
  std::vector<std::chrono::milliseconds> found;
  for (int i = 0; i < count; ++i) {
    backoff.failed(start, chance);
    found.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(backoff.not_before() - start));
  }
  return found;
}

TEST(Backoff, DoublesFromOneSecondToThirty) {
  using All = std::vector<std::chrono::milliseconds>;
  EXPECT_EQ(pauses(8, 0), All({1s, 2s, 4s, 8s, 16s, 24s, 24s, 24s}));
  EXPECT_EQ(pauses(6, 1), All({1250ms, 2500ms, 5s, 10s, 20s, 30s}));
}

TEST(Backoff, StaysAtThirtySecondsForEver) {
  EXPECT_EQ(pauses(10'000, 1).back(), 30s);
}

TEST(Backoff, OpensTheCircuitWithTheFifthFailure) {
  Backoff backoff;
  for (int i = 0; i < 4; ++i) backoff.failed(start, 0);
  EXPECT_FALSE(backoff.circuit_open());
  backoff.failed(start, 0);
  EXPECT_TRUE(backoff.circuit_open());
  EXPECT_FALSE(backoff.may_try(start + 15s));
  EXPECT_TRUE(backoff.may_try(start + 16s));  // the probe
}

TEST(Backoff, AProbeThatFailsKeepsTheCircuitOpenAndOneThatWorksClosesIt) {
  Backoff backoff;
  for (int i = 0; i < 6; ++i) backoff.failed(start, 0);
  EXPECT_TRUE(backoff.circuit_open());
  EXPECT_EQ(backoff.not_before(), start + 24s);
  backoff.succeeded();
  EXPECT_FALSE(backoff.circuit_open());
  EXPECT_TRUE(backoff.may_try(start));
  EXPECT_EQ(backoff.failures(), 0);
}

TEST(Backoff, AHostThatDoesNotLetUsInIsAskedOnceASecondAndNeverLocksUsOut) {
  Backoff backoff;
  for (int i = 0; i < 20; ++i) backoff.refused(start);
  EXPECT_FALSE(backoff.circuit_open());
  EXPECT_FALSE(backoff.may_try(start + 999ms));
  EXPECT_TRUE(backoff.may_try(start + 1s));
}

TEST(Backoff, AHostThatAnsweredWasReached) {
  Backoff backoff;
  for (int i = 0; i < 5; ++i) backoff.failed(start, 0);
  backoff.refused(start);
  EXPECT_FALSE(backoff.circuit_open());
}

}  // namespace
}  // namespace mcpssh::ssh
