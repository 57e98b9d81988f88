// Input, directory, environment and terminal of a command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/text.hpp"
#include "bench.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using ssh::ExecRequest;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using testing::HasSubstr;

/// What a process may grow by that keeps nothing. AddressSanitizer keeps what was freed, up to 256 MiB.
#if __has_feature(address_sanitizer)
constexpr long flat_kib = 320 * 1024;
#else
constexpr long flat_kib = 32 * 1024;
#endif

/// "openssh" and "dropbear", whose windows and channels differ.
class Prepared : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ssh::Target target;
    if (GetParam() == "openssh") {
      OpensshServer::Options options;
      options.password_user = true;
      openssh_.emplace(std::move(options));
      target = target_of(*openssh_, directory_);
      target.user = openssh_->password_user().name();
    } else {
      dropbear_.emplace();
      target = target_of(*dropbear_, directory_);
    }
    connection_ = loop_.run(Connection::open(target));
  }
  Said run(const ExecRequest& request) { return loop_.run(exec(connection_, request)); }
  static ExecRequest request_of(std::string command) {
    ExecRequest request;
    request.command = std::move(command);
    return request;
  }

  TempDir directory_;
  std::optional<OpensshServer> openssh_;
  std::optional<DropbearServer> dropbear_;
  Loop loop_;
  std::shared_ptr<Connection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Servers, Prepared, testing::Values("openssh", "dropbear"),
                         [](const auto& each) { return each.param; });

TEST_P(Prepared, ReadsItsInputToTheEnd) {
  auto request = request_of("cat; echo end");
  request.input = std::string("a\0\xff\n", 4);
  EXPECT_EQ(run(request).out, std::string("a\0\xff\nend\n", 8));
}

TEST_P(Prepared, TakesAHundredMegabytesOfInputInFlatMemory) {
  auto request = request_of("wc -c");
  request.input.assign(100'000'000, 'x');
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  ssh::ExecResult result;
  std::string out;
  const ssh::Sink sink = [&out](std::string_view bytes, bool) { out += bytes; };
  result = loop_.run(connection_->exec(std::move(request), sink));
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(base::trim(out), "100000000");
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, flat_kib);
}

TEST_P(Prepared, IsNotWaitedForWhenItDoesNotReadItsInput) {
  auto request = request_of("exec <&-; echo done");
  request.input.assign(20'000'000, 'x');
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.out, "done\n");
  EXPECT_EQ(run(request_of("echo alive")).out, "alive\n");
}

TEST_P(Prepared, IsStoppedWhileItsInputWaits) {
  const auto seconds = unique_seconds();
  auto request = request_of("sleep " + seconds);
  request.input.assign(20'000'000, 'x');
  request.timeout = 1s;
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::timed_out);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_P(Prepared, RunsInItsDirectoryWithItsEnvironment) {
  auto request = request_of("pwd; printf '%s|' \"$A\" \"$B\"; exit 3");
  request.directory = "/usr/share";
  const std::string nasty = "'\"\\$!{}[]*?~#;&|<>` \n\t$(id)\n";
  request.environment = {{"A", nasty}, {"B", "b"}};
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.result.exit_code, 3);
  EXPECT_EQ(said.out, "/usr/share\n" + nasty + "|b|");
  EXPECT_EQ(said.err, "");
}

TEST_P(Prepared, IsNotRunWhereTheDirectoryIsMissing) {
  auto request = request_of("echo ran");
  request.directory = "/no/such place";
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::not_started);
  EXPECT_EQ(said.result.exit_code, -1);
  EXPECT_THAT(said.result.detail, HasSubstr("cannot change to /no/such place"));
  EXPECT_EQ(said.out + said.err, "");
}

TEST_P(Prepared, IsVerbatimWhateverItEndsWith) {
  for (const std::string command :
       {"echo a # comment", "cat <<E\na\nE", "cat <<E\na\nE\n", "echo a\\", "echo a;", "echo a &\nwait"}) {
    auto request = request_of(command);
    request.directory = "/";
    const auto said = run(request);
    EXPECT_EQ(said.result.end, End::exited) << command;
    EXPECT_THAT(said.out, testing::StartsWith("a")) << command;
    EXPECT_EQ(said.err, "") << command;
  }
  auto unbalanced = request_of("echo 'a");
  unbalanced.directory = "/";
  const auto said = run(unbalanced);
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_NE(said.result.exit_code, 0);
  EXPECT_EQ(said.out, "");
}

TEST_P(Prepared, HasATerminalWhenAsked) {
  auto request = request_of("test -t 0 && test -t 1 && test -t 2 && echo \"$TERM\"; echo err >&2; exit 5");
  request.tty = true;
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.result.exit_code, 5);
  EXPECT_EQ(said.out, "dumb\r\nerr\r\n");
  EXPECT_EQ(said.err, "");
  EXPECT_GT(said.result.remote_pid, 1);
}

TEST_P(Prepared, OnATerminalFindsTheEndOfItsInput) {
  for (const std::string input : {"", "typed\n", "no newline"}) {
    auto request = request_of("stty -echo; cat; echo end");
    request.tty = true;
    request.input = input;
    request.timeout = 20s;
    auto said = run(request);
    std::erase(said.out, '\r');
    EXPECT_EQ(said.result.end, End::exited) << input;
    EXPECT_THAT(said.out, testing::EndsWith("end\n"));
    EXPECT_THAT(said.out, HasSubstr(input));
  }
}

TEST_P(Prepared, OnATerminalIsStopped) {
  const auto seconds = unique_seconds();
  auto request = request_of("trap '' TERM HUP; echo ready; sleep " + seconds + "; :");
  request.tty = true;
  const auto said = cancelled_at_output(loop_, connection_, request);
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_P(Prepared, NeedsAProvedShell) {
  ssh::Target target = openssh_ ? target_of(*openssh_, directory_) : target_of(*dropbear_, directory_);
  target.posix = false;
  const auto bare = loop_.run(Connection::open(target));
  auto request = request_of("echo ran");
  request.directory = "/";
  EXPECT_EQ(error_of(loop_, exec(bare, request)).code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace mcpssh::test
