// A peer that went silent is noticed, a quiet one is left in peace, and the next use connects again.
#include <gmock/gmock.h>
#include <signal.h>

#include "pool_fixture.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using End = ssh::ExecResult::End;
using std::chrono::steady_clock;

class Keepalive : public PoolTest {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<OpensshServer>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  ssh::Target target(const std::string& name, std::uint16_t port, std::chrono::milliseconds keepalive) {
    auto made = target_of(server(), directory_);
    made.name = name;
    made.port = port;
    made.keepalive = keepalive;
    made.host_key_checking = ssh::HostKeyChecking::off;
    return made;
  }

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

/// The sshd that serves `lease`: the parent of the shells it starts.
int sshd_of(const Said& said) {
  return std::stoi(said.out);
}

TEST_F(Keepalive, ABlackHoleEndsTheConnectionWithinThreeIntervalsAndNoOther) {
  Relay relay(server().port());
  const auto dark = acquire(target("dark", relay.port(), 300ms));
  const auto bright = acquire(target("bright", server().port(), 300ms));
  const auto lost = start(dark, "sleep 1000");
  EXPECT_EQ(run(dark, "echo begun").out, "begun\n");
  relay.stall();
  const auto begin = steady_clock::now();
  EXPECT_EQ(run(bright, "echo unaffected").out, "unaffected\n");
  loop_.run_until(lost->ended);
  EXPECT_EQ(lost->said.result.end, End::connection_lost);
  EXPECT_THAT(lost->said.result.detail, testing::HasSubstr("silent for 0.90 s"));
  EXPECT_GE(steady_clock::now() - begin, 600ms);
  EXPECT_LT(steady_clock::now() - begin, 5s);
  EXPECT_EQ(run(bright, "echo unaffected").out, "unaffected\n");
}

TEST_F(Keepalive, AStoppedServerIsNoticedAndTheNextUseConnectsAgain) {
  const auto lease = acquire(target("web1", server().port(), 300ms));
  const int sshd = sshd_of(run(lease, "echo $PPID"));
  const auto lost = start(lease, "sleep 1000");
  EXPECT_EQ(run(lease, "echo begun").out, "begun\n");
  ASSERT_EQ(::kill(sshd, SIGSTOP), 0);
  loop_.run_until(lost->ended);
  EXPECT_EQ(lost->said.result.end, End::connection_lost);
  loop_.run(until_closed(1));
  EXPECT_EQ(closed_.front().reason, ssh::CloseReason::lost);
  ::kill(sshd, SIGKILL);
  EXPECT_EQ(run(acquire(target("web1", server().port(), 300ms)), "echo back").out, "back\n");
}

TEST_F(Keepalive, AKilledServerIsNoticedAtOnceWithoutIt) {
  const auto lease = acquire(target("web1", server().port(), 0ms));
  const int sshd = sshd_of(run(lease, "echo $PPID"));
  const auto lost = start(lease, "sleep 1000");
  EXPECT_EQ(run(lease, "echo begun").out, "begun\n");
  const auto begin = steady_clock::now();
  ASSERT_EQ(::kill(sshd, SIGKILL), 0);
  loop_.run_until(lost->ended);
  EXPECT_EQ(lost->said.result.end, End::connection_lost);
  EXPECT_LT(steady_clock::now() - begin, 1s);
  const auto again = acquire(target("web1", server().port(), 0ms));
  EXPECT_TRUE(again.fresh);
  EXPECT_EQ(run(again, "echo back").out, "back\n");
}

TEST_F(Keepalive, AQuietCommandIsNoDeadPeer) {
  const auto lease = acquire(target("web1", server().port(), 50ms));
  EXPECT_EQ(run(lease, "sleep 1; echo woke").out, "woke\n");
  EXPECT_EQ(run(lease, "echo still").out, "still\n");
  EXPECT_TRUE(closed_.empty());
}

/// The question waits behind what is on its way, for longer than a silent peer is given.
TEST_F(Keepalive, AHostThatTakesALongUploadSlowlyIsNoDeadPeer) {
  Relay::Options slow;
  slow.bytes_per_second = 64 * 1024;
  Relay relay(server().port(), slow);
  const auto lease = acquire(target("far", relay.port(), 300ms));
  ssh::ExecRequest request;
  request.command = "wc -c";
  request.input = std::string(256 * 1024, 'u');
  const auto begin = steady_clock::now();
  auto uploading = exec(lease.connection(), std::move(request));
  const auto said = loop_.run(base::hop(lease.connection()->executor(), std::move(uploading)));
  EXPECT_EQ(said.result.end, End::exited) << said.result.detail;
  EXPECT_EQ(std::stoi(said.out), 256 * 1024);
  EXPECT_GE(steady_clock::now() - begin, 2s) << "the link is not as slow as said";
}

TEST_F(Keepalive, AHostThatTakesNoMoreOfAnUploadIsDead) {
  const auto lease = acquire(target("web1", server().port(), 300ms));
  const int sshd = sshd_of(run(lease, "echo $PPID"));
  ssh::ExecRequest request;
  request.command = "echo begun; sleep 1; cat > /dev/null; exec sleep 10";
  request.input = std::string(16 * 1024 * 1024, 'u');
  ssh::Sink stop_it = [sshd](std::string_view, bool) { ::kill(sshd, SIGSTOP); };
  auto uploading = lease.connection()->exec(std::move(request), std::move(stop_it));
  const auto result = loop_.run(base::hop(lease.connection()->executor(), std::move(uploading)));
  EXPECT_EQ(result.end, End::connection_lost);
  EXPECT_THAT(result.detail, testing::HasSubstr("silent for 0.90 s"));
  ::kill(sshd, SIGKILL);
}

TEST_F(Keepalive, AsksOnlyWhereItIsOn) {
  Relay asked(server().port()), left_alone(server().port());
  const auto clock = acquire(target("clock", server().port(), 0ms));
  const auto one = acquire(target("asked", asked.port(), 50ms));
  const auto other = acquire(target("left alone", left_alone.port(), 0ms));
  run(clock, "sleep 0.2");  // whatever follows a log-in has passed
  const auto before_asked = asked.bytes_to_server(), before_left_alone = left_alone.bytes_to_server();
  run(clock, "sleep 0.5");
  EXPECT_GT(asked.bytes_to_server(), before_asked);
  EXPECT_EQ(left_alone.bytes_to_server(), before_left_alone);
}

}  // namespace
}  // namespace mcpssh::test
