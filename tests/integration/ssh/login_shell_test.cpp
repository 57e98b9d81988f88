// Login shells that are not POSIX's: commands reach `sh` through them byte for byte, or are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "served.hpp"
#include "support/duplex_text.hpp"
#include "support/sudoers.hpp"

namespace mcpssh::test {
namespace {
using ssh::Connection;
using End = ssh::ExecResult::End;
using Stop = ssh::ExecResult::Stop;
using testing::HasSubstr;

class LoginShell : public Served<LoginShell> {
 protected:
  static const SystemUser& user() { return server().password_user(); }

  /// A connection as a user whose login shell this is.
  std::shared_ptr<Connection> open(const std::string& shell) {
    run_ok({"flock", "/tmp/mcpt-users.lock", "usermod", "--shell", shell, user().name()});
    return loop_.run(Connection::open(user_target()));
  }
  Said run(const ssh::ExecRequest& request) { return loop_.run(exec(connection_, request)); }
  Said run(const std::string& command) { return loop_.run(exec(connection_, command)); }

  std::shared_ptr<Connection> connection_;
};

struct Relaying : LoginShell, testing::WithParamInterface<std::string> {
  void SetUp() override { connection_ = open(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Shells, Relaying,
                         testing::Values("/usr/bin/fish", "/usr/bin/zsh", "/usr/bin/tcsh", "/usr/bin/csh"),
                         [](const auto& each) {
                           return each.param.substr(each.param.find_last_of('/') + 1);
                         });

TEST_P(Relaying, ProvesThatItHandsOnToSh) {
  EXPECT_EQ(connection_->facts().login_shell, GetParam());
  EXPECT_TRUE(connection_->facts().through_sh);
  EXPECT_THAT(run("echo \"$0\" \"$SHELL\"").out, "sh " + GetParam() + "\n");
}

TEST_P(Relaying, LeavesNoFilesBehind) {
  namespace fs = std::filesystem;
  run("true");
  for (const auto& entry : fs::directory_iterator(user().home()))
    EXPECT_TRUE(entry.path().filename().string().starts_with('.')) << entry.path();
}

TEST_P(Relaying, PassesCommandsVerbatim) {
  EXPECT_EQ(run("printf '%s' '\"\\$!{}[]*?~#;&|<>` \t\n\\n!!'; echo \"it's ${HOME:+home}\" # ! x").out,
            "\"\\$!{}[]*?~#;&|<>` \t\n\\n!!it's home\n");
  EXPECT_EQ(run("cat <<'EOF'\n$HOME `x` \"'\\ !1 \xc3\xa4 \xff\nEOF\n").out,
            "$HOME `x` \"'\\ !1 \xc3\xa4 \xff\n");
  EXPECT_EQ(run("for i in 1 2; do echo $i; done; exit 7").result.exit_code, 7);
  EXPECT_EQ(run("echo 'unbalanced").out, "");
  EXPECT_EQ(run("x='a b'; set -- $x; echo $#").out, "2\n") << "zsh would not split it";
  EXPECT_EQ(run(": " + std::string(60'000, 'x') + "; echo long").out, "long\n");
}

TEST_P(Relaying, TellsThePidOfTheShellThatRuns) {
  const auto said = run("echo $$; echo err >&2");
  EXPECT_EQ(said.out, std::to_string(said.result.remote_pid) + "\n");
  EXPECT_EQ(said.err, "err\n");
}

TEST_P(Relaying, TakesDirectoryEnvironmentInputAndSudo) {
  const Sudoers allowed(user().name() + " ALL=(ALL) ALL\n");
  ssh::ExecRequest request;
  request.command = "id -un; pwd; echo \"$A\"; cat";
  request.directory = "/etc";
  request.environment = {{"A", "!it's\n$x"}};
  request.input = "in\n";
  request.sudo.emplace();
  request.sudo->password = base::Secret(user().password());
  const auto said = run(request);
  EXPECT_EQ(said.out, "root\n/etc\n!it's\n$x\nin\n") << said.result.detail;
}

TEST_P(Relaying, IsStopped) {
  const auto seconds = unique_seconds();
  const auto said =
      cancelled_at_output(loop_, connection_, "echo ready; sleep " + seconds + " & sleep " + seconds);
  EXPECT_EQ(said.result.end, End::cancelled);
  EXPECT_EQ(said.result.stop, Stop::proved_gone);
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_P(Relaying, GivesAPosixShellOnATerminal) {
  ssh::PtyRequest pty;
  const auto shell = loop_.run(connection_->open_shell(pty));
  loop_.run(shell->write("x='a b'; set -- $x; echo \"$#-wo\"rds\n"));
  EXPECT_THAT(loop_.run(read_until(*shell, "-words")), HasSubstr("2-words"));
}

TEST_F(LoginShell, OfPosixReadsCommandsItself) {
  for (const std::string shell : {"/bin/sh", "/bin/bash", "/bin/dash", "/bin/ksh93", "/bin/mksh"}) {
    connection_ = open(shell);
    EXPECT_EQ(connection_->facts().login_shell, shell);
    EXPECT_FALSE(connection_->facts().through_sh) << shell;
    ssh::ExecRequest request;
    request.command = "cat; echo \"$A\"";
    request.directory = "/etc";
    request.environment = {{"A", "'\"\\!\n"}};
    request.input = "in ";
    EXPECT_EQ(run(request).out, "in '\"\\!\n\n") << shell;
  }
}

TEST_F(LoginShell, DoesNotRunACommandWithoutItsEnvironment) {
  connection_ = open("/bin/bash");
  ssh::ExecRequest request;
  request.command = "echo ran";
  request.environment = {{"UID", "0"}};  // bash keeps it read-only
  const auto said = run(request);
  EXPECT_EQ(said.result.end, End::not_started);
  EXPECT_THAT(said.result.detail, HasSubstr("cannot prepare the command"));
  EXPECT_THAT(said.result.detail, HasSubstr("readonly variable"));
  EXPECT_EQ(said.out + said.err, "");
}

TEST_F(LoginShell, ThatIsNoShellIsRefused) {
  for (const std::string shell : {"/usr/bin/python3", "/bin/cat", "/usr/sbin/nologin"}) {
    connection_ = open(shell);
    EXPECT_EQ(connection_->facts().login_shell, "") << shell;
    EXPECT_FALSE(connection_->facts().through_sh) << shell;
  }
}

}  // namespace
}  // namespace mcpssh::test
