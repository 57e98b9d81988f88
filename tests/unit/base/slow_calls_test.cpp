// What blocks holds up nobody, and is given up in time.
#include "base/slow_calls.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;

/// Holds whoever passes until it is opened; what a dead name service does.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    news_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  bool open_ = false;
};

class SlowCalls : public testing::Test {
 protected:
  template <class Work>
  auto begin(Work work, std::chrono::milliseconds within) {
    using Result = std::invoke_result_t<Work&>;
    auto answer = std::make_shared<std::optional<std::optional<Result>>>();
    asio::co_spawn(*loop_, slow_call(std::move(work), within),
                   [answer](const std::exception_ptr&, std::optional<Result> result) { *answer = result; });
    return answer;
  }

  std::unique_ptr<asio::io_context> loop_ = std::make_unique<asio::io_context>();
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

TEST_F(SlowCalls, RunOnAnotherThreadAndAnswerHere) {
  const auto answer = begin([] { return std::this_thread::get_id(); }, 10s);
  loop_->run();
  ASSERT_TRUE(answer->has_value() && (*answer)->has_value());
  EXPECT_NE(***answer, std::this_thread::get_id());
}

TEST_F(SlowCalls, ThatHangAreGivenUpInTimeAndHoldNobodyUp) {
  const auto hanging = begin([gate = gate_] { return gate->pass(), 1; }, 50ms);
  const auto quick = begin([] { return 2; }, 10s);
  loop_->run();
  EXPECT_EQ(**quick, 2);
  ASSERT_TRUE(hanging->has_value());
  EXPECT_FALSE((*hanging)->has_value());
  gate_->open();
}

TEST_F(SlowCalls, ThatFailHaveNoAnswer) {
  const auto failed = begin([]() -> int { throw std::runtime_error("no"); }, 10s);
  loop_->run();
  ASSERT_TRUE(failed->has_value());
  EXPECT_FALSE((*failed)->has_value());
}

TEST_F(SlowCalls, OfWhichTooManyHangAreRefusedAtOnce) {
  std::vector<std::shared_ptr<std::optional<std::optional<int>>>> all;
  for (int i = 0; i < 100; ++i) all.push_back(begin([gate = gate_] { return gate->pass(), 1; }, 10s));
  while (!all.back()->has_value()) loop_->run_one();
  EXPECT_FALSE((*all.back())->has_value());
  gate_->open();
  loop_->run();
  EXPECT_EQ(**all.front(), 1);
}

TEST_F(SlowCalls, AContextEndsThoughOneHangs) {
  const auto hanging = begin([gate = gate_] { return gate->pass(), 1; }, 1h);
  const auto quick = begin([] { return 2; }, 10s);
  while (!quick->has_value()) loop_->run_one();
  const auto before = std::chrono::steady_clock::now();
  loop_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
  EXPECT_FALSE(hanging->has_value());
  gate_->open();
}

}  // namespace
}  // namespace mcpssh::base
