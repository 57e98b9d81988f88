#include "base/hop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <string>
#include <thread>

#include "base/error.hpp"

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

/// Another thread with an io_context of its own, joined when it goes out of scope.
class OtherThread {
 public:
  OtherThread() : work_(asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}
  OtherThread(const OtherThread&) = delete;
  OtherThread& operator=(const OtherThread&) = delete;
  ~OtherThread() {
    work_.reset();
    thread_.join();
  }
  [[nodiscard]] Executor executor() { return io_.get_executor(); }
  [[nodiscard]] std::thread::id id() const { return thread_.get_id(); }

 private:
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

/// Runs `work` on this thread to its end and rethrows what it threw.
void run_here(asio::io_context& io, Task<void> work) {
  std::exception_ptr failure;
  asio::co_spawn(io, std::move(work), [&failure](std::exception_ptr e) { failure = e; });
  io.run();
  if (failure) std::rethrow_exception(failure);
}

Task<std::thread::id> where_am_i() {
  co_return std::this_thread::get_id();
}

Task<void> visit(Executor there, std::thread::id& seen_there, std::thread::id& seen_after) {
  seen_there = co_await hop(there, where_am_i());
  seen_after = std::this_thread::get_id();
}

TEST(Hop, RunsThereAndComesBackHere) {
  OtherThread other;
  asio::io_context io(1);
  std::thread::id there, after;
  run_here(io, visit(other.executor(), there, after));
  EXPECT_EQ(there, other.id());
  EXPECT_EQ(after, std::this_thread::get_id());
}

/// A value that cannot be copied nor made from nothing.
struct Parcel {
  explicit Parcel(std::string text) : content(std::make_unique<std::string>(std::move(text))) {}
  std::unique_ptr<std::string> content;
};

Task<Parcel> make_parcel() {
  co_return Parcel("from there");
}

Task<void> fetch_parcel(Executor there, std::string& got) {
  const Parcel parcel = co_await hop(there, make_parcel());
  got = *parcel.content;
}

TEST(Hop, CarriesAMoveOnlyValue) {
  OtherThread other;
  asio::io_context io(1);
  std::string got;
  run_here(io, fetch_parcel(other.executor(), got));
  EXPECT_EQ(got, "from there");
}

Task<void> fail_there() {
  auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  throw Error(ErrorCode::auth_failed, "no key was accepted");
}

Task<void> pass_through(Executor there, Task<void> work) {
  co_await hop(there, std::move(work));
}

TEST(Hop, BringsTheExceptionBack) {
  OtherThread other;
  asio::io_context io(1);
  try {
    run_here(io, pass_through(other.executor(), fail_there()));
    FAIL() << "the exception stayed there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::auth_failed);
  }
}

struct SetOnExit {
  explicit SetOnExit(std::atomic<bool>& f) : flag(f) {}
  SetOnExit(const SetOnExit&) = delete;
  SetOnExit& operator=(const SetOnExit&) = delete;
  ~SetOnExit() { flag = true; }
  std::atomic<bool>& flag;
};

Task<void> wait_for_ever(std::atomic<bool>& started, std::atomic<bool>& unwound) {
  const SetOnExit mark(unwound);
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer never(executor, asio::steady_timer::time_point::max());
  started = true;
  started.notify_one();
  co_await never.async_wait(asio::use_awaitable);
}

TEST(Hop, CancellingTheAwaitUnwindsTheWorkBeforeItReturns) {
  OtherThread other;
  asio::io_context io(1);
  std::atomic<bool> started = false, unwound = false, unwound_at_return = false;
  asio::cancellation_signal stop;
  asio::co_spawn(io, pass_through(other.executor(), wait_for_ever(started, unwound)),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) {
                   unwound_at_return = unwound.load();
                   EXPECT_TRUE(e);
                 }));
  io.poll();
  started.wait(false);
  stop.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(unwound_at_return);
}

Task<int> brief_work() {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, 1ms);
  co_await timer.async_wait(asio::use_awaitable);
  co_return 1;
}

/// Lets the work's own end and a time-out meet in ever new orders.
Task<void> race(Executor there, int rounds, int& finished, int& timed_out) {
  using namespace asio::experimental::awaitable_operators;
  auto here = co_await asio::this_coro::executor;
  for (int i = 0; i < rounds; ++i) {
    asio::steady_timer alarm(here, 900us + (i % 5) * 60us);
    auto crossing = hop(there, brief_work());
    const auto first = co_await (std::move(crossing) || alarm.async_wait(asio::use_awaitable));
    ++(first.index() == 0 ? finished : timed_out);
  }
}

TEST(Hop, SurvivesSixteenThousandRacesBetweenResultAndCancellation) {
  OtherThread other;
  asio::io_context io(1);
  int finished = 0, timed_out = 0;
  for (int k = 0; k < 8; ++k)
    asio::co_spawn(io, race(other.executor(), 2000, finished, timed_out), asio::detached);
  io.run();
  EXPECT_EQ(finished + timed_out, 16'000);
}

}  // namespace
}  // namespace mcpssh::base
