// Connects take turns on a thread, and a dead host keeps nobody from theirs.
#include "ssh/session/handshake_turn.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using namespace std::chrono_literals;

/// As the implementation has it.
constexpr std::size_t at_once = 32;

class Turns : public testing::Test {
 protected:
  void ask() {
    asio::co_spawn(io_, HandshakeTurn::take(), [this](const std::exception_ptr& failure, auto turn) {
      EXPECT_FALSE(failure);
      taken_.push_back(std::move(turn));
    });
  }
  asio::io_context io_;
  std::vector<std::optional<HandshakeTurn>> taken_;
};

TEST_F(Turns, OneMoreThanThereAreWaitsForTheFirstToEnd) {
  for (std::size_t i = 0; i < at_once + 1; ++i) ask();
  io_.poll();
  EXPECT_EQ(taken_.size(), at_once);
  taken_.front().reset();
  io_.poll();
  EXPECT_EQ(taken_.size(), at_once + 1);
  taken_.clear();
}

TEST_F(Turns, EndAfterTwoSecondsForWhoeverDawdles) {
  for (std::size_t i = 0; i < 2 * at_once; ++i) ask();
  io_.run_for(1500ms);
  EXPECT_EQ(taken_.size(), at_once);
  io_.run_for(10s);
  EXPECT_EQ(taken_.size(), 2 * at_once);
  taken_.clear();
}

/// While people think, the thread is idle; and their time is no handshake's.
TEST_F(Turns, WhoAsksAPersonGivesItBackAtOnceAndTeachesNothing) {
  for (std::size_t i = 0; i < 2 * at_once; ++i) ask();
  io_.run_for(300ms);
  ASSERT_EQ(taken_.size(), at_once);
  for (std::size_t i = 0; i < at_once; ++i) {
    taken_[i]->give_back();
    taken_[i]->give_back();
  }
  io_.restart();
  io_.poll();
  ASSERT_EQ(taken_.size(), 2 * at_once) << "once each, and no more";
  io_.run_for(1s);
  for (std::size_t i = 0; i < at_once; ++i) taken_[i]->succeeded();
  for (std::size_t i = 0; i < at_once; ++i) ask();
  io_.run_for(500ms);
  EXPECT_EQ(taken_.size(), 2 * at_once);
  // Had the 1.3 s been learned, 32 times over, a turn would now last more than 5 s.
  taken_.erase(taken_.begin() + at_once, taken_.end());
  for (std::size_t i = 0; i < at_once; ++i) ask();
  io_.run_for(100ms);
  EXPECT_EQ(taken_.size(), 2 * at_once);
  io_.run_for(2500ms);
  EXPECT_EQ(taken_.size(), 3 * at_once);
  taken_.clear();
}

TEST_F(Turns, WhoLeavesTheQueueTakesNoTurn) {
  for (std::size_t i = 0; i < at_once; ++i) ask();
  asio::cancellation_signal signal;
  bool left = false;
  asio::co_spawn(io_, HandshakeTurn::take(),
                 asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& failure, auto) {
                   left = failure != nullptr;
                 }));
  ask();
  io_.poll();
  signal.emit(asio::cancellation_type::terminal);
  io_.poll();
  EXPECT_TRUE(left);
  EXPECT_EQ(taken_.size(), at_once);
  taken_.front().reset();
  io_.poll();
  EXPECT_EQ(taken_.size(), at_once + 1);
  taken_.clear();
}

}  // namespace
}  // namespace mcpssh::ssh
