#include "ssh/exec/shell_probe.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

const std::string nonce = "a1b2";
const std::string err = "a1b2 300\n";

TEST(ShellProbe, BelievesAShellThatAnswersExactly) {
  EXPECT_EQ(login_shell_of("a1b2 300 bash /bin/bash 42 \n", err, nonce), "/bin/bash");
  EXPECT_EQ(login_shell_of("a1b2 300 sh  42 \n", err, nonce), "sh");
}

TEST(ShellProbe, PassesOverWhatALoginScriptPrinted) {
  EXPECT_EQ(login_shell_of("Welcome to prod\na1b2 300 ksh /usr/bin/ksh93 42 \n", "tip of the day\na1b2 300\n",
                           nonce),
            "/usr/bin/ksh93");
}

TEST(ShellProbe, DoesNotBelieveOthers) {
  // A CLI that repeats the line, cmd.exe, PowerShell.
  EXPECT_EQ(login_shell_of("echo a1b2 $$ \"$0\" \"${SHELL-}\" $((6*7))\n", "", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 $$ \"$0\" \"${SHELL-}\" $((6*7))\r\n", "a1b2 $$ >&2\n", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2   42 \n", err, nonce), "");
  // No pid line, another pid, another nonce, another sum.
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/sh 42 \n", "", nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 301 sh /bin/sh 42 \n", err, nonce), "");
  EXPECT_EQ(login_shell_of("ffff 300 sh /bin/sh 42 \n", err, nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/sh 6*7 \n", err, nonce), "");
  EXPECT_EQ(login_shell_of("", "", nonce), "");
}

TEST(ShellProbe, TakesNoStrangeNameForAShell) {
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/\x1b[31msh 42 \n", err, nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 300 sh /" + std::string(300, 'x') + " 42 \n", err, nonce), "");
}

TEST(ShellProbe, DoesNotTakeAnotherShellForPosix) {
  EXPECT_EQ(login_shell_of("a1b2 300 zsh /usr/bin/zsh 42 \n", err, nonce), "");
  EXPECT_EQ(login_shell_of("a1b2 300 sh /bin/sh 42 5.9\n", err, nonce), "");  // zsh under another name
  EXPECT_EQ(login_shell_of("a1b2 300 fish /usr/bin/fish 42 \n", err, nonce), "");
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 1; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

TEST(RelayProbe, BelievesOnlyEveryByteUnchanged) {
  EXPECT_EQ(relaying_shell_of(every_byte() + "a1b2 /usr/bin/fish 0\n", nonce), "/usr/bin/fish");
  EXPECT_EQ(relaying_shell_of("hello\n" + every_byte() + "a1b2 /bin/tcsh 0\n", nonce), "/bin/tcsh");
  for (const int byte : {0x0a, 0x21, 0x27, 0x5c, 0x80, 0xff}) {
    std::string changed = every_byte();
    changed.erase(static_cast<std::size_t>(byte) - 1, 1);
    EXPECT_EQ(relaying_shell_of(changed + "a1b2 /bin/tcsh 0\n", nonce), "") << byte;
  }
}

TEST(RelayProbe, BelievesNoOtherEnd) {
  const auto out = every_byte();
  for (const std::string end : {"a1b2 /bin/tcsh 1\n", "a1b2 /bin/tcsh 0", "a1b2 /bin/tc sh 0\n", "a1b2  0\n",
                                "a1b2 /bin/tcsh 0\nmore", "ffff /bin/tcsh 0\n", ""})
    EXPECT_EQ(relaying_shell_of(out + end, nonce), "") << end;
}

}  // namespace
}  // namespace mcpssh::ssh
