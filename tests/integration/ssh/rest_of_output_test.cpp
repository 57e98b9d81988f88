// What a command said before it ended comes whole, however slow the line is or the reader; or else nobody is
// told that all went well.
#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "served.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using std::chrono::steady_clock;
using testing::HasSubstr;

class RestOfOutput : public Served<RestOfOutput> {
 protected:
  std::shared_ptr<ssh::Connection> open(std::uint16_t port) {
    auto target = user_target();
    target.port = port;
    target.host_key_checking = ssh::HostKeyChecking::off;
    target.spare_channels = 2;
    return loop_.run(ssh::Connection::open(target));
  }
  std::shared_ptr<ssh::Connection> open() { return open(server().port()); }

  /// What became of `command`, however it ended.
  ssh::ExecResult run(ssh::Connection& connection, std::string command, const ssh::Sink& sink) {
    bool over = false;
    ssh::ExecResult result;
    ssh::ExecRequest request;
    request.command = std::move(command);
    base::asio::co_spawn(loop_.executor(), connection.exec(std::move(request), sink),
                         [&](const std::exception_ptr& failure, ssh::ExecResult told) {
                           EXPECT_FALSE(failure);
                           result = std::move(told);
                           over = true;
                         });
    loop_.run_until(over);
    return result;
  }
};

/// Less than a packet of SSH in the grace that a local host gets.
constexpr std::size_t slow = 100'000;
/// One way: a child that ticks has always ticked again when the host's answer comes, and looks like a rest.
constexpr auto far = 300ms;
constexpr const char* ticking = "while echo tick; do sleep 0.02; done & echo started";
/// Bytes of it: a second of ticks.
constexpr std::size_t after_the_exit = 250;

TEST_F(RestOfOutput, ComesWholeOverASlowLine) {
  Relay line(server().port(), {.bytes_per_second = slow});
  const auto connection = open(line.port());
  for (int i = 0; i < 4; ++i) {
    const auto said = loop_.run(exec(connection, "head -c 100000 /dev/zero"));
    EXPECT_EQ(said.result.end, End::exited);
    EXPECT_EQ(said.result.exit_code, 0);
    EXPECT_EQ(said.out.size(), 100'000U);
    EXPECT_FALSE(said.result.output_may_continue);
  }
}

TEST_F(RestOfOutput, OfABackgroundChildThatKeepsTalkingIsNotWaitedFor) {
  const auto connection = open();
  for (const auto* command : {"while echo tick; do sleep 0.2; done & echo started", "yes & echo started"}) {
    const auto begin = steady_clock::now();
    const auto said = loop_.run(exec(connection, command));
    EXPECT_LE(steady_clock::now() - begin, 10s) << command;
    EXPECT_EQ(said.result.end, End::exited) << command;
    EXPECT_THAT(said.out, HasSubstr("started\n")) << command;
    EXPECT_TRUE(said.result.output_may_continue) << command;
  }
}

TEST_F(RestOfOutput, IsWaitedForUntilTheTimeout) {
  Relay line(server().port());
  const auto connection = open(line.port());
  line.set_delay(far);
  const auto begin = steady_clock::now();
  const auto said = loop_.run(exec(connection, ticking, 3s));
  EXPECT_LE(steady_clock::now() - begin, 20s);
  EXPECT_EQ(said.result.end, End::timed_out);
  EXPECT_THAT(said.out, HasSubstr("started\n"));
}

TEST_F(RestOfOutput, IsNotWaitedForWhenTheCallerHasGone) {
  Relay line(server().port());
  const auto connection = open(line.port());
  line.set_delay(far);
  base::asio::cancellation_signal signal;
  std::string out;
  bool left = false, over = false;
  const ssh::Sink sink = [&](std::string_view bytes, bool) {
    out += bytes;
    if (out.size() < after_the_exit || std::exchange(left, true)) return;
    base::asio::post(loop_.executor(), [&signal] { signal.emit(base::asio::cancellation_type::terminal); });
  };
  ssh::ExecRequest request;
  request.command = ticking;
  const auto begin = steady_clock::now();
  ssh::ExecResult result;
  auto finish = [&](const std::exception_ptr& failure, ssh::ExecResult told) {
    EXPECT_FALSE(failure);
    result = std::move(told);
    over = true;
  };
  base::asio::co_spawn(loop_.executor(), connection->exec(std::move(request), sink),
                       base::asio::bind_cancellation_slot(signal.slot(), std::move(finish)));
  loop_.run_until(over);
  EXPECT_LE(steady_clock::now() - begin, 10s);
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.stop, Stop::not_needed);
  EXPECT_TRUE(result.output_may_continue);
}

TEST_F(RestOfOutput, ThatALostConnectionCutsOffIsNoSuccess) {
  Relay line(server().port());
  const auto connection = open(line.port());
  line.set_delay(far);
  std::string out;
  const ssh::Sink cut = [&](std::string_view bytes, bool) {
    out += bytes;
    if (out.size() >= after_the_exit) line.cut();
  };
  const auto result = run(*connection, std::string(ticking) + "; exit 3", cut);
  EXPECT_EQ(result.end, End::connection_lost);
  EXPECT_THAT(result.detail, HasSubstr("though it exited with 3: "));
}

/// Tells of itself once more when the shell has been buried, and holds the output.
constexpr const char* lingering = "(while kill -0 $$ 2>&-; do :; done; echo more; sleep 30) & echo started";
/// Four of them, which it takes at most to give a host up, are longer than the silence after which a host
/// without keepalive is believed.
constexpr auto patient = 3500ms;

TEST_F(RestOfOutput, ThatABlackHoleSwallowedIsNoSuccess) {
  Relay line(server().port());
  auto target = user_target();
  target.port = line.port();
  target.host_key_checking = ssh::HostKeyChecking::off;
  target.keepalive = patient;
  const auto connection = loop_.run(ssh::Connection::open(target));
  std::string out;
  const ssh::Sink swallow = [&](std::string_view bytes, bool) {
    out += bytes;
    if (out.ends_with("more\n")) line.stall();
  };
  const auto result = run(*connection, lingering, swallow);
  EXPECT_EQ(out, "started\nmore\n");
  EXPECT_EQ(result.end, End::connection_lost);
  EXPECT_THAT(result.detail, HasSubstr("though it exited with 0: the host was silent"));
}

/// dropbear tells the status last and closes the channel with it, whoever still holds the output.
TEST(RestOfOutputOfDropbear, ComesWholeOverASlowLineAndEndsWithTheCommand) {
  DropbearServer server;
  Relay line(server.port(), {.bytes_per_second = slow});
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.port = line.port();
  target.host_key_checking = ssh::HostKeyChecking::off;
  const auto connection = loop.run(ssh::Connection::open(target));
  for (int i = 0; i < 2; ++i) {
    const auto said = loop.run(exec(connection, "head -c 100000 /dev/zero"));
    EXPECT_EQ(said.result.end, End::exited);
    EXPECT_EQ(said.result.exit_code, 0);
    EXPECT_EQ(said.out.size(), 100'000U);
    EXPECT_FALSE(said.result.output_may_continue);
  }
  const auto begin = steady_clock::now();
  const auto held = loop.run(exec(connection, "sleep 30 & echo started"));
  EXPECT_LE(steady_clock::now() - begin, 10s);
  EXPECT_EQ(held.result.end, End::exited);
  EXPECT_EQ(held.out, "started\n");
  EXPECT_FALSE(held.result.output_may_continue);
}

/// A command whose reader takes nothing.
struct Held {
  std::shared_ptr<ssh::Throttle> throttle = std::make_shared<ssh::Throttle>();
  ssh::ExecResult result;
  bool spoken = false, over = false;
};

TEST_F(RestOfOutput, ThatIsLostWithTheConnectionIsNoSuccess) {
  const auto connection = open();
  const TempDir shared;
  std::filesystem::permissions(shared.path(), std::filesystem::perms::all);
  const auto pid = (shared.path() / "pid").string();
  Held held;
  ssh::ExecRequest request;
  request.command = "echo $$ > " + pid + "; echo begun; head -c 100000 /dev/zero";
  request.throttle = held.throttle;
  const ssh::Sink stop_reading = [&held](std::string_view, bool) {
    held.throttle->hold();
    held.spoken = true;
  };
  base::asio::co_spawn(loop_.executor(), connection->exec(std::move(request), stop_reading),
                       [&held](const std::exception_ptr& failure, ssh::ExecResult result) {
                         EXPECT_FALSE(failure);
                         held.result = std::move(result);
                         held.over = true;
                       });
  loop_.run_until(held.spoken);
  // sshd tells of its end when it has buried it, and only then of this one's.
  loop_.run(exec(connection, "while kill -0 $(cat " + pid + ") 2>&-; do :; done"));
  EXPECT_FALSE(held.over) << "the reader had not taken it all";
  server().cut_connections();
  loop_.run_until(held.over);
  EXPECT_EQ(held.result.end, End::connection_lost);
  EXPECT_THAT(held.result.detail, HasSubstr("though it exited with 0"));
}

}  // namespace
}  // namespace mcpssh::test
