// Hosts that cannot be reached are left alone for a while, and tried again in time.
#include <gmock/gmock.h>

#include "base/limits.hpp"
#include "pool_fixture.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using std::chrono::steady_clock;
using testing::HasSubstr;

/// In place of a second, so that the test is over in time.
constexpr auto shortest_pause = 50ms;
/// The longest pauses after the fifth failure and after any.
constexpr auto after_circuit = 20 * shortest_pause, longest_pause = 30 * shortest_pause;

/// A reset may be seen by connect or by what follows.
bool reset_by_peer(const base::Error& error) {
  return error.code() == ErrorCode::connect_failed || error.code() == ErrorCode::handshake_failed;
}

class BackingOff : public PoolTest {
 protected:
  static void SetUpTestSuite() { server_ = server_with_user(); }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  BackingOff() {
    auto with = options();
    with.shortest_pause = shortest_pause;
    pool_.emplace(loop_.executor(), std::move(with));
  }
  ssh::Target target(std::uint16_t port) {
    auto made = user_target(server(), directory_);
    made.port = port;
    made.host_key_checking = ssh::HostKeyChecking::off;
    return made;
  }
  /// Fails until the circuit is open.
  void open_circuit(const ssh::Target& to) {
    for (int i = 0; i < base::limits::failures_before_backing_off; ++i)
      EXPECT_TRUE(reset_by_peer(acquire_error(to)));
  }

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(BackingOff, WaitsLongerAfterEachFailureAndThenAnswersWithoutTrying) {
  Relay relay(server().port());
  relay.reset_new(true);
  const auto begin = steady_clock::now();
  open_circuit(target(relay.port()));
  EXPECT_GE(steady_clock::now() - begin, (1 + 2 + 4 + 8) * shortest_pause);
  EXPECT_EQ(relay.accepted(), 5U);
  const auto error = acquire_error(target(relay.port()));
  EXPECT_EQ(error.code(), ErrorCode::backing_off);
  EXPECT_THAT(error.message(), HasSubstr("web1: connect: not tried, because the last 5 attempts failed"));
  EXPECT_THAT(error.message(), HasSubstr("127.0.0.1:" + std::to_string(relay.port())));
  EXPECT_THAT(error.message(), HasSubstr("tried again by the first call after 1 s"));
  EXPECT_EQ(relay.accepted(), 5U);
}

TEST_F(BackingOff, ThenOneProbeDecides) {
  Relay relay(server().port());
  relay.reset_new(true);
  open_circuit(target(relay.port()));
  loop_.run(pause(after_circuit));
  const auto one = start_acquire(target(relay.port())), other = start_acquire(target(relay.port()));
  wait_for(*one);
  wait_for(*other);
  EXPECT_TRUE(reset_by_peer(one->error.value()));
  EXPECT_TRUE(reset_by_peer(other->error.value()));
  EXPECT_EQ(relay.accepted(), 6U);
  EXPECT_EQ(acquire_error(target(relay.port())).code(), ErrorCode::backing_off);

  relay.reset_new(false);
  loop_.run(pause(longest_pause));
  EXPECT_EQ(run(acquire(target(relay.port())), "echo back").out, "back\n");
}

TEST_F(BackingOff, ACallerInThePauseSeesThatTheHostIsBack) {
  Relay relay(server().port());
  relay.reset_new(true);
  for (int i = 0; i < 4; ++i) acquire_error(target(relay.port()));
  relay.reset_new(false);
  const auto begin = steady_clock::now();
  EXPECT_EQ(run(acquire(target(relay.port())), "echo back").out, "back\n");
  EXPECT_GE(steady_clock::now() - begin, 8 * shortest_pause - 50ms);
}

TEST_F(BackingOff, ACallerInThePauseCanLeave) {
  Relay relay(server().port());
  relay.reset_new(true);
  for (int i = 0; i < 4; ++i) acquire_error(target(relay.port()));
  base::asio::cancellation_signal signal;
  const auto waiting = start_acquire(target(relay.port()), {}, &signal);
  loop_.run(pause(1ms));
  EXPECT_FALSE(waiting->ended);
  signal.emit(base::asio::cancellation_type::terminal);
  wait_for(*waiting);
  EXPECT_TRUE(waiting->cancelled);
  EXPECT_EQ(relay.accepted(), 4U);
}

TEST_F(BackingOff, CallersAtOnceAreOneAttempt) {
  Relay relay(server().port());
  relay.reset_new(true);
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 30; ++i) all.push_back(start_acquire(target(relay.port())));
  for (const auto& each : all) wait_for(*each);
  for (const auto& each : all) EXPECT_TRUE(reset_by_peer(each->error.value()));
  EXPECT_EQ(relay.accepted(), 1U);
}

TEST_F(BackingOff, AnotherLogInForTheSameHostIsTriedAtOnce) {
  Relay relay(server().port());
  relay.reset_new(true);
  open_circuit(target(relay.port()));
  relay.reset_new(false);
  auto mended = target(relay.port());
  mended.posix = false;
  EXPECT_TRUE(acquire(mended).fresh);
}

TEST_F(BackingOff, AHostThatDoesNotLetUsInIsAskedInThePaceOfAPerson) {
  Relay relay(server().port());
  auto wrong = target(relay.port());
  wrong.user = "nobody-here";
  const auto begin = steady_clock::now();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(acquire_error(wrong).code(), ErrorCode::auth_failed);
  EXPECT_GE(steady_clock::now() - begin, 7 * shortest_pause);
  EXPECT_EQ(relay.accepted(), 8U);
}

TEST_F(BackingOff, LeavesOtherHostsAlone) {
  Relay relay(server().port());
  relay.reset_new(true);
  open_circuit(target(relay.port()));
  auto other = target(server().port());
  other.name = "web2";
  EXPECT_EQ(run(acquire(other), "echo fine").out, "fine\n");
}

TEST_F(BackingOff, AServerThatDropsWhoComesSecondServesAll) {
  const auto narrow = server_with_user({"MaxStartups 1"});
  auto to = user_target(*narrow, directory_);
  to.max_sessions = 2;
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 10; ++i) all.push_back(start_acquire(to));
  for (const auto& each : all) {
    wait_for(*each);
    ASSERT_FALSE(each->error) << each->error->message();
    EXPECT_EQ(run(each->lease, "echo served").out, "served\n");
    each->lease = ssh::Lease();
  }
}

}  // namespace
}  // namespace mcpssh::test
