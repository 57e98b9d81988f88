#include "base/wakeup.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>

#include "base/clock.hpp"

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

Task<void> count_one_wake_up(Wakeup& wakeup, int& woken) {
  co_await wakeup.wait();
  ++woken;
}

Task<void> record_wait_until(Wakeup& wakeup, MonoTime deadline, std::optional<bool>& notified) {
  notified = co_await wakeup.wait_until(deadline);
}

TEST(Wakeup, WakesEveryoneWhoWaitsAndNobodyWhoComesLater) {
  asio::io_context io(1);
  Wakeup wakeup(io.get_executor());
  int early = 0, late = 0;
  asio::co_spawn(io, count_one_wake_up(wakeup, early), asio::detached);
  asio::co_spawn(io, count_one_wake_up(wakeup, early), asio::detached);
  io.poll();
  wakeup.notify();
  asio::co_spawn(io, count_one_wake_up(wakeup, late), asio::detached);
  io.poll();
  EXPECT_EQ(early, 2);
  EXPECT_EQ(late, 0);
  wakeup.notify();
  io.poll();
  EXPECT_EQ(late, 1);
}

TEST(Wakeup, ANotificationWithoutWaitersIsNotKept) {
  int woken = 0;
  asio::io_context io(1);
  Wakeup wakeup(io.get_executor());
  wakeup.notify();
  asio::co_spawn(io, count_one_wake_up(wakeup, woken), asio::detached);
  io.poll();
  EXPECT_EQ(woken, 0);
}

TEST(Wakeup, TellsANotificationFromADeadline) {
  asio::io_context io(1);
  Wakeup wakeup(io.get_executor());
  std::optional<bool> past, future;
  asio::co_spawn(io, record_wait_until(wakeup, std::chrono::steady_clock::now() - 1s, past), asio::detached);
  io.run();
  EXPECT_EQ(past, false);

  io.restart();
  asio::co_spawn(io, record_wait_until(wakeup, std::chrono::steady_clock::now() + 1h, future),
                 asio::detached);
  io.poll();
  EXPECT_EQ(future, std::nullopt);
  wakeup.notify();
  io.run();
  EXPECT_EQ(future, true);
}

TEST(Wakeup, HearsANotificationPostedBeforeItsWaitHasGoneToSleep) {
  asio::io_context io(1);
  Wakeup wakeup(io.get_executor());
  std::optional<bool> notified;
  asio::co_spawn(io, record_wait_until(wakeup, std::chrono::steady_clock::now() + 1h, notified),
                 asio::detached);
  asio::post(io, [&] { wakeup.notify(); });
  io.run();
  EXPECT_EQ(notified, true);
}

TEST(Wakeup, MayDieBeforeTheFramesOfItsWaiters) {
  asio::io_context io(1);
  int woken = 0;
  std::optional<bool> notified;
  {
    Wakeup wakeup(io.get_executor());
    asio::co_spawn(io, count_one_wake_up(wakeup, woken), asio::detached);
    asio::co_spawn(io, record_wait_until(wakeup, std::chrono::steady_clock::now() + 1h, notified),
                   asio::detached);
    io.poll();
  }
  io.run();  // the dying timer wakes its waiters; ASan watches what those still touch
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(notified, true);
}

Task<void> wait_twice(Wakeup& wakeup, int& passed) {
  co_await wakeup.wait();
  ++passed;
  co_await wakeup.wait();
  ++passed;
}

TEST(Wakeup, ACancelledWaiterStopsAtItsNextAwait) {
  asio::io_context io(1);
  Wakeup wakeup(io.get_executor());
  int passed = 0;
  asio::cancellation_signal stop;
  std::exception_ptr failure;
  asio::co_spawn(io, wait_twice(wakeup, passed),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) { failure = e; }));
  io.poll();
  stop.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(passed, 1);
  EXPECT_TRUE(failure);
}

}  // namespace
}  // namespace mcpssh::base
