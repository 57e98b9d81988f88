// More work than a host, its MaxSessions or the pool allows waits its turn: never an error.
#include <gmock/gmock.h>

#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::CloseReason;
using ssh::Lease;

class Limits : public PoolTest {
 protected:
  static void SetUpTestSuite() { server_ = server_with_user(); }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  ssh::Target target(const std::string& name = "web1") {
    auto made = user_target(server(), directory_);
    made.name = name;
    return made;
  }
  void with_connections(std::size_t count) {
    auto with = options();
    with.connections = count;
    pool_.emplace(loop_.executor(), std::move(with));
  }

  /// Runs a command as the gateway does: again, when the host had no channel for it.
  base::Task<std::string> run_somewhere(ssh::Target target, std::string command) {
    for (;;) {
      auto lease = co_await pool_->acquire(target);
      most_connections_ = std::max(most_connections_, pool_->entries().size());
      std::optional<base::Error> refused;
      try {
        auto said = co_await hopped(lease.connection(), command);
        co_return said.out;
      } catch (const base::Error& error) {
        refused = error;
      }
      if (refused->code() != ErrorCode::channel_limit || !lease.no_more_channels())
        throw base::Error(*refused);
      ++refused_;
    }
  }
  /// Ten commands at once.
  void run_ten(const ssh::Target& target) {
    int done = 0;
    bool all_done = false;
    for (int i = 0; i < 10; ++i) {
      base::asio::co_spawn(loop_.executor(), run_somewhere(target, "sleep 0.1; echo " + std::to_string(i)),
                           [&, i](const std::exception_ptr& failure, const std::string& out) {
                             EXPECT_NO_THROW(if (failure) std::rethrow_exception(failure));
                             EXPECT_EQ(out, std::to_string(i) + "\n");
                             all_done = ++done == 10;
                           });
    }
    loop_.run_until(all_done);
  }

  std::size_t most_connections_ = 0;
  int refused_ = 0;

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(Limits, CallersBeyondAHostsLimitsWaitInOrder) {
  auto narrow = target();
  narrow.max_sessions = 2;
  narrow.max_connections = 2;
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 8; ++i) all.push_back(start_acquire(narrow));
  for (int i = 0; i < 4; ++i) wait_for(*all[static_cast<std::size_t>(i)]);
  EXPECT_EQ(pool_->entries().size(), 2U);
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_FALSE(all[i]->ended);
    all[i - 4]->lease = Lease();
    wait_for(*all[i]);
    for (std::size_t later = i + 1; later < 8; ++later) EXPECT_FALSE(all[later]->ended);
  }
  EXPECT_EQ(pool_->entries().size(), 2U);
}

TEST_F(Limits, AQueuedCallerCanLeaveAndTheNextOneMovesUp) {
  auto narrow = target();
  narrow.max_sessions = narrow.max_connections = 1;
  auto held = acquire(narrow);
  base::asio::cancellation_signal signal;
  const auto leaving = start_acquire(narrow, {}, &signal), staying = start_acquire(narrow);
  loop_.run(pause(1ms));
  signal.emit(base::asio::cancellation_type::terminal);
  wait_for(*leaving);
  EXPECT_TRUE(leaving->cancelled);
  EXPECT_FALSE(staying->ended);
  held = Lease();
  wait_for(*staying);
  EXPECT_EQ(run(staying->lease, "echo moved up").out, "moved up\n");
}

TEST_F(Limits, AHostThatMayOpenNoMoreTakesTheConnectionOfAnIdleOne) {
  with_connections(1);
  auto first = acquire(target("first"));
  const auto second = start_acquire(target("second"));
  loop_.run(pause(20ms));
  EXPECT_FALSE(second->ended);
  first = Lease();
  wait_for(*second);
  ASSERT_FALSE(second->error);
  ASSERT_EQ(closed_.size(), 1U);
  EXPECT_EQ(closed_.front().host, "first");
  EXPECT_EQ(closed_.front().reason, CloseReason::idle);
  second->lease = Lease();
  EXPECT_EQ(run(acquire(target("third")), "echo third").out, "third\n");
}

TEST_F(Limits, MaxSessionsOneServesTenCommandsAtOnce) {
  const auto narrow = server_with_user({"MaxSessions 1"});
  run_ten(user_target(*narrow, directory_));
  EXPECT_GT(refused_, 0);
  EXPECT_GT(most_connections_, 1U);
  refused_ = 0;
  run_ten(user_target(*narrow, directory_));
  EXPECT_EQ(refused_, 0) << "what the host allows was forgotten";
}

TEST_F(Limits, MaxSessionsTwoServesTenCommandsAtOnce) {
  const auto narrow = server_with_user({"MaxSessions 2"});
  auto with_spares = user_target(*narrow, directory_);
  with_spares.spare_channels = 2;
  run_ten(with_spares);
  run_ten(with_spares);
}

TEST_F(Limits, AHostThatOpensNoChannelAtAllIsNotAskedForEver) {
  auto lease = acquire(target());
  EXPECT_FALSE(lease.no_more_channels());
}

TEST_F(Limits, AHostThatStoppedOpeningChannelsGetsAnotherConnection) {
  acquire(target());
  auto lease = acquire(target());
  EXPECT_TRUE(lease.no_more_channels());
  const auto* full = lease.connection().get();
  auto other = acquire(target());
  EXPECT_NE(other.connection().get(), full);
  lease = Lease();
  loop_.run(until_closed(1));
  EXPECT_EQ(run(other, "echo other").out, "other\n");
}

TEST_F(Limits, ClosingAHostWhenIdleLetsItsCommandsRunOn) {
  auto narrow = target();
  narrow.max_sessions = 1;
  auto busy = acquire(narrow);
  auto idle = acquire(narrow);
  idle = Lease();
  const auto running = start(busy, "sleep 0.3; echo ran on");
  const auto closed = pool_->close_when_idle("web1", CloseReason::asked);
  EXPECT_EQ(closed.now, 1U);
  EXPECT_EQ(closed.later, 1U);
  loop_.run(until_closed(1));
  const auto fresh = acquire(narrow);
  EXPECT_NE(fresh.connection().get(), busy.connection().get());
  loop_.run_until(running->ended);
  EXPECT_EQ(running->said.out, "ran on\n");
  busy = Lease();
  loop_.run(until_closed(2));
  EXPECT_EQ(closed_.back().reason, CloseReason::asked);
  EXPECT_EQ(pool_->close_when_idle("other", CloseReason::asked).now, 0U);
}

}  // namespace
}  // namespace mcpssh::test
