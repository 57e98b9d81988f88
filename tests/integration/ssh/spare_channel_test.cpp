// Channels opened ahead: what a warm command costs, and that nobody is denied a channel by a spare one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bench.hpp"
#include "ssh/login/authentication.hpp"
#include "ssh/session/handshake.hpp"
#include "ssh/session/session_channels.hpp"
#include "ssh/trust/algorithms.hpp"
#include "ssh/way/way.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A server that logs each session channel, reached over a line that can be made long.
class Spare : public testing::Test {
 protected:
  void serve(std::vector<std::string> config) {
    OpensshServer::Options options;
    options.config = std::move(config);
    options.config.emplace_back("LogLevel DEBUG1");
    options.password_user = true;
    server_.emplace(std::move(options));
    line_.emplace(server_->port());
  }
  std::shared_ptr<Connection> open(std::size_t spare, std::size_t most = 0, bool posix = true) {
    auto target = target_of(*server_, directory_);
    target.port = line_->port();
    target.user = server_->password_user().name();
    target.host_key_checking = ssh::HostKeyChecking::off;
    target.spare_channels = spare;
    target.max_sessions = most;
    target.posix = posix;
    return loop_.run(Connection::open(target));
  }
  std::string out_of(const std::shared_ptr<Connection>& connection, const std::string& command) {
    return loop_.run(exec(connection, command)).out;
  }
  /// How often `line` stands in the server's log by now.
  int logged(std::string_view line) {
    int count = 0;
    const std::string log = server_->log();
    for (auto at = log.find(line); at != std::string::npos; at = log.find(line, at + 1)) ++count;
    return count;
  }
  int sessions_asked_for() { return logged("ctype session"); }

  milliseconds time_of(const std::shared_ptr<Connection>& connection, const std::string& command) {
    const auto begin = steady_clock::now();
    const auto said = loop_.run(exec(connection, command));
    EXPECT_EQ(said.result.exit_code, 0);
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
  }

  TempDir directory_;
  std::optional<OpensshServer> server_;
  std::optional<Relay> line_;
  Loop loop_;
};

TEST_F(Spare, AWarmCommandCostsOneRoundTrip) {
  constexpr milliseconds round_trip = 700ms;
  serve({});
  const auto warm = open(2), bare = open(0);
  out_of(warm, "true");
  line_->set_delay(round_trip / 2);
  EXPECT_GE(time_of(bare, "true"), 2 * round_trip) << "open and exec: the line is not as long as said";
  // A busy machine can only add to it, so the middle one of three is proof.
  for (const std::string command : {"true", "cat; echo end"}) {
    std::array<milliseconds, 3> took{};
    for (auto& each : took) each = time_of(warm, command);
    std::ranges::sort(took);
    EXPECT_LT(took[1], round_trip * 16 / 10) << command;
  }
}

/// Lets everything that is ready on the loop run.
base::Task<void> settle() {
  const auto executor = co_await base::asio::this_coro::executor;
  for (int i = 0; i < 20; ++i) co_await base::asio::post(executor, base::asio::use_awaitable);
}

TEST_F(Spare, ACommandThatCountsOnOneEndsWithTheConnection) {
  serve({});
  const auto connection = open(1);
  out_of(connection, "true");  // and from then on one is opened ahead
  line_->stall();
  // The first takes the spare one and has the next one opened, which the second waits for.
  std::array<std::exception_ptr, 2> failures;
  std::array<bool, 2> over{};
  for (std::size_t i = 0; i < over.size(); ++i)
    base::asio::co_spawn(loop_.executor(), exec(connection, "true"),
                         [&, i](const std::exception_ptr& thrown, const Said&) {
                           failures[i] = thrown;
                           over[i] = true;
                         });
  loop_.run(settle());
  EXPECT_EQ(connection->channels(), 1U);
  connection->close();
  for (const bool& each : over) loop_.run_until(each);
  EXPECT_FALSE(failures[0]) << "it was sent: an outcome that is not known";
  EXPECT_TRUE(failures[1]) << "it was not";
}

/// A logged-in connection without anything on it.
base::Task<ssh::OwnedDriver> logged_in(ssh::Target target) {
  auto executor = co_await base::asio::this_coro::executor;
  auto way = co_await ssh::connect(target, nullptr, 10s);
  ssh::SessionOptions options;
  options.user = target.user;
  options.offer = ssh::algorithms::offer(target.algorithms, {});
  auto driver = co_await ssh::handshake(std::move(way), std::move(options), target.algorithms);
  ssh::LoginClock clock(executor, 30s);
  co_await ssh::authenticate(driver.shared(), std::move(target), clock);
  co_return driver;
}

base::Task<void> use_one(std::shared_ptr<ssh::SessionChannels> channels, bool refill) {
  auto channel = co_await channels->take();
  channel->start_exec("true", true);
  if (refill) channels->refill();
  while (!channel->over()) {
    channel->exec_answer();
    co_await channel->changed().wait();
  }
}

/// False when it does not come to that within ten seconds.
base::Task<bool> until_spare(std::shared_ptr<ssh::SessionChannels> channels, std::size_t count) {
  const auto executor = co_await base::asio::this_coro::executor;
  const auto deadline = steady_clock::now() + 10s;
  while (channels->spare() != count && steady_clock::now() < deadline)
    co_await base::asio::post(executor, base::asio::use_awaitable);
  co_return channels->spare() == count;
}

TEST_F(Spare, ChannelsNobodyUsesForAMinuteAreClosed) {
  ssh::SessionChannels::Options options;
  EXPECT_EQ(options.keep_spare, std::chrono::minutes(1));
  options.keep_spare = 0s;
  options.most = 9;
  options.spare = 2;
  serve({});
  const auto driver = loop_.run(logged_in(target_of(*server_, directory_)));
  const auto channels = std::make_shared<ssh::SessionChannels>(driver.shared(), options);
  loop_.run(use_one(channels, true));
  ASSERT_TRUE(loop_.run(until_spare(channels, 2)));
  loop_.run(use_one(channels, false));
  EXPECT_TRUE(loop_.run(until_spare(channels, 0))) << "their time began with the end of the command";
}

TEST_F(Spare, ChannelsAreOpenedOnlyOnHostsWithAShell) {
  serve({});
  const auto device = open(2, 0, false);
  for (int i = 0; i < 3; ++i) out_of(device, "echo x");
  EXPECT_EQ(sessions_asked_for(), 3) << server_->log();
}

TEST_F(Spare, ChannelsTakeNobodysPlace) {
  serve({"MaxSessions 2"});
  const auto connection = open(2, 2);
  ssh::PtyRequest pty;
  const auto shell = loop_.run(connection->open_shell(pty));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(out_of(connection, "echo beside"), "beside\n");
  EXPECT_EQ(connection->channels(), 1U);
}

TEST_F(Spare, ChannelsThatAreRefusedAreNotAskedForAgain) {
  serve({"MaxSessions 1"});
  const auto connection = open(2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(out_of(connection, "echo on"), "on\n");
  EXPECT_GT(logged("no more sessions"), 0);
  const int before = sessions_asked_for();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(out_of(connection, "echo on"), "on\n");
  // Each command asks once, and once more while sshd still counts the one before.
  EXPECT_LE(sessions_asked_for() - before, 20);
}

TEST_F(Spare, ChannelsTheHostClosesAreNotUsed) {
  serve({"ChannelTimeout session=1s"});
  const auto connection = open(2);
  out_of(connection, "true");
  // Long enough for sshd to close what nobody uses.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(out_of(connection, "sleep 1.2; echo on"), "on\n");
  EXPECT_EQ(out_of(connection, "echo on"), "on\n");
  EXPECT_TRUE(connection->alive());
}

TEST_F(Spare, AChannelStopsACommandWhenThereIsNoOther) {
  serve({"MaxSessions 2"});
  const auto connection = open(2, 2);
  const auto seconds = unique_seconds();
  const auto said = cancelled_at_output(loop_, connection, "echo ready; sleep " + seconds);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
  EXPECT_EQ(out_of(connection, "echo on"), "on\n");
}

TEST_F(Spare, WithoutAnyFurtherChannelNothingIsProved) {
  serve({"MaxSessions 2"});
  const auto connection = open(2, 2);
  ssh::PtyRequest pty;
  const auto shell = loop_.run(connection->open_shell(pty));
  const auto seconds = unique_seconds();
  const auto said = cancelled_at_output(loop_, connection, "echo ready; exec sleep " + seconds);
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::unproved);
  ASSERT_GT(said.result.remote_pid, 1);
  ::kill(static_cast<pid_t>(said.result.remote_pid), SIGKILL);  // which sshd did not do for root
}

base::Task<void> echo_number(std::shared_ptr<Connection> connection, int number, std::shared_ptr<int> right) {
  const auto said = co_await exec(connection, "echo " + std::to_string(number));
  *right += said.out == std::to_string(number) + "\n" ? 1 : 0;
}

TEST_F(Spare, ChannelsServeABurst) {
  constexpr int commands = 40;
  serve({"MaxSessions 60"});
  const auto connection = open(2, 60);
  const auto right = std::make_shared<int>(0);
  int ended = 0;
  bool done = false;
  for (int i = 0; i < commands; ++i)
    base::asio::co_spawn(loop_.executor(), echo_number(connection, i, right),
                         [&](std::exception_ptr failure) {
                           EXPECT_FALSE(failure);
                           done = ++ended == commands;
                         });
  loop_.run_until(done);
  EXPECT_EQ(*right, commands);
  EXPECT_EQ(connection->channels(), 0U);
}

TEST_F(Spare, ChannelsEndWithTheirConnectionWhileTheyAreOpened) {
  serve({});
  auto connection = open(2);
  line_->set_delay(100ms);
  out_of(connection, "true");  // its successors are on the way
  connection->close();
  const auto failed = error_of(loop_, exec(connection, "true"));
  EXPECT_EQ(failed.code(), ErrorCode::connection_lost);
  connection.reset();
}

}  // namespace
}  // namespace mcpssh::test
