// What `mcp-ssh run` makes of many answers, and its exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/json.hpp"
#include "cli/run/answers.hpp"
#include "cli/run/exit_status.hpp"

namespace mcpssh::cli {
namespace {

using gateway::State;
using testing::ElementsAre;
using testing::HasSubstr;

Answer answer(std::string host, State state, std::string out = {}, int code = 0) {
  Answer made;
  made.outcome.host = std::move(host);
  made.outcome.state = state;
  if (state == State::exited) made.outcome.exit_code = code;
  made.out = std::move(out);
  return made;
}

Answer failed(std::string host, State state, base::ErrorCode code, const std::string& why) {
  auto made = answer(host, state);
  made.outcome.error = gateway::Failure{code, host + ": " + why};
  return made;
}

TEST(RunAnswers, EqualWordsStandTogetherAndFailuresApart) {
  const std::vector<Answer> answers{answer("a", State::exited, "x\n"), answer("b", State::exited, "", 1),
                                    answer("c", State::exited, "y\n"), answer("d", State::exited, "x\n"),
                                    answer("e", State::exited, "x\n", 1)};
  const auto groups = grouped(answers);
  ASSERT_EQ(groups.size(), 4U);
  EXPECT_THAT(groups[0], ElementsAre(0, 3));
  EXPECT_THAT(groups[1], ElementsAre(2));
  EXPECT_THAT(groups[2], ElementsAre(1)) << "failures last";
  EXPECT_EQ(title(answers, groups[0], {false, 0}), "== a, d (2 of 5): exit 0");
  EXPECT_EQ(title(answers, groups[1], {false, 0}), "== c: exit 0");
}

TEST(RunAnswers, WhatIsNotWholeIsEqualToNothing) {
  std::vector<Answer> answers{answer("a", State::exited, "x"), answer("b", State::exited, "x")};
  answers[0].lost = answers[1].lost = 10;
  EXPECT_EQ(grouped(answers).size(), 2U);
}

TEST(RunAnswers, TheSameReasonMeetsOnDifferentHosts) {
  const auto why = "connect: connection refused";
  const std::vector<Answer> answers{failed("a", State::never_started, base::ErrorCode::connect_failed, why),
                                    failed("b", State::never_started, base::ErrorCode::connect_failed, why)};
  ASSERT_EQ(grouped(answers).size(), 1U);
  EXPECT_EQ(ending(answers[0]), "never started: connect: connection refused");
  EXPECT_EQ(summary(answers), "2 hosts: 2 never started");
}

TEST(RunAnswers, ATerminalGetsColoursAndNoMoreNamesThanItHasRoomFor) {
  std::vector<Answer> answers;
  for (int i = 0; i < 40; ++i) answers.push_back(answer("web" + std::to_string(i), State::exited));
  const auto groups = grouped(answers);
  const auto narrow = title(answers, groups[0], {true, 80});
  EXPECT_THAT(narrow, HasSubstr(" more (40 of 40)"));
  EXPECT_THAT(narrow, HasSubstr("\x1b[1;32m"));
  EXPECT_THAT(title(answers, groups[0], {false, 80}), testing::Not(HasSubstr("\x1b")));
}

TEST(RunAnswers, ProgressFitsAnyWidth) {
  EXPECT_EQ(progress_bar(1, 2, 0, 10), "[##  ] 1/2");
  EXPECT_EQ(progress_bar(3, 3, 1, 79), "[" + std::string(40, '#') + "] 3/3, 1 failed");
  for (unsigned columns = 0; columns < 60; ++columns)
    EXPECT_LE(progress_bar(7, 20, 3, columns).size(), columns) << columns;
}

TEST(RunAnswers, JsonHoldsWhatHappenedAndOnlyValidText) {
  std::vector<Answer> answers{answer("a", State::exited, "x\n", 3)};
  answers.push_back(failed("b", State::refused, base::ErrorCode::refused, "blocked"));
  answers[1].outcome.rules = {"fs.remove"};
  const auto parsed = base::parse_json(base::json::serialize(to_json(answers, 1)));
  ASSERT_TRUE(parsed);
  const auto& hosts = parsed->at("hosts").as_array();
  EXPECT_EQ(hosts[0].at("exit_code"), 3);
  EXPECT_EQ(hosts[0].at("stdout"), "x\n");
  EXPECT_TRUE(hosts[1].at("exit_code").is_null());
  EXPECT_EQ(hosts[1].at("error").at("code"), "refused");
  EXPECT_EQ(hosts[1].at("rules").at(0), "fs.remove");
}

TEST(RunStatus, IsTheCommandsOwnOrSaysWhyThereIsNone) {
  const auto of = [](State state, int code = 0) {
    return exit_status(answer("a", state, "", code).outcome, {});
  };
  EXPECT_EQ(of(State::exited, 7), 7);
  EXPECT_EQ(of(State::exited, 0), 0);
  EXPECT_EQ(of(State::replied), 0);
  EXPECT_EQ(of(State::timed_out), 124);
  EXPECT_EQ(of(State::connection_lost), 255);
  EXPECT_EQ(of(State::never_started), 255);
  EXPECT_EQ(of(State::no_status), 255);
  auto killed = answer("a", State::signalled);
  killed.outcome.signal = "KILL";
  EXPECT_EQ(exit_status(killed.outcome, {}), 128 + SIGKILL);
  killed.outcome.signal = "whatever@example";
  EXPECT_EQ(exit_status(killed.outcome, {}), 255);
  const auto refused = answer("a", State::refused).outcome;
  EXPECT_EQ(exit_status(refused, guard::Decision::ask), 3);
  EXPECT_EQ(exit_status(refused, guard::Decision::deny), 4);
  EXPECT_EQ(exit_status(refused, guard::Decision::allow), 4) << "a freeze, say";
}

}  // namespace
}  // namespace mcpssh::cli
