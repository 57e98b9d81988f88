// The guard sees what really runs: directory, environment, stdin and sudo are part of a command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/digest.hpp"
#include "gateway/judgement.hpp"

namespace mcpssh::gateway {
namespace {

using guard::Decision;
using testing::HasSubstr;
using testing::Not;

guard::Pattern pattern(std::string_view text) {
  return guard::Pattern::compile(text).value();
}

guard::Verdict verdict_of(const Exec& exec, const guard::Policy& policy = {}, const hosts::Host& host = {}) {
  return judge_exec(exec, host, policy);
}

std::string rule_of(const guard::Verdict& verdict) {
  return verdict.findings.empty() ? "-" : verdict.findings.front().rule;
}

Exec exec_of(std::string command) {
  Exec exec;
  exec.command = std::move(command);
  return exec;
}

Exec with_input(std::string command, std::string input) {
  Exec exec = exec_of(std::move(command));
  exec.input = std::move(input);
  return exec;
}

Exec with_variable(std::string name, std::string value) {
  Exec exec = exec_of("ls");
  exec.environment = {{std::move(name), std::move(value)}};
  return exec;
}

TEST(Judgement, ACommandAloneIsJudgedAsBefore) {
  EXPECT_EQ(verdict_of(exec_of("uptime")).decision, Decision::allow);
  EXPECT_EQ(rule_of(verdict_of(exec_of("rm -rf /"))), "fs.remove-root");
  EXPECT_EQ(composed(exec_of("uptime")), "");
}

TEST(Judgement, WhatAShellReadsFromItsInputIsCode) {
  EXPECT_EQ(rule_of(verdict_of(with_input("sh", "cd /\nrm -rf *\n"))), "fs.remove-root");
  EXPECT_EQ(rule_of(verdict_of(with_input("bash -s -- a b", "mkfs.ext4 /dev/sda"))), "disk.mkfs");
  EXPECT_EQ(verdict_of(with_input("sh", "uptime")).decision, Decision::allow)
      << "a shell's input is known here";
  EXPECT_EQ(rule_of(verdict_of(with_input("python3 -", "print(1)"))), "shell.foreign-code");
  Exec as_root = with_input("sh", "rm -rf /etc");
  as_root.sudo_user = "root";
  EXPECT_EQ(rule_of(verdict_of(as_root)), "fs.remove-root");
}

TEST(Judgement, InputThatIsOnlyCopiedIsData) {
  EXPECT_EQ(verdict_of(with_input("cat > notes.txt", "never type rm -rf /\n")).decision, Decision::allow);
  EXPECT_EQ(verdict_of(with_input("sort", std::string(200'000, 'x'))).decision, Decision::allow);
  EXPECT_EQ(verdict_of(with_input("tee file", "a\r\nb\r\n")).decision, Decision::allow);
}

TEST(Judgement, WhatIsTypedAtATerminalAsks) {
  Exec exec = with_input("less /etc/passwd", "!rm -rf ~/data\n");
  exec.tty = true;
  EXPECT_NE(verdict_of(exec).decision, Decision::allow) << "a pager runs what it is told";
  guard::Policy readonly;
  readonly.mode = guard::Mode::readonly;
  EXPECT_EQ(verdict_of(exec, readonly).decision, Decision::deny);
}

TEST(Judgement, AReadOnlyHostTakesHarmlessVariablesOnly) {
  guard::Policy readonly;
  readonly.mode = guard::Mode::readonly;
  EXPECT_EQ(verdict_of(with_variable("SOME_OPTION", "x"), readonly).decision, Decision::deny);
  EXPECT_EQ(verdict_of(with_variable("TAR_OPTIONS", "--checkpoint-action=exec=x")).decision, Decision::ask);
}

TEST(Judgement, InputNobodyCanReadAsksWhenAProgramRunsIt) {
  EXPECT_EQ(rule_of(verdict_of(with_input("sh", std::string(200'000, 'x')))), "shell.opaque-code");
  EXPECT_EQ(verdict_of(with_input("sh", "ls\r\n")).decision, Decision::ask);
}

TEST(Judgement, NoInputEndsItsHereDocumentItself) {
  const auto verdict = verdict_of(with_input("cat", "end_of_stdin\nrm -rf /\nend_of_stdin_\n"));
  EXPECT_EQ(verdict.decision, Decision::allow) << "it is still only data";
  EXPECT_EQ(rule_of(verdict_of(with_input("sh", "end_of_stdin\nrm -rf /\n"))), "fs.remove-root");
}

TEST(Judgement, DenyPatternsSeeInputAndVariables) {
  guard::Policy policy;
  policy.deny_patterns = {pattern("launch-\\w+")};
  EXPECT_EQ(rule_of(verdict_of(with_input("cat", "launch-missiles"), policy)), "pattern.user");
  EXPECT_EQ(rule_of(verdict_of(with_input("cat", "launch-missiles" + std::string(200'000, 'x')), policy)),
            "pattern.user");
  EXPECT_EQ(rule_of(verdict_of(with_variable("A", "launch-missiles"), policy)), "pattern.user");
}

TEST(Judgement, VariablesThatLoadOrFindCodeAsk) {
  for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "BASH_ENV", "ENV", "IFS", "PYTHONPATH",
                           "BASH_FUNC_ls%%", "GIT_CONFIG_COUNT", "NODE_OPTIONS"})
    EXPECT_EQ(rule_of(verdict_of(with_variable(name, "/tmp/x"))), "shell.code-variable") << name;
  EXPECT_EQ(rule_of(verdict_of(with_variable("PAGER", "rm -rf /"))), "fs.remove-root");
  EXPECT_EQ(verdict_of(with_variable("LANG", "C")).decision, Decision::allow);
}

TEST(Judgement, VariablesAreKnownToTheCommand) {
  Exec exec = exec_of("rm -rf \"$TARGET\"");
  exec.environment = {{"TARGET", "/etc"}};
  EXPECT_EQ(rule_of(verdict_of(exec)), "fs.remove-root");
}

TEST(Judgement, TheDirectoryIsWhereRelativePathsLead) {
  Exec exec = exec_of("rm -rf *");
  exec.directory = "/";
  EXPECT_EQ(rule_of(verdict_of(exec)), "fs.remove-root");
  exec.directory = "/srv/app/cache";
  EXPECT_EQ(rule_of(verdict_of(exec)), "fs.remove");
  exec.directory = "/tmp/build";
  EXPECT_EQ(verdict_of(exec).decision, Decision::allow);
  hosts::Host host;
  host.workdir = "/etc";
  EXPECT_EQ(rule_of(verdict_of(exec_of("rm -rf ."), {}, host)), "fs.remove-root")
      << "the owner's workdir counts";
}

TEST(Judgement, SudoIsJudgedAsIfItWasTyped) {
  Exec exec = exec_of("systemctl reload nginx");
  exec.sudo_user = "root";
  EXPECT_EQ(composed(exec), "sudo systemctl reload nginx");
  EXPECT_EQ(verdict_of(exec).decision, verdict_of(exec_of("sudo systemctl reload nginx")).decision);
  guard::Policy readonly;
  readonly.mode = guard::Mode::readonly;
  Exec read = exec_of("journalctl -n 5");
  read.sudo_user = "root";
  EXPECT_EQ(verdict_of(read, readonly).decision, Decision::allow);
  exec.command = "cd / && rm -rf *";
  EXPECT_THAT(composed(exec), HasSubstr("sudo -- sh -c 'cd / && rm -rf *'"));
  EXPECT_EQ(rule_of(verdict_of(exec)), "fs.remove-root");
  exec.command = "id";
  exec.sudo_user = "postgres";
  EXPECT_EQ(composed(exec), "sudo -u 'postgres' id");
}

TEST(Judgement, TheOwnersPatternsForSudoHold) {
  guard::Policy policy;
  policy.deny_patterns = {pattern("^sudo ")};
  Exec exec = exec_of("id");
  exec.sudo_user = "root";
  EXPECT_EQ(rule_of(verdict_of(exec, policy)), "pattern.user");
  EXPECT_EQ(verdict_of(exec_of("id"), policy).decision, Decision::allow);
}

TEST(Judgement, TheCommandCannotBreakOutOfWhatIsPutAroundIt) {
  Exec exec = exec_of("true\n}\nrm -rf /\n{ true");
  exec.directory = "/srv";
  EXPECT_NE(verdict_of(exec).decision, Decision::allow);
  exec = exec_of("ls # a comment");
  exec.directory = "/srv/it's here";
  EXPECT_EQ(verdict_of(exec).decision, Decision::allow);
}

TEST(Judgement, TheOwnersDefaultsAskNobody) {
  hosts::Host host;
  host.environment = {{"PATH", "/opt/bin:/usr/bin"}};
  host.workdir = "/srv";
  guard::Policy readonly;
  readonly.mode = guard::Mode::readonly;
  EXPECT_EQ(verdict_of(exec_of("ls"), readonly, host).decision, Decision::allow);
}

TEST(Judgement, EverythingAsksOnAWindowsHost) {
  hosts::Host host;
  host.platform = "windows";
  EXPECT_EQ(rule_of(verdict_of(exec_of("hostname"), {}, host)), "shell.unknown-dialect");
}

TEST(Judgement, ADeviceIsReadInTheLanguageOfItsPlatform) {
  hosts::Host device;
  device.shell = hosts::ShellKind::cli;
  EXPECT_EQ(verdict_of(exec_of("show version"), {}, device).decision, Decision::allow);
  EXPECT_EQ(rule_of(verdict_of(exec_of("undo shutdown"), {}, device)), "device.no-platform");
  device.platform = "huawei";
  EXPECT_EQ(verdict_of(exec_of("undo shutdown"), {}, device).decision, Decision::allow);
  device.platform = "mikrotik_routeros";
  EXPECT_EQ(rule_of(verdict_of(exec_of("/sys reset-conf"), {}, device)), "device.factory-reset");
}

TEST(Defaults, TheCallsOwnValuesWin) {
  hosts::Host host;
  host.workdir = "/srv";
  host.environment = {{"A", "1"}, {"B", "2"}};
  Exec exec = exec_of("env");
  exec.environment = {{"B", "3"}, {"C", "4"}};
  const Exec all = with_defaults(exec, host);
  EXPECT_EQ(all.directory, "/srv");
  const std::vector<std::pair<std::string, std::string>> expected{{"A", "1"}, {"B", "3"}, {"C", "4"}};
  EXPECT_EQ(all.environment, expected);
  exec.directory = "/tmp";
  EXPECT_EQ(with_defaults(exec, host).directory, "/tmp");
}

TEST(CheckExec, OptionsNeedAPosixShellAndNamesThatAreNames) {
  hosts::Host device;
  device.shell = hosts::ShellKind::cli;
  Exec exec = exec_of("show version");
  EXPECT_TRUE(check_exec(exec, device).has_value());
  exec.directory = "/tmp";
  EXPECT_THAT(check_exec(exec, device).error().message(), HasSubstr("POSIX shell"));
  EXPECT_FALSE(check_exec(with_variable("A B", "1"), {}).has_value());
  EXPECT_FALSE(check_exec(with_variable("1A", "1"), {}).has_value());
  EXPECT_FALSE(check_exec(with_variable("A", std::string("x\0y", 3)), {}).has_value());
  exec.sudo_user = "-u root";
  EXPECT_FALSE(check_exec(exec, {}).has_value());
  exec.sudo_user = "www-data";
  EXPECT_TRUE(check_exec(exec, {}).has_value());
}

TEST(Particulars, SayWhatWasAroundTheCommandAndNoValues) {
  Exec exec = exec_of("cat");
  EXPECT_EQ(particulars(exec), "");
  exec.directory = "/srv";
  exec.environment = {{"TOKEN", "hunter2"}};
  exec.input = "hello";
  exec.sudo_user = "root";
  exec.tty = true;
  const std::string text = particulars(exec);
  EXPECT_EQ(text, "in /srv; env TOKEN; sudo as root; stdin 5 bytes sha256 " + sha256_hex("hello") + "; tty");
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace mcpssh::gateway
