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
