// A pool whose log-in asks a person, on the loop that also ends the pool.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/faults.hpp"
#include "dialogue_server.hpp"
#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {

class PoolWithAQuestion : public PoolTest {
 protected:
  PoolWithAQuestion() : server_(directory_.path(), {.rounds = {{"", {{"Code:"}}}}}) {}
  /// Waits for an answer that does not come, on the loop, and takes many of its turns to be put away.
  base::Task<std::optional<base::Secret>> asked() {
    asked_ = true;
    base::Wakeup never(loop_.executor());
    try {
      for (;;) co_await never.wait();
    } catch (const boost::system::system_error&) {
      cancelled_ = true;
    }
    co_await base::asio::this_coro::reset_cancellation_state();
    for (int turn = 0; turn < 1000; ++turn)
      co_await base::asio::post(loop_.executor(), base::asio::use_awaitable);
    put_away_ = true;
    co_return std::nullopt;
  }
  ssh::Target target() {
    ssh::Target with;
    with.name = "web1";
    with.address = "127.0.0.1";
    with.port = server_.port();
    with.user = "ann";
    with.posix = false;
    with.known_hosts = directory_.write("known_hosts", server_.known_hosts());
    with.credentials.methods = {ssh::Credentials::Method::keyboard_interactive};
    with.ask_human = [this](const ssh::HumanPrompt&) { return base::hop(loop_.executor(), asked()); };
    return with;
  }

  /// Takes its time before it answers, which is added to `thought`.
  base::Task<std::optional<base::Secret>> think(std::chrono::nanoseconds& thought, bool answer) {
    const auto began = std::chrono::steady_clock::now();
    co_await pause(50ms);
    thought += std::chrono::steady_clock::now() - began;
    if (!answer) co_return std::nullopt;
    co_return base::Secret("424242");
  }
  /// A pool that notes how long its attempts took.
  void note_attempts(std::vector<std::chrono::nanoseconds>& attempts) {
    auto with = options();
    with.on_attempt = [&attempts](std::chrono::nanoseconds took, std::optional<base::ErrorCode>) {
      attempts.push_back(took);
    };
    pool_.emplace(loop_.executor(), std::move(with));
  }

  DialogueServer server_;
  bool asked_ = false, cancelled_ = false, put_away_ = false;
};

TEST_F(PoolWithAQuestion, EndsTheConnectThatACancelledCallerLeftBehindBeforeItGoes) {
  base::asio::cancellation_signal signal;
  const auto acquired = start_acquire(target(), {}, &signal);
  loop_.run_until(asked_);
  signal.emit(base::asio::cancellation_type::terminal);
  wait_for(*acquired);
  EXPECT_TRUE(acquired->cancelled);
  EXPECT_FALSE(put_away_) << "it unwinds on its threads, after the caller";
  loop_.run_until(cancelled_);
  loop_.run(pool_->end_connects());
  EXPECT_TRUE(put_away_);
  pool_.reset();  // would wait for the question, and the question for the loop
}

TEST_F(PoolWithAQuestion, WhatAPersonThinksIsNoTimeOfTheAttempt) {
  for (const bool answer : {true, false}) {
    std::vector<std::chrono::nanoseconds> attempts;
    std::chrono::nanoseconds thought{};
    note_attempts(attempts);
    auto with = target();
    with.ask_human = [&](const ssh::HumanPrompt&) {
      return base::hop(loop_.executor(), think(thought, answer));
    };
    const auto began = std::chrono::steady_clock::now();
    wait_for(*start_acquire(with));
    const auto all = std::chrono::steady_clock::now() - began;
    ASSERT_EQ(attempts.size(), 1u);
    EXPECT_GT(thought, 0ns);
    EXPECT_LE(attempts.front() + thought, all);
  }
}

TEST_F(PoolWithAQuestion, ACallerWhoMayAskNoMoreSpoilsNobodyElsesLogIn) {
  auto first = target();
  first.ask_human = [](const ssh::HumanPrompt&) -> base::Task<std::optional<base::Secret>> {
    throw base::Error(base::Fault::too_many_requests, "nobody is asked again");
  };
  auto second = target();
  std::chrono::nanoseconds thought{};
  second.ask_human = [&](const ssh::HumanPrompt&) {
    return base::hop(loop_.executor(), think(thought, true));
  };
  const auto refused = start_acquire(first);
  const auto served = start_acquire(second);
  wait_for(*refused);
  wait_for(*served);
  ASSERT_TRUE(refused->error);
  EXPECT_EQ(refused->error->fault(), base::Fault::too_many_requests);
  EXPECT_FALSE(served->error) << served->error->what();
}

TEST_F(PoolWithAQuestion, WhatFailsAtTheJumpHostIsTheJumpHostsAttempt) {
  std::vector<std::chrono::nanoseconds> attempts;
  std::chrono::nanoseconds thought{};
  note_attempts(attempts);
  auto gate = target();
  gate.name = "gate";
  gate.ask_human = [&](const ssh::HumanPrompt&) {
    return base::hop(loop_.executor(), think(thought, false));
  };
  auto with = target();
  with.jump = std::make_shared<const ssh::Target>(std::move(gate));
  const auto acquired = start_acquire(with);
  wait_for(*acquired);
  EXPECT_TRUE(acquired->error);
  EXPECT_EQ(attempts.size(), 1u);
}

}  // namespace
}  // namespace mcpssh::test
