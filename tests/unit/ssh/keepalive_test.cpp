// A dead peer is noticed in time, a living one is left alone.
#include "ssh/session/keepalive.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {
using namespace std::chrono_literals;
using Move = Keepalive::Move;

const base::MonoTime start{1h};

TEST(Keepalive, AsksASilentPeerTwiceAndGivesItUpAfterThreeIntervals) {
  Keepalive keepalive(5s, start);
  EXPECT_EQ(keepalive.due(), start + 5s);
  EXPECT_EQ(keepalive.next(start + 5s), Move::ask);
  EXPECT_EQ(keepalive.due(), start + 10s);
  EXPECT_EQ(keepalive.next(start + 10s), Move::ask);
  EXPECT_EQ(keepalive.next(start + 15s), Move::give_up);
  EXPECT_EQ(keepalive.patience(), 15s);
}

TEST(Keepalive, CountsSilenceFromTheLastByte) {
  Keepalive keepalive(5s, start);
  keepalive.heard(start + 4s);
  EXPECT_EQ(keepalive.next(start + 5s), Move::wait);
  EXPECT_EQ(keepalive.due(), start + 9s);
  EXPECT_EQ(keepalive.next(start + 9s), Move::ask);
}

TEST(Keepalive, AnAnswerStartsTheCountAnew) {
  Keepalive keepalive(5s, start);
  EXPECT_EQ(keepalive.next(start + 5s), Move::ask);
  EXPECT_EQ(keepalive.next(start + 10s), Move::ask);
  keepalive.heard(start + 10s + 1ms);
  EXPECT_EQ(keepalive.next(start + 15s), Move::wait);
  EXPECT_EQ(keepalive.next(start + 15s + 1ms), Move::ask);
  EXPECT_EQ(keepalive.next(start + 20s + 1ms), Move::ask);
  EXPECT_EQ(keepalive.next(start + 25s + 1ms), Move::give_up);
}

TEST(Keepalive, GivesNobodyUpForATimeInWhichWeDidNotLook) {
  Keepalive keepalive(5s, start);
  EXPECT_EQ(keepalive.next(start + 1h), Move::ask);
  EXPECT_EQ(keepalive.next(start + 2h), Move::ask);
  EXPECT_EQ(keepalive.next(start + 2h + 1s), Move::wait);
  EXPECT_EQ(keepalive.next(start + 2h + 5s), Move::give_up);
}

}  // namespace
}  // namespace mcpssh::ssh
