// Through sudo: the password goes to sudo's own question, once, and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench.hpp"
#include "support/sudoers.hpp"

namespace mcpssh::test {
namespace {
using ssh::Connection;
using ssh::ExecRequest;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using testing::HasSubstr;
using testing::Not;

/// Every story twice: without a terminal, where sudo reads stdin, and with one.
class Sudo : public testing::TestWithParam<bool> {
 protected:
  static void SetUpTestSuite() {
    OpensshServer::Options options;
    options.password_user = true;
    server_ = std::make_unique<OpensshServer>(std::move(options));
  }
  static void TearDownTestSuite() { server_.reset(); }

  static const SystemUser& user() { return server_->password_user(); }
  static std::string rule(const std::string& rest) { return user().name() + " ALL=(ALL) " + rest + "\n"; }
  void SetUp() override {
    auto target = target_of(*server_, directory_);
    target.user = user().name();
    connection_ = loop_.run(Connection::open(target));
  }

  [[nodiscard]] ExecRequest request(const std::string& command, const std::string& password) const {
    ExecRequest request;
    request.command = command;
    request.tty = GetParam();
    request.timeout = 20s;
    request.sudo.emplace();
    if (!password.empty()) request.sudo->password = base::Secret(password);
    return request;
  }
  Said run(const ExecRequest& request) {
    auto said = loop_.run(exec(connection_, request));
    EXPECT_THAT(said.out + said.err, Not(HasSubstr(user().password())));
    std::erase(said.out, '\r');
    return said;
  }
  Said run(const std::string& command) { return run(request(command, user().password())); }

  /// On a terminal there is one stream.
  static std::string errors(const Said& said) { return GetParam() ? said.out : said.err; }

  TempDir directory_;
  Loop loop_;
  std::shared_ptr<Connection> connection_;

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Terminal, Sudo, testing::Values(false, true),
                         [](const auto& each) { return each.param ? "with_tty" : "without_tty"; });

TEST_P(Sudo, RunsTheCommandAsRootWithThePassword) {
  const Sudoers allowed(rule("ALL"));
  const auto said = run("id -un; exit 7");
  EXPECT_EQ(said.result.end, End::exited) << said.result.detail;
  EXPECT_EQ(said.result.exit_code, 7);
  EXPECT_EQ(said.out, "root\n");
  EXPECT_EQ(said.err, "");
  EXPECT_GT(said.result.remote_pid, 1);
}

TEST_P(Sudo, RunsAsAnotherUser) {
  const Sudoers allowed(rule("ALL"));
  auto as_nobody = request("id -un; pwd; echo \"$A\"", user().password());
  as_nobody.sudo->user = "nobody";
  as_nobody.directory = "/etc";
  as_nobody.environment = {{"A", "it's $HOME"}};
  EXPECT_EQ(run(as_nobody).out, "nobody\n/etc\nit's $HOME\n");
}

TEST_P(Sudo, NeedsNoPasswordWhereNoneIsAsked) {
  const Sudoers allowed(rule("NOPASSWD: ALL"));
  EXPECT_EQ(run("id -un").out, "root\n");  // and types none into the command
  EXPECT_EQ(run(request("id -un", "")).out, "root\n");
}

TEST_P(Sudo, DoesNotTypeThePasswordIntoACommandThatAsksForIt) {
  const Sudoers allowed(rule("NOPASSWD: ALL"));
  // The wrapper's own words, as a program on the host can read them in its process list.
  const auto said =
      run("line=$(tr '\\0' '\\n' </proc/$PPID/cmdline | grep -o '[0-9a-f]\\{16\\} ask' | head -1)\n"
          "[ \"$line\" ] || line=$(tr '\\0' '\\n' </proc/*/cmdline 2>/dev/null | grep -o '[0-9a-f]\\{16\\} "
          "ask' | head -1)\n"
          "echo \"$line\" >&2; printf '[sudo] password for x: ' >&2; read -r answer; echo \"got=$answer\"");
  EXPECT_EQ(said.result.end, End::exited) << said.result.detail;
  EXPECT_THAT(said.out, HasSubstr("got=\n"));
  EXPECT_THAT(errors(said), testing::ContainsRegex("[0-9a-f]{16} ask"));
}

TEST_P(Sudo, GivesTheInputToTheCommandAndNotToSudo) {
  for (const std::string tag : {"ALL", "NOPASSWD: ALL"}) {
    const Sudoers allowed(rule(tag));
    auto with_input = request("id -un; cat; echo end", user().password());
    with_input.input = "first\nsecond\n";
    const auto said = run(with_input);
    EXPECT_EQ(said.result.end, End::exited) << said.result.detail;
    EXPECT_THAT(said.out, HasSubstr("root\n")) << tag;
    EXPECT_THAT(said.out, testing::EndsWith("first\nsecond\nend\n")) << tag;
  }
}

TEST_P(Sudo, SaysThatThePasswordWasNotTaken) {
  const Sudoers allowed(rule("ALL"));
  const auto marker = directory_.path() / "ran";
  const auto said = run(request("touch " + marker.string(), "wrong-one"));
  EXPECT_EQ(said.result.end, End::not_started);
  EXPECT_EQ(said.result.exit_code, -1);
  EXPECT_THAT(said.result.detail, HasSubstr("sudo did not take the password for root"));
  EXPECT_EQ(said.out + said.err, "");
  EXPECT_FALSE(std::filesystem::exists(marker));
}

TEST_P(Sudo, TypesItOnceEvenWhereSudoAsksFiveTimes) {
  const Sudoers allowed("Defaults:" + user().name() + " passwd_tries=5\n" + rule("ALL"));
  EXPECT_EQ(run(request("id", "wrong-one")).result.end, End::not_started);
  const Sudoers log("Defaults:" + user().name() + " passwd_tries=1\n");
  const auto once = run(request("id", "wrong-one"));
  EXPECT_EQ(once.result.end, End::not_started);
  EXPECT_THAT(once.result.detail, HasSubstr("sudo did not take the password for root"));
}

TEST_P(Sudo, SaysThatAPasswordIsNeededAndNoneConfigured) {
  const Sudoers allowed(rule("ALL"));
  const auto said = run(request("id", ""));
  EXPECT_EQ(said.result.end, End::not_started);
  EXPECT_THAT(said.result.detail, HasSubstr("sudo wants a password to run as root, and none is configured"));
}

TEST_P(Sudo, SaysThatTheUserMayNot) {
  const auto unknown = run("id");
  EXPECT_EQ(unknown.result.end, End::not_started);
  EXPECT_THAT(unknown.result.detail, HasSubstr("sudo does not allow this user to run commands as root"));
  const Sudoers one(rule("/usr/bin/uptime"));
  const auto other = run("id");
  EXPECT_EQ(other.result.end, End::not_started);
  EXPECT_THAT(other.result.detail, HasSubstr("sudo does not allow this user"));
}

TEST_P(Sudo, SaysThatTheDirectoryIsNotThere) {
  const Sudoers allowed(rule("ALL"));
  auto elsewhere = request("id", user().password());
  elsewhere.directory = "/no/such/place";
  const auto said = run(elsewhere);
  EXPECT_EQ(said.result.end, End::not_started);
  EXPECT_THAT(said.result.detail, HasSubstr("cannot change to /no/such/place"));
}

TEST_P(Sudo, KeepsTheLectureOutOfTheOutput) {
  const Sudoers allowed("Defaults:" + user().name() + " lecture=always\n" + rule("ALL"));
  const auto said = run("echo out; echo err >&2");
  EXPECT_EQ(said.out + said.err, "out\nerr\n");
}

TEST_P(Sudo, MeetsADemandForATerminal) {
  const Sudoers allowed("Defaults:" + user().name() + " requiretty\n" + rule("ALL"));
  const auto said = run("id -un");
  if (GetParam()) {
    EXPECT_EQ(said.out, "root\n") << said.result.detail;
  } else {
    EXPECT_EQ(said.result.end, End::not_started);
    EXPECT_THAT(said.result.detail, HasSubstr("so the command needs a tty"));
  }
}

TEST_P(Sudo, EndsWhatRunsAsRoot) {
  const Sudoers allowed(rule("ALL"));
  const auto seconds = unique_seconds();
  const auto command = "trap '' TERM; sleep " + seconds + " & echo ready; sleep " + seconds + "; :";
  const auto said = cancelled_at_output(loop_, connection_, request(command, user().password()));
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_P(Sudo, EndsWhatRunsAsRootAtTheDeadlineAlsoWhereATerminalIsDemanded) {
  const Sudoers allowed((GetParam() ? "Defaults:" + user().name() + " requiretty\n" : "") + rule("ALL"));
  const auto seconds = unique_seconds();
  auto slow = request("sleep " + seconds, user().password());
  slow.timeout = 2s;
  const auto said = run(slow);
  EXPECT_EQ(said.result.end, End::timed_out);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_P(Sudo, EndsWhatRunsAsAnotherUser) {
  const Sudoers allowed(rule("ALL"));
  const auto seconds = unique_seconds();
  auto as_nobody = request("echo ready; sleep " + seconds, user().password());
  as_nobody.sudo->user = "nobody";
  const auto said = cancelled_at_output(loop_, connection_, as_nobody);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

}  // namespace
}  // namespace mcpssh::test
