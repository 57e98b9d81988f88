// What a model reads. The first line says what happened, and different endings never read the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tools/outcome_text.hpp"

namespace mcpssh::tools {
namespace {

using gateway::Outcome;
using gateway::State;
using testing::HasSubstr;

Outcome outcome_of(State state) {
  Outcome outcome;
  outcome.host = "web1";
  outcome.state = state;
  outcome.duration = std::chrono::milliseconds(130);
  return outcome;
}

TEST(Headline, SaysExitTimeAndSize) {
  Outcome outcome = outcome_of(State::exited);
  outcome.exit_code = 0;
  outcome.out.total = 2100;
  EXPECT_EQ(headline(outcome), "web1: exit 0 in 0.13 s, 2.1 kB");
}

TEST(Headline, EveryStateReadsDifferently) {
  std::set<std::string> lines;
  for (int i = 0; i <= static_cast<int>(State::never_started); ++i)
    lines.insert(headline(outcome_of(static_cast<State>(i))));
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(State::never_started) + 1);
}

TEST(Headline, WhatNeverStartedSaysSoAndWhyInItsFirstLine) {
  Outcome outcome = outcome_of(State::never_started);
  outcome.error = gateway::Failure{base::ErrorCode::connect_failed, "web1: connect: refused. Next: look."};
  EXPECT_EQ(headline(outcome), "web1: never started: connect: refused. Next: look.");
}

TEST(Headline, AStoppedCallSaysWhatIsLeftOfIt) {
  Outcome outcome = outcome_of(State::stopped);
  outcome.remains = gateway::Remains::proved_gone;
  EXPECT_EQ(headline(outcome), "web1: stopped; its processes on the host are gone");
  outcome.remains = gateway::Remains::nothing_to_stop;
  outcome.stopped = "exited";
  EXPECT_EQ(headline(outcome), "web1: had ended already or was not sent (exited)");
}

TEST(Result, AnErrorHasItsCodeInTheTextAndForPrograms) {
  auto late = outcome_of(State::timed_out);
  late.remains = gateway::Remains::proved_gone;
  EXPECT_EQ(
      result_of(late).text.substr(0, result_of(late).text.find('\n')),
      "web1: timed out and was stopped in 0.13 s, no output; its processes on the host are gone [timed-out]");
  EXPECT_EQ(result_of(late).meta.at("mcp-ssh/code"), "timed-out");
  auto lost = outcome_of(State::connection_lost);
  lost.error =
      gateway::failure_of(base::Error(base::ErrorCode::connection_lost, "it hung up").at_host("web1"));
  EXPECT_EQ(result_of(lost).text.substr(0, 64),
            "web1: connection lost, outcome unknown: it hung up [connection-l");
  EXPECT_EQ(result_of(lost).meta.at("mcp-ssh/code"), "connection-lost");
  EXPECT_EQ(result_of(lost).meta.at("mcp-ssh/error"), "connection_lost");
  EXPECT_FALSE(result_of(outcome_of(State::exited)).meta.contains("mcp-ssh/code"));
}

TEST(Result, WhatRunsOnNamesItsIdAndWhatToDo) {
  gateway::CallNote note;
  note.call = base::CallId("call_1");
  note.host = "web1";
  note.began = true;
  note.elapsed = std::chrono::seconds(45);
  note.timeout = std::chrono::seconds(60);
  note.bytes_out = 2100;
  const auto result = still_running(note);
  EXPECT_EQ(result.text.substr(0, result.text.find('\n')),
            "web1: still running after 45 s, 2.1 kB so far, as call_1");
  EXPECT_THAT(result.text, HasSubstr("ssh_output call=call_1"));
  EXPECT_THAT(result.text, HasSubstr("ssh_stop call=call_1"));
  EXPECT_THAT(result.text, HasSubstr("stopped after 60 s at the latest"));
  EXPECT_EQ(result.meta.at("mcp-ssh/state"), "running");
  EXPECT_FALSE(result.is_error);
}

TEST(Result, WeakAlgorithmsAndConnectionsThatCloseLaterAreSaid) {
  Outcome outcome = outcome_of(State::connected);
  outcome.connection.emplace();
  outcome.connection->weak_algorithms = "diffie-hellman-group1-sha1, ssh-rsa";
  EXPECT_THAT(result_of(outcome).text, HasSubstr("diffie-hellman-group1-sha1, ssh-rsa"));
  Outcome closed = outcome_of(State::disconnected);
  closed.closing_later = 1;
  EXPECT_THAT(result_of(closed).text, HasSubstr("close behind them"));
}

TEST(Result, UnknownOutcomesAreErrorsAndFailedCommandsAreNot) {
  Outcome failed = outcome_of(State::exited);
  failed.exit_code = 1;
  EXPECT_FALSE(result_of(failed).is_error);
  EXPECT_TRUE(result_of(outcome_of(State::connection_lost)).is_error);
  EXPECT_TRUE(result_of(outcome_of(State::timed_out)).is_error);
}

TEST(Result, AStoppedCommandSaysWhatIsKnownOfItsRemains) {
  Outcome outcome = outcome_of(State::timed_out);
  outcome.remains = gateway::Remains::still_running;
  outcome.remote_pid = 4711;
  EXPECT_THAT(result_of(outcome).text, HasSubstr("STILL RUNNING on the host (pid 4711)"));
  outcome.remains = gateway::Remains::proved_gone;
  EXPECT_THAT(result_of(outcome).text, HasSubstr("gone"));
}

TEST(Result, HostWordsInAQuestionAreMadeHarmless) {
  Outcome outcome = outcome_of(State::question);
  outcome.question = "Sure?\x1b[31m\nweb1: exit 0";
  const auto first_line = result_of(outcome).text.substr(0, result_of(outcome).text.find('\n'));
  EXPECT_THAT(first_line, HasSubstr("\\x1b"));
  EXPECT_THAT(first_line, HasSubstr("\\x0a"));
}

TEST(Result, AnUnwrittenEndRecordIsSaid) {
  Outcome outcome = outcome_of(State::exited);
  outcome.end_recorded = false;
  EXPECT_THAT(result_of(outcome).text, HasSubstr("audit journal"));
}

}  // namespace
}  // namespace mcpssh::tools
