#include "ssh/shell_probe.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

const std::string nonce = "a1b2";
const std::string err = "a1b2 300\n";

TEST(ShellProbe, BelievesAShellThatAnswersExactly) {
  EXPECT_EQ(login_shell_of("a1b2 300 bash /bin/bash 42\n", err, nonce), "/bin/bash");
  EXPECT_EQ(login_shell_of("a1b2 300 sh  42\n", err, nonce), "sh");
}

TEST(ShellProbe, PassesOverWhatALoginScriptPrinted) {
  EXPECT_EQ(
      login_shell_of("Welcome to prod\na1b2 300 zsh /usr/bin/zsh 42\n", "tip of the day\na1b2 300\n", nonce),
      "/usr/bin/zsh");
}

TEST(ShellProbe, DoesNotBelieveOthers) {
  // A CLI that repeats the line, cmd.exe, PowerShell.
  EXPECT_EQ(login_shell_of("echo a1b2 $$ \"$0\" \"${SHELL-}\" $((6*7))\n", "", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 $$ \"$0\" \"${SHELL-}\" $((6*7))\r\n", "a1b2 $$ >&2\n", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2   42\n", err, nonce), "");
  // No pid line, another pid, another nonce, another sum.
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/sh 42\n", "", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 301 sh /bin/sh 42\n", err, nonce), "");
  EXPECT_EQ(login_shell_of("ffff 300 sh /bin/sh 42\n", err, nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/sh 6*7\n", err, nonce), "");
  EXPECT_EQ(login_shell_of("", "", nonce), "");
}

TEST(ShellProbe, TakesNoStrangeNameForAShell) {
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/\x1b[31msh 42\n", err, nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 300 sh /" + std::string(300, 'x') + " 42\n", err, nonce), "");
}

}  // namespace
}  // namespace mcpssh::ssh
