// Commands: what they say, how they end, and what is known when the connection does not last.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "served.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using testing::HasSubstr;
using testing::StartsWith;

/// A connection to an OpenSSH server as a plain user.
class Exec : public Served<Exec> {
 public:
  static std::vector<std::string> config() { return {"MaxSessions 60"}; }

 protected:
  std::shared_ptr<Connection> open(bool posix = true) {
    auto target = user_target();
    target.posix = posix;
    return loop_.run(Connection::open(target));
  }
  Said run(const std::string& command) { return loop_.run(exec(connection_, command)); }

  std::shared_ptr<Connection> connection_ = open();
};

TEST_F(Exec, TellsExitCodesAndKeepsTheStreamsApart) {
  const auto said = run("echo out; echo err >&2; exit 7");
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.result.exit_code, 7);
  EXPECT_EQ(said.result.stop, Stop::not_needed);
  EXPECT_EQ(said.out, "out\n");
  EXPECT_EQ(said.err, "err\n");
  EXPECT_GT(said.result.remote_pid, 1);
  EXPECT_EQ(run("true").result.exit_code, 0);
}

TEST_F(Exec, TellsTheShellsOwnPid) {
  const auto said = run("echo $$");
  EXPECT_EQ(said.out, std::to_string(said.result.remote_pid) + "\n");
}

TEST_F(Exec, PassesTheCommandVerbatim) {
  EXPECT_EQ(run("# a comment first\ncat <<'EOF'\n$HOME `x` \"'\\\nEOF\n").out, "$HOME `x` \"'\\\n");
  EXPECT_EQ(run("exec echo replaced").out, "replaced\n");
  EXPECT_EQ(run("echo $(").result.exit_code, 2);
  EXPECT_THAT(run("no-such-program").err, HasSubstr("no-such-program"));
}

TEST_F(Exec, GivesTheCommandNothingToWaitForOnStdin) {
  EXPECT_EQ(run("cat; echo end").out, "end\n");
}

TEST_F(Exec, EndsStdinHoweverSoonTheHostAnswers) {
  for (int i = 0; i < 60; ++i) ASSERT_EQ(run("cat; echo end").out, "end\n");
}

TEST_F(Exec, RefusesANulByteBeforeAnythingRuns) {
  ssh::ExecRequest request;
  request.command = std::string("echo a\0; rm b", 13);
  const auto refused = error_of(loop_, connection_->exec(request, {}));
  EXPECT_EQ(refused.code(), ErrorCode::invalid_argument);
}

TEST_F(Exec, TellsASignal) {
  const auto said = run("kill -KILL $$");
  EXPECT_EQ(said.result.end, End::signalled);
  EXPECT_EQ(said.result.signal, "KILL");
}

TEST_F(Exec, DeliversTwentyMegabytesWholeAndInOrder) {
  const auto said = run("seq 1 2700000; echo last >&2");
  ASSERT_GT(said.out.size(), 20'000'000U);
  std::size_t at = 0;
  int expected = 0;
  while (at < said.out.size()) {
    const std::string line = std::to_string(++expected) + "\n";
    ASSERT_EQ(said.out.compare(at, line.size(), line), 0) << "line " << expected;
    at += line.size();
  }
  EXPECT_EQ(expected, 2'700'000);
  EXPECT_EQ(said.err, "last\n");
}

base::Task<void> echo_number(std::shared_ptr<Connection> connection, int number, std::shared_ptr<int> right) {
  const auto said = co_await exec(connection, "sleep 0.2; echo " + std::to_string(number) + "; exit 3");
  const bool as_told =
      said.out == std::to_string(number) + "\n" && said.err.empty() && said.result.exit_code == 3;
  *right += as_told ? 1 : 0;
}

TEST_F(Exec, RunsFiftyCommandsAtOnce) {
  constexpr int commands = 50;
  const auto right = std::make_shared<int>(0);
  int ended = 0;
  bool done = false;
  for (int i = 0; i < commands; ++i)
    base::asio::co_spawn(loop_.executor(), echo_number(connection_, i, right),
                         [&](std::exception_ptr failure) {
                           EXPECT_FALSE(failure);
                           done = ++ended == commands;
                         });
  loop_.run_until(done);
  EXPECT_EQ(*right, commands);
  EXPECT_EQ(connection_->channels(), 0U);
}

TEST_F(Exec, ReturnsThoughABackgroundChildHoldsTheOutput) {
  const auto seconds = unique_seconds();
  const auto said = run("sleep " + seconds + " & echo started");
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.out, "started\n");
  EXPECT_TRUE(said.result.output_may_continue);
  EXPECT_EQ(processes_with(seconds), 1);
  EXPECT_EQ(run("kill $(ps -u $(id -u) -o pid=,args= | awk '$3 == \"" + seconds + "\" {print $1}')")
                .result.exit_code,
            0);
}

TEST_F(Exec, WithoutAProbeSendsTheBareCommand) {
  const auto bare = open(false);
  EXPECT_EQ(bare->facts().login_shell, "");
  const auto said = loop_.run(exec(bare, "echo out; echo err >&2"));
  EXPECT_EQ(said.out, "out\n");
  EXPECT_EQ(said.err, "err\n");
  EXPECT_EQ(said.result.remote_pid, 0);
}

TEST_F(Exec, AfterCloseNeverStarts) {
  connection_->close();
  EXPECT_FALSE(connection_->alive());
  const auto failed = error_of(loop_, exec(connection_, "true"));
  EXPECT_EQ(failed.code(), ErrorCode::connection_lost);
  EXPECT_THAT(failed.message(), HasSubstr("the command was not started"));
}

TEST(ExecOnForcedCommand, IsNotTakenForAShell) {
  OpensshServer::Options options;
  options.config = {"ForceCommand echo welcome; exit 4"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  const auto connection = loop.run(Connection::open(target_of(server, directory)));
  EXPECT_EQ(connection->facts().login_shell, "");
  const auto said = loop.run(exec(connection, "anything"));
  EXPECT_EQ(said.out, "welcome\n");
  EXPECT_EQ(said.result.exit_code, 4);
}

TEST(ExecWithFewSessions, ARefusedChannelIsAnErrorAndNothingRan) {
  OpensshServer::Options options;
  options.config = {"MaxSessions 1"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  const auto connection = loop.run(Connection::open(target_of(server, directory)));
  ssh::PtyRequest pty;
  auto shell = loop.run(connection->open_shell(pty));
  const auto refused = error_of(loop, exec(connection, "true"));
  EXPECT_EQ(refused.code(), ErrorCode::channel_limit);
  EXPECT_THAT(refused.message(), HasSubstr("the host refuses another channel"));
  EXPECT_THAT(refused.message(), HasSubstr("the command was not started"));
  EXPECT_TRUE(connection->alive());
}

TEST(ExecWithNoSessions, IsAFailureAndNoLimit) {
  OpensshServer::Options options;
  options.config = {"MaxSessions 0"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.posix = false;
  const auto connection = loop.run(Connection::open(target));
  const auto refused = error_of(loop, exec(connection, "true"));
  EXPECT_EQ(refused.code(), ErrorCode::channel_failed);
  EXPECT_THAT(refused.message(), HasSubstr("the command was not started"));
}

struct Broken {
  ssh::ExecResult result;
  bool ended = false;
};

base::Task<void> wait_for_closed(std::shared_ptr<Connection> connection, std::shared_ptr<bool> closed) {
  co_await connection->closed();
  *closed = true;
}

TEST(LostConnection, IsSaidOfTheCommandThatRan) {
  OpensshServer server;
  TempDir directory;
  Loop loop;
  const auto connection = loop.run(Connection::open(target_of(server, directory)));
  const auto broken = std::make_shared<Broken>();
  ssh::ExecRequest request;
  request.command = "echo ready; sleep 1000";
  const ssh::Sink cut = [&server](std::string_view, bool) { server.cut_connections(); };
  base::asio::co_spawn(loop.executor(), connection->exec(request, cut),
                       [broken](std::exception_ptr failure, ssh::ExecResult result) {
                         EXPECT_FALSE(failure);
                         broken->result = std::move(result);
                         broken->ended = true;
                       });
  const auto closed = std::make_shared<bool>(false);
  loop.run(wait_for_closed(connection, closed));
  loop.run_until(broken->ended);
  EXPECT_TRUE(*closed);
  EXPECT_EQ(broken->result.end, End::connection_lost);
  EXPECT_FALSE(broken->result.detail.empty());
  EXPECT_FALSE(connection->alive());
  EXPECT_EQ(error_of(loop, exec(connection, "true")).code(), ErrorCode::connection_lost);
}

base::Task<void> let_others_run() {
  auto executor = co_await base::asio::this_coro::executor;
  for (int i = 0; i < 20; ++i) co_await base::asio::post(executor, base::asio::use_awaitable);
}

TEST(LostConnection, AfterTheRequestTheOutcomeIsUnknown) {
  OpensshServer server;
  Relay line(server.port());
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.port = line.port();
  target.host_key_checking = ssh::HostKeyChecking::off;
  target.spare_channels = 2;
  const auto connection = loop.run(Connection::open(target));
  loop.run(exec(connection, "sleep 0.2"));  // meanwhile the next channel is opened
  line.stall();
  const auto broken = std::make_shared<Broken>();
  ssh::ExecRequest request;
  request.command = "true";
  base::asio::co_spawn(loop.executor(), connection->exec(request, {}),
                       [broken](std::exception_ptr failure, ssh::ExecResult result) {
                         EXPECT_FALSE(failure) << "the request was sent, so nobody may say that it was not";
                         broken->result = std::move(result);
                         broken->ended = true;
                       });
  loop.run(let_others_run());
  line.reset();
  loop.run_until(broken->ended);
  EXPECT_EQ(broken->result.end, End::connection_lost);
  EXPECT_FALSE(broken->result.detail.empty());
}

TEST(ExecWithoutTerminals, IsRefusedAndNotALimit) {
  OpensshServer::Options options;
  options.config = {"PermitTTY no"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  const auto connection = loop.run(Connection::open(target_of(server, directory)));
  ssh::ExecRequest request;
  request.command = "true";
  request.tty = true;
  const auto refused = error_of(loop, exec(connection, request));
  EXPECT_EQ(refused.code(), ErrorCode::channel_failed);
  EXPECT_THAT(refused.message(), HasSubstr("the host refuses a terminal"));
  EXPECT_THAT(refused.message(), HasSubstr("the command was not started"));
}

}  // namespace
}  // namespace mcpssh::test
