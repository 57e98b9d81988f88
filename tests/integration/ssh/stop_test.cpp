// A command that is stopped is gone, or it is said that it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench.hpp"

namespace mcpssh::test {
namespace {
using ssh::Connection;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;

/// "openssh" logs in root (OpenSSH 9.2 refuses channel signals for root), "dropbear" a plain user whose
/// commands share the server's process group.
class Stopping : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ssh::Target target;
    if (GetParam() == "openssh") {
      openssh_.emplace();
      target = target_of(*openssh_, directory_);
    } else {
      DropbearServer::Options options;
      options.busybox_only = GetParam() == "dropbear with busybox";
      dropbear_.emplace(options);
      target = target_of(*dropbear_, directory_);
    }
    connection_ = loop_.run(Connection::open(target));
    ASSERT_NE(connection_->facts().login_shell, "");
  }

  void expect_gone(const Said& said, End end) {
    EXPECT_EQ(said.result.end, end);
    EXPECT_EQ(said.result.stop, Stop::proved_gone);
    EXPECT_EQ(said.out, "ready\n");
    EXPECT_THAT(said.err, testing::AnyOf("", "Terminated\n", "Killed\n"));  // BusyBox ash says so
    EXPECT_EQ(processes_with(seconds_), 0);
    EXPECT_EQ(loop_.run(exec(connection_, "echo alive")).out, "alive\n");
    EXPECT_EQ(connection_->channels(), 0U);
  }

  TempDir directory_;
  std::optional<OpensshServer> openssh_;
  std::optional<DropbearServer> dropbear_;
  Loop loop_;
  std::shared_ptr<Connection> connection_;
  const std::string seconds_ = unique_seconds();
};

INSTANTIATE_TEST_SUITE_P(Servers, Stopping, testing::Values("openssh", "dropbear", "dropbear with busybox"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

TEST_P(Stopping, ASleepAtItsDeadline) {
  expect_gone(loop_.run(exec(connection_, "echo ready; sleep " + seconds_, 2s)), End::timed_out);
}

TEST_P(Stopping, ATreeOfProcessesAtItsDeadline) {
  const auto command = "echo ready; sh -c 'sleep " + seconds_ + " & sleep " + seconds_ + "; :'";
  expect_gone(loop_.run(exec(connection_, command, 2s)), End::timed_out);
}

TEST_P(Stopping, ATreeOfProcessesWhenCancelled) {
  const auto command = "echo ready; sh -c 'sleep " + seconds_ + " & sleep " + seconds_ + "; :'";
  expect_gone(cancelled_at_output(loop_, connection_, command), End::cancelled);
}

TEST_P(Stopping, ProcessesThatIgnoreTerm) {
  const auto command = "trap '' TERM; echo ready; sh -c 'sleep " + seconds_ + " & sleep " + seconds_ + "; :'";
  expect_gone(cancelled_at_output(loop_, connection_, command), End::cancelled);
}

TEST_P(Stopping, AStoppedProcess) {
  const auto command = "sleep " + seconds_ + " & kill -STOP $!; echo ready; wait";
  expect_gone(cancelled_at_output(loop_, connection_, command), End::cancelled);
}

TEST(StoppingWithoutAShell, EndsTheChannelAndProvesNothing) {
  OpensshServer::Options options;
  options.password_user = true;
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.user = server.password_user().name();
  target.posix = false;
  const auto connection = loop.run(Connection::open(target));
  const auto seconds = unique_seconds();
  const auto said = cancelled_at_output(loop, connection, "echo ready; exec sleep " + seconds);
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::unproved);
  EXPECT_EQ(said.result.signal, "TERM");
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST(StoppingWithoutAShell, LeavesTheConnectionUsableOnDropbear) {
  DropbearServer server;
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.posix = false;
  const auto connection = loop.run(Connection::open(target));
  const auto seconds = unique_seconds();
  const auto said = cancelled_at_output(loop, connection,
                                        "echo ready; trap '' TERM; sleep " + seconds + "; sleep " + seconds);
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::unproved);
  EXPECT_EQ(loop.run(exec(connection, "echo alive")).out, "alive\n");
}

TEST(StoppingBeforeTheStart, RunsNothing) {
  OpensshServer server;
  TempDir directory;
  Loop loop;
  const auto connection = loop.run(Connection::open(target_of(server, directory)));
  base::asio::cancellation_signal signal;
  const auto seconds = unique_seconds();
  ssh::ExecRequest request;
  request.command = "sleep " + seconds;
  bool done = false;
  std::exception_ptr failure;
  auto finish = [&](std::exception_ptr error, const ssh::ExecResult&) {
    failure = error;
    done = true;
  };
  base::asio::co_spawn(loop.executor(), connection->exec(request, {}),
                       base::asio::bind_cancellation_slot(signal.slot(), finish));
  signal.emit(base::asio::cancellation_type::terminal);
  loop.run_until(done);
  ASSERT_TRUE(failure);
  EXPECT_EQ(loop.run(exec(connection, "echo alive")).out, "alive\n");
  EXPECT_EQ(processes_with(seconds), 0);
  EXPECT_EQ(connection->channels(), 0U);
}

}  // namespace
}  // namespace mcpssh::test
