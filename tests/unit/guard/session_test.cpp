#include <gtest/gtest.h>

#include "support.hpp"

/// Lines typed one after the other into one shell.
namespace mcpssh::guard::test {
namespace {

class Shell {
 public:
  /// Types one line and keeps the state, as the gateway does for a line that was sent.
  std::string type(std::string line) {
    Judgement judgement = judge(Line{std::move(line)}, state_, {});
    state_ = std::move(judgement.state);
    rule_ = first_rule(judgement.verdict);
    return std::string(to_string(judgement.verdict.decision));
  }
  [[nodiscard]] const SessionState& state() const { return state_; }
  [[nodiscard]] const std::string& rule() const { return rule_; }

 private:
  SessionState state_;
  std::string rule_;
};

TEST(Session, AnOpenQuoteIsJudgedTogetherWithWhatClosesIt) {
  Shell shell;
  EXPECT_EQ(shell.type("sh -c 'cd /"), "allow");
  EXPECT_EQ(shell.state().pending, "sh -c 'cd /");
  EXPECT_EQ(shell.type("rm -rf *'"), "deny");
  EXPECT_TRUE(shell.state().pending.empty());
}

TEST(Session, ABackslashContinuesTheCommand) {
  Shell shell;
  EXPECT_EQ(shell.type("rm -rf \\"), "allow");
  EXPECT_EQ(shell.type("/"), "deny");
}

TEST(Session, TextInsideAnOpenQuoteIsData) {
  Shell shell;
  EXPECT_EQ(shell.type("echo 'first"), "allow");
  EXPECT_EQ(shell.type("rm -rf /"), "allow");
  EXPECT_EQ(shell.type("last'"), "allow");
  EXPECT_TRUE(shell.state().pending.empty());
}

TEST(Session, AHereDocumentIsDataUntilItsEnd) {
  Shell shell;
  EXPECT_EQ(shell.type("cat > notes <<'EOF'"), "allow");
  EXPECT_EQ(shell.type("mkfs.ext4 /dev/sda"), "allow");
  EXPECT_EQ(shell.type("EOF"), "allow");
  EXPECT_EQ(shell.type("mkfs.ext4 /dev/sda"), "deny");
}

TEST(Session, AHereDocumentForAShellIsCode) {
  Shell shell;
  EXPECT_EQ(shell.type("sh <<'EOF'"), "allow");
  EXPECT_EQ(shell.type("mkfs.ext4 /dev/sda"), "deny");
}

TEST(Session, AnOpenCompoundCommandIsJudgedBeforeItIsClosed) {
  Shell shell;
  EXPECT_EQ(shell.type("if true; then"), "allow");
  EXPECT_EQ(shell.type("rm -rf /etc"), "deny");
}

TEST(Session, ALineWithSeveralLinesIsJudgedWholeAndOnlyItsOpenEndStays) {
  Shell shell;
  EXPECT_EQ(shell.type("cd /srv/app\necho 'open"), "allow");
  EXPECT_EQ(shell.state().pending, "echo 'open");
  EXPECT_EQ(shell.type("end'; rm -rf /"), "deny");
}

TEST(Session, TheDirectoryIsRemembered) {
  Shell shell;
  EXPECT_EQ(shell.type("cd /tmp/app/build"), "allow");
  EXPECT_EQ(shell.type("rm -rf *"), "allow");
  EXPECT_EQ(shell.type("cd ../../.."), "allow");
  EXPECT_EQ(shell.state().directory, "/");
  EXPECT_EQ(shell.type("rm -rf *"), "deny");
}

TEST(Session, ADirectoryNobodyKnowsMakesRemovingEverythingInItAQuestion) {
  Shell shell;
  EXPECT_EQ(shell.type("cd \"$TARGET\""), "allow");
  EXPECT_EQ(shell.state().directory, "?");
  EXPECT_EQ(shell.type("rm -rf *"), "ask");
  EXPECT_EQ(shell.type("cd"), "allow");
  EXPECT_EQ(shell.type("rm -rf *"), "deny");
}

TEST(Session, ADirectoryThatMayNotHaveBeenReachedIsRemembered) {
  Shell shell;
  EXPECT_EQ(shell.type("cd /"), "allow");
  EXPECT_EQ(shell.type("cd /tmp/nope"), "allow");
  EXPECT_EQ(shell.state().directory, "/tmp/nope\n/");
  EXPECT_EQ(shell.type("ls; touch x"), "allow");
  EXPECT_EQ(shell.type("rm -rf *"), "ask");
  EXPECT_EQ(shell.type("cd /tmp"), "allow");
  EXPECT_EQ(shell.state().directory, "/tmp");
  EXPECT_EQ(shell.type("rm -rf *"), "allow");

  Shell other;
  EXPECT_EQ(other.type("true && cd /"), "allow");
  EXPECT_EQ(other.state().directory, "?\n/");
  EXPECT_EQ(other.type("cd /tmp/nope"), "allow");
  EXPECT_EQ(other.type("rm -rf *"), "ask");
}

TEST(Session, VariablesOfEarlierLinesAreNotTrusted) {
  Shell shell;
  EXPECT_EQ(shell.type("A=rm"), "allow");
  EXPECT_EQ(shell.type("$A -rf /"), "ask");
}

TEST(Session, AVariableOfAnEarlierLineMayLeadUp) {
  Shell shell;
  EXPECT_EQ(shell.type("x=../etc"), "allow");
  EXPECT_EQ(shell.type("rm -rf \"/tmp/$x\""), "ask");
  EXPECT_EQ(shell.type(": > \"/tmp/$x/passwd\""), "ask");
  EXPECT_EQ(shell.type("x=a; rm -rf \"/tmp/$x\""), "allow");
}

TEST(Session, WhatWouldMakeLaterLinesReadOtherwiseAsks) {
  Shell shell;
  for (const std::string line :
       {"exec < /tmp/x", "exec 0< /tmp/x", "command exec < /tmp/x", "exec <<E\nid\nE", "exec 0<&3",
        "eval 'exec < x'", "readonly x=/", "declare -r x=/", "IFS=/", "export IFS=x", "enable -n cd",
        "MAILPATH='x?$(id)'", "set -k"})
    EXPECT_EQ(shell.type(line), "ask") << line;
  for (const std::string line :
       {"exec 3< /etc/hosts", "IFS=, read -r a b <<< 1,2", "cat < /etc/hosts", "enable"})
    EXPECT_EQ(shell.type(line), "allow") << line;
  EXPECT_EQ(shell.type("set -- ../etc"), "allow");
  EXPECT_EQ(shell.type("rm -rf \"/tmp/$1\""), "ask");
}

TEST(Session, FunctionsAndAliasesCannotSmuggleALaterVariable) {
  Shell shell;
  EXPECT_EQ(shell.type("A=ls; f() { $A -rf /; }"), "ask");
  EXPECT_EQ(shell.type("alias x=rm"), "ask");
  EXPECT_EQ(shell.type("alias ll='ls -l'"), "allow");
  EXPECT_EQ(shell.type("g() { rm -r \"$@\"; }"), "ask");
}

TEST(Session, ATrapThatMovesTheShellLeavesNoDirectoryKnown) {
  Shell shell;
  EXPECT_EQ(shell.type("cd /tmp/x; trap 'cd /' DEBUG"), "allow");
  EXPECT_EQ(shell.type("cd /tmp/x"), "allow");
  EXPECT_EQ(shell.type("rm -rf *"), "ask");
}

TEST(Session, HistoryExpansionAsks) {
  Shell shell;
  for (const std::string line : {"!!", "!rm", "sudo !!", "echo \"!$\"", "^ls^rm^"}) {
    EXPECT_EQ(shell.type(line), "ask") << line;
    EXPECT_EQ(shell.rule(), "shell.history");
  }
  for (const std::string line : {"! true", "[ 1 != 2 ]", "echo hi!", "echo '!x'", "kill $!", "echo \\!x"})
    EXPECT_EQ(shell.type(line), "allow") << line;
}

TEST(Session, AnotherShellInsideTheSessionAsks) {
  Shell shell;
  for (const std::string line : {"bash", "sudo -i", "su -", "python3", "ssh db1", "chroot /mnt"})
    EXPECT_EQ(shell.type(line), "ask") << line;
}

TEST(Session, ARefusedLineLeavesItsStateToTheCallerToDrop) {
  const SessionState before{"", "/tmp/app"};
  const Judgement judgement = judge(Line{"cd /; rm -rf *"}, before, {});
  EXPECT_EQ(judgement.verdict.decision, Decision::deny);
  EXPECT_EQ(judgement.state.directory, "/");
  EXPECT_EQ(judge(Line{"rm -rf *"}, before, {}).verdict.decision, Decision::allow);
}

TEST(Session, PendingTextCannotGrowPastTheLimit) {
  SessionState state{"echo '" + std::string(60'000, 'x'), ""};
  const Judgement judgement = judge(Line{std::string(10'000, 'y')}, state, {});
  EXPECT_EQ(judgement.verdict.decision, Decision::deny);
  EXPECT_EQ(first_rule(judgement.verdict), "text.too-long");
}

TEST(Session, AnOpenQuoteOfADeviceEndsWithItsLine) {
  const Judgement judgement = judge(Line{"description it's \"open", Dialect::cli, "cisco_ios"}, {}, {});
  EXPECT_EQ(judgement.verdict.decision, Decision::allow);
  EXPECT_TRUE(judgement.state.pending.empty());
  EXPECT_EQ(judge(Line{"reload", Dialect::cli, "cisco_ios"}, judgement.state, {}).verdict.decision,
            Decision::ask);
}

TEST(Session, ArithmeticTrustsNoNameOfAnEarlierLine) {
  Shell shell;
  EXPECT_EQ(shell.type("x='a[$(reboot)]'"), "ask");
  EXPECT_EQ(shell.rule(), "shell.opaque-code");
  EXPECT_EQ(shell.type("declare -i n"), "ask");
  EXPECT_EQ(shell.type("echo $((x + SECONDS))"), "allow");
  const auto readonly = [](std::string line) {
    Policy policy;
    policy.mode = Mode::readonly;
    return judge(Line{std::move(line)}, {}, policy).verdict.decision;
  };
  // $SECONDS may have become an ordinary variable.
  EXPECT_EQ(readonly("echo $((SECONDS + 1))"), Decision::deny);
  EXPECT_EQ(readonly("n=3; echo $((n + 1))"), Decision::allow);
}

}  // namespace
}  // namespace mcpssh::guard::test
