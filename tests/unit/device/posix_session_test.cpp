#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../../support/pty_duplex.hpp"
#include "../../support/run_task.hpp"
#include "../../support/script_duplex.hpp"
#include "base/text.hpp"
#include "device/session.hpp"

namespace mcpssh::device {
namespace {

using namespace std::chrono_literals;
using Argv = std::vector<std::string>;

Options quick() {
  Options options;
  options.max_text = 64 * 1024 * 1024;
  options.pace.question = 150ms;
  options.pace.maybe_question = 300ms;
  return options;
}

/// A directory for one test.
struct Home {
  Home() {
    std::string name = "/tmp/mcpssh-device-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() { std::filesystem::remove_all(path); }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(path + "/" + std::string(name)) << text;
  }
  std::string path;
};

/// A real shell, its terminal and a session over it.
class Shell {
 public:
  explicit Shell(Argv argv, Options options = quick(), std::size_t largest_read = 64 * 1024) {
    open(std::move(argv), std::move(options), largest_read);
  }
  ~Shell() {
    session.reset();
    io.restart();
    io.poll();
  }
  void open(Argv argv, Options options, std::size_t largest_read) {
    const PtyDuplex::Setup setup{.argv = std::move(argv), .home = home.path, .largest_read = largest_read};
    session = posix_session(std::make_unique<test::PtyDuplex>(io.get_executor(), setup), std::move(options));
  }
  void start() { test::run_task(io, session->start(10s)); }
  Reply line(std::string text, std::chrono::milliseconds timeout = 20s) {
    return test::run_task(io, session->line(std::move(text), timeout));
  }
  /// The text of a line that ends well.
  std::string text(std::string line_text) {
    const Reply reply = line(std::move(line_text));
    EXPECT_EQ(reply.end, Reply::End::prompt);
    EXPECT_FALSE(reply.truncated);
    return reply.text;
  }
  bool recover() { return test::run_task(io, session->recover(10s)); }

  using PtyDuplex = test::PtyDuplex;
  Home home;
  base::asio::io_context io;
  std::unique_ptr<Session> session;
};

std::vector<Argv> installed_shells() {
  std::vector<Argv> shells{{"dash"}, {"bash"}, {"busybox", "ash"}};
  for (const auto* more : {"mksh", "ksh", "zsh"})
    if (::access((std::string("/usr/bin/") + more).c_str(), X_OK) == 0) shells.push_back({more});
  return shells;
}

base::Task<void> let_pass(base::asio::steady_timer& timer) {
  co_await timer.async_wait(base::asio::use_awaitable);
}

class EveryShell : public testing::TestWithParam<Argv> {
 protected:
  EveryShell() : shell(GetParam()) { shell.start(); }
  Shell shell;
};

INSTANTIATE_TEST_SUITE_P(PosixSession, EveryShell, testing::ValuesIn(installed_shells()),
                         [](const auto& info) { return info.param.front(); });

TEST_P(EveryShell, OutputAndExitCodeAreExact) {
  const Reply hello = shell.line("echo hello");
  EXPECT_EQ(hello.end, Reply::End::prompt);
  EXPECT_EQ(hello.text, "hello\n");
  EXPECT_EQ(hello.exit_code, 0);
  EXPECT_EQ(hello.between, "");
  EXPECT_EQ(shell.line("false").exit_code, 1);
  EXPECT_EQ(shell.line("(exit 7)").exit_code, 7);
  EXPECT_EQ(shell.text("echo $?"), "7\n");
  EXPECT_EQ(shell.line("true").text, "");
  EXPECT_EQ(shell.text("printf 'no newline'"), "no newline");
  EXPECT_EQ(shell.text("printf 'blank  \\n\\n\\ttab\\n'"), "blank  \n\n\ttab\n");
  EXPECT_EQ(shell.line("").exit_code, 0);
}

TEST_P(EveryShell, StateHolds) {
  shell.line("cd /tmp");
  EXPECT_EQ(shell.text("pwd"), "/tmp\n");
  shell.line("x='a  b'; f() { echo \"f:$x:$1\"; }");
  EXPECT_EQ(shell.text("f \"it's\""), "f:a  b:it's\n");
  shell.line("set -- one two");
  EXPECT_EQ(shell.text("echo $#"), "2\n");
}

TEST_P(EveryShell, ManyLinesAndHereDocumentsWork) {
  EXPECT_EQ(shell.text("for i in 1 2\ndo\n  echo $i\ndone"), "1\n2\n");
  EXPECT_EQ(shell.text("y=yes; cat <<E\nhere $y 'quoted'\n  `echo sub`\nE"), "here yes 'quoted'\n  sub\n");
  EXPECT_EQ(shell.text("cat <<'E' | sort\nb\na\nE\necho after"), "a\nb\nafter\n");
  EXPECT_EQ(shell.text("echo one \\\n two # comment"), "one two\n");
}

TEST_P(EveryShell, WhatIsNotPlainAsciiArrivesUnchanged) {
  EXPECT_EQ(shell.text("echo 'gr\xc3\xbc\xc3\x9f"
                       "e \\ %s \xe2\x82\xac'|cat"),
            "gr\xc3\xbc\xc3\x9f"
            "e \\ %s \xe2\x82\xac\n");
  EXPECT_EQ(shell.text("printf %s '\t\x03\x04\x15\x1a\x1c\x11\x13' | od -An -tx1"),
            " 09 03 04 15 1a 1c 11 13\n");
}

TEST_P(EveryShell, ErrorsInTheTextDoNotEndTheShell) {
  for (const auto* text :
       {"if", "echo 'unterminated", "echo \"unterminated", ")", "echo $((1/0))", "echo ${nope?msg}",
        ". /nonexistent/file", "cat <<E\nnever ended", "set -u; echo $undef_x", "echo `"}) {
    const Reply reply = shell.line(text);
    EXPECT_EQ(reply.end, Reply::End::prompt) << text;
    EXPECT_TRUE(reply.exit_code.has_value()) << text;
    EXPECT_EQ(shell.text("echo still here"), "still here\n") << text;
  }
}

TEST_P(EveryShell, ExitClosesWithTheTextSoFar) {
  const Reply reply = shell.line("echo bye; exit 3");
  EXPECT_EQ(reply.end, Reply::End::closed);
  EXPECT_TRUE(reply.text.starts_with("bye\n"));
  EXPECT_EQ(shell.line("echo more").end, Reply::End::closed);
  EXPECT_FALSE(shell.recover());
}

TEST_P(EveryShell, ErrexitClosesTheShellAsItWouldForAPerson) {
  EXPECT_EQ(shell.line("set -e; true").exit_code, 0);
  EXPECT_EQ(shell.text("echo on"), "on\n");
  EXPECT_EQ(shell.line("false").end, Reply::End::closed);
}

TEST_P(EveryShell, OutputThatLooksLikeAFrameIsOutput) {
  shell.line("set -x");
  const std::string traced = shell.text("echo traced");
  EXPECT_NE(traced.find("traced\n"), std::string::npos);
  shell.line("set +x");
  EXPECT_EQ(shell.text("echo $ '#' '>' 0123456789ab 'abc0;'"), "$ # > 0123456789ab abc0;\n");
  // All variables, among them the prompt with the word in it that a given-up line ends with.
  const Reply variables = shell.line("set; echo the end");
  EXPECT_EQ(variables.end, Reply::End::prompt);
  EXPECT_TRUE(variables.text.ends_with("the end\n"));
}

TEST_P(EveryShell, ACommandOf60KilobytesRuns) {
  const std::string word(60'000, 'x');
  EXPECT_EQ(shell.text("printf %s " + word + " | wc -c | tr -d ' '"), "60000\n");
  std::string lines = "cat <<'E' | wc -l | tr -d ' '\n";
  for (int i = 0; i < 3000; ++i) lines += "it's line " + std::to_string(i) + "\n";
  EXPECT_EQ(shell.text(lines + "E"), "3000\n");
}

TEST_P(EveryShell, FiveMegabytesComeBackWhole) {
  const Reply reply = shell.line(
      "i=0; while [ $i -lt 5 ]; do head -c 1000000 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done");
  EXPECT_EQ(reply.end, Reply::End::prompt);
  EXPECT_EQ(reply.text.size(), 5'000'005u);
  EXPECT_GE(reply.bytes, 5'000'005u);
  EXPECT_EQ(reply.exit_code, 0);
}

TEST_P(EveryShell, BinaryOutputDoesNotHideTheEnd) {
  EXPECT_EQ(shell.text("printf '\\033]0;never ended'"), "");
  EXPECT_EQ(shell.text("printf '\\033P'; echo x"), "\n");  // the string ends with its line
  const Reply junk = shell.line("head -c 100000 /dev/urandom");
  EXPECT_EQ(junk.end, Reply::End::prompt);
  EXPECT_TRUE(base::is_utf8(junk.text));
  EXPECT_EQ(shell.text("printf '10%%\\r20%%\\r\\n'"), "20%\n");
}

TEST_P(EveryShell, AProgramThatReadsDoesNotEatTheFrame) {
  const Reply asked = shell.line("printf 'Your name? '; read name; echo \"hello $name\"");
  ASSERT_EQ(asked.end, Reply::End::question);
  EXPECT_EQ(asked.question, "Your name? ");
  EXPECT_EQ(asked.text, "");
  EXPECT_EQ(shell.session->prompt(), "Your name? ");
  const Reply answered = shell.line("Ada");
  EXPECT_EQ(answered.end, Reply::End::prompt);
  EXPECT_TRUE(answered.line_sent);
  EXPECT_EQ(answered.text, "hello Ada\n");
  EXPECT_EQ(answered.exit_code, 0);
  EXPECT_EQ(shell.text("echo in step"), "in step\n");
}

TEST_P(EveryShell, ASilentReaderTimesOutAndTakesInputOrAnInterrupt) {
  const Reply waiting = shell.line("cat; echo rest", 300ms);
  ASSERT_EQ(waiting.end, Reply::End::timed_out);
  EXPECT_EQ(waiting.text, "");
  const Reply fed = shell.line("typed", 300ms);
  EXPECT_EQ(fed.end, Reply::End::timed_out);
  EXPECT_EQ(fed.text, "typed\n");
  ASSERT_TRUE(shell.recover());
  EXPECT_EQ(shell.text("echo in step"), "in step\n");
}

TEST_P(EveryShell, ATimeoutKeepsTheTextAndRecovers) {
  const Reply slow = shell.line("x=kept; echo started; sleep 100; echo never", 400ms);
  ASSERT_EQ(slow.end, Reply::End::timed_out);
  EXPECT_EQ(slow.text, "started\n");
  ASSERT_TRUE(shell.recover());
  EXPECT_EQ(shell.text("echo $x"), "kept\n");
}

TEST_P(EveryShell, ACancelledLineLeavesTheShellUnusableUntilItIsRecovered) {
  EXPECT_TRUE(test::run_cancelled(shell.io, shell.session->line("x=kept; sleep 100", 20s), 200ms));
  EXPECT_THROW(shell.line("echo too early"), base::Error);
  ASSERT_TRUE(shell.recover());
  EXPECT_EQ(shell.text("echo $x"), "kept\n");
}

TEST_P(EveryShell, AnUnfinishedLineCanBeReadOn) {
  const Reply begun = shell.line("printf begun; sleep 1; echo ' and done'", 300ms);
  ASSERT_EQ(begun.end, Reply::End::timed_out);
  EXPECT_EQ(begun.text, "begun");
  const Reply rest = test::run_task(shell.io, shell.session->read_on(20s));
  EXPECT_EQ(rest.end, Reply::End::prompt);
  EXPECT_EQ(rest.text, " and done\n");
  EXPECT_THROW(test::run_task(shell.io, shell.session->read_on(1s)), base::Error);
}

TEST_P(EveryShell, AnAnswerThatComesTooLateIsNotTakenForACommand) {
  const Reply asked = shell.line("printf 'Sure? (y/n) '; sleep 0.6; echo went on");
  ASSERT_EQ(asked.end, Reply::End::question);
  // Lets the frame arrive behind the session's back.
  base::asio::steady_timer timer(shell.io, 1s);
  test::run_task(shell.io, let_pass(timer));
  const Reply late = shell.line("touch must-not-exist");
  EXPECT_EQ(late.end, Reply::End::prompt);
  EXPECT_FALSE(late.line_sent);
  EXPECT_EQ(late.exit_code, 0);
  EXPECT_TRUE(late.text.ends_with("went on\n"));
  EXPECT_EQ(shell.text("ls"), "");
}

TEST_P(EveryShell, RedirectionsOfTheShellItselfDoNotLoseTheFrame) {
  EXPECT_EQ(shell.line("exec >out.txt").end, Reply::End::prompt);
  EXPECT_EQ(shell.text("echo to the file"), "");
  EXPECT_EQ(shell.line("exec >/dev/tty").end, Reply::End::prompt);
  EXPECT_NE(shell.text("cat out.txt").find("to the file\n"),
            std::string::npos);  // BusyBox edits on its stdout
}

TEST_P(EveryShell, ABackgroundJobIsReportedApart) {
  shell.line("(sleep 0.3; echo from the background) &");
  EXPECT_EQ(shell.line("sleep 0.6").end, Reply::End::prompt);
  shell.line("(echo again) &");
  EXPECT_TRUE(shell.text("echo front").ends_with("front\n"));  // zsh tells of the job's end in the middle
}

TEST_P(EveryShell, TerminalAbuseIsSurvived) {
  EXPECT_EQ(shell.line("stty sane").end, Reply::End::prompt);
  EXPECT_EQ(shell.text("echo echoed"), "echoed\n");
  EXPECT_EQ(shell.text("echo quiet"), "quiet\n");
  EXPECT_EQ(shell.line("stty raw").end, Reply::End::prompt);
  EXPECT_EQ(shell.text("echo raw"), "raw\n");
}

TEST_P(EveryShell, OverriddenNamesDoNotLoseTheFrame) {
  shell.line("alias printf=false eval=false command=false builtin=false");
  EXPECT_EQ(shell.text("echo one"), "one\n");
  shell.line("PS1='mine> '; IFS=0123456789");
  EXPECT_EQ(shell.text("echo two"), "two\n");
  shell.line("trap 'echo leaving' EXIT");
  EXPECT_EQ(shell.text("echo three"), "three\n");
}

TEST_P(EveryShell, ANulIsRefusedAndNothingIsSent) {
  EXPECT_THROW(shell.line(std::string("echo a\0b", 8)), base::Error);
  EXPECT_EQ(shell.text("echo ready"), "ready\n");
}

TEST(PosixSession, EveryByteAReadOfItsOwnGivesTheSame) {
  for (const auto& argv : installed_shells()) {
    Shell shell(argv, quick(), 1);
    shell.start();
    EXPECT_EQ(shell.text("printf 'a\\r\\nb\\n'; printf '\\303\\274'"), "a\nb\n\xc3\xbc") << argv.front();
    EXPECT_EQ(shell.line("printf 'x'; false").exit_code, 1) << argv.front();
  }
}

TEST(PosixSession, BannersAndLoginScriptsAreSkipped) {
  Shell shell({"bash", "--rcfile", "rc"});
  shell.home.write(
      "rc",
      "echo Welcome; PROMPT_COMMAND='echo hook'; PS1='\\u@\\h:\\w\\$ '; trap 'echo debug' DEBUG\n"
      "alias ls='ls --color=always'\n");
  shell.start();
  EXPECT_EQ(shell.text("echo clean"), "clean\n");
  EXPECT_EQ(shell.text("echo clean"), "clean\n");
}

TEST(PosixSession, TheShellIsLeftWithoutAHistory) {
  Shell shell({"bash"});
  shell.start();
  shell.line("echo private");
  shell.line("exit");
  EXPECT_FALSE(std::filesystem::exists(shell.home.path + "/.bash_history"));
}

TEST(PosixSession, AProgramWithItsOwnPromptIsAConversation) {
  Shell shell({"bash"});
  shell.start();
  const Reply nested = shell.line("PS1='nested$ ' dash");
  ASSERT_EQ(nested.end, Reply::End::question);
  EXPECT_EQ(nested.question, "nested$ ");
  const Reply inside = shell.line("echo inside");
  EXPECT_EQ(inside.end, Reply::End::question);
  EXPECT_EQ(inside.text, "inside\n");
  const Reply left = shell.line("exit 5");
  EXPECT_EQ(left.end, Reply::End::prompt);
  EXPECT_EQ(left.exit_code, 5);
}

TEST(PosixSession, LongTextIsBoundedAndSaysSo) {
  Options options = quick();
  options.max_text = 1000;
  Shell shell({"dash"}, options);
  shell.start();
  const Reply reply = shell.line("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done");
  EXPECT_TRUE(reply.truncated);
  EXPECT_LT(reply.text.size(), 1100u);
  EXPECT_TRUE(reply.text.starts_with("line 0\n"));
  EXPECT_TRUE(reply.text.ends_with("line 4999\n"));
}

TEST(PosixSession, TheObserverSeesTheCleanedOutput) {
  std::string seen;
  Options options = quick();
  options.observer = [&seen](std::string_view text) { seen += text; };
  Shell shell({"dash"}, options);
  shell.start();
  shell.line("printf '\\033[1mbold\\033[0m\\n'; echo two; echo three; echo four; printf five");
  EXPECT_EQ(seen, "bold\ntwo\nthree\nfour\nfive");
}

TEST(PosixSession, AForeignShellIsNamed) {
  for (const auto* name : {"fish", "tcsh"}) {
    if (::access((std::string("/usr/bin/") + name).c_str(), X_OK) != 0) continue;
    Shell shell({name});
    try {
      shell.start();
      ADD_FAILURE() << name << " was taken for a POSIX shell";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::protocol_error);
      EXPECT_NE(error.message().find(name), std::string::npos) << error.message();
    }
  }
}

TEST(PosixSession, AForcedCommandIsQuoted) {
  Shell shell({"sh", "-c", "echo This account is currently not available.; read x; exit 1"});
  try {
    shell.start();
    ADD_FAILURE() << "a forced command was taken for a shell";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::connection_lost);
    EXPECT_NE(error.message().find("closed the shell"), std::string::npos) << error.message();
  }
}

/// Sessions over a played host, where the silence of the other side is the story.
TEST(PosixSession, AHostThatNeverAnswersTimesOutWithItsLastLine) {
  base::asio::io_context io;
  auto script = std::make_shared<test::Script>();
  script->say("\r\nsw1 menu\r\n1) show\r\nChoice: ");
  auto session = posix_session(std::make_unique<test::ScriptDuplex>(io.get_executor(), script), quick());
  try {
    test::run_task(io, session->start(200ms));
    ADD_FAILURE() << "a menu was taken for a shell";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::timed_out);
    EXPECT_NE(error.message().find("\"Choice:\""), std::string::npos) << error.message();
  }
  session.reset();
  io.restart();
  io.poll();
}

}  // namespace
}  // namespace mcpssh::device
