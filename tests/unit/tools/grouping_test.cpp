// One answer about many hosts: equal ones together, text once, failures apart, all of it bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/asking.hpp"
#include "tools/fan_out.hpp"
#include "tools/grouping.hpp"

namespace mcpssh::tools {
namespace {

using gateway::Outcome;
using gateway::State;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

HostAnswer answered(const std::string& host, int exit_code, const std::string& text) {
  HostAnswer answer;
  answer.host = host;
  answer.outcome.emplace();
  answer.outcome->call = base::CallId("call_" + host);
  answer.outcome->host = host;
  answer.outcome->state = State::exited;
  answer.outcome->exit_code = exit_code;
  answer.outcome->out.head = text;
  answer.outcome->out.total = text.size();
  answer.outcome->duration = std::chrono::milliseconds(120);
  return answer;
}

HostAnswer never_started(const std::string& host) {
  HostAnswer answer = answered(host, 0, "");
  answer.outcome->state = State::never_started;
  answer.outcome->exit_code.reset();
  answer.outcome->error =
      gateway::Failure{base::ErrorCode::connect_failed, host + ": connect: refused by 192.0.2.1:22"};
  return answer;
}

HostAnswer running(const std::string& host) {
  HostAnswer answer;
  answer.host = host;
  answer.running.emplace();
  answer.running->host = host;
  answer.running->began = true;
  answer.running->call = base::CallId("call_" + host);
  return answer;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string text_of(const std::vector<HostAnswer>& answers, std::size_t budget = 48'000) {
  return result_of(answers, std::chrono::milliseconds(400), budget).text;
}

TEST(Grouping, EqualAnswersStandOnceWithTheirHosts) {
  const auto text = text_of({answered("web1", 0, "same\n"), answered("web2", 0, "same\n"),
                             answered("web3", 1, "other\n"), answered("web5", 0, "same\n")});
  EXPECT_THAT(text, StartsWith("4 hosts: 3 exit 0, 1 exit 1, in 0.40 s\n"));
  EXPECT_THAT(text, HasSubstr("web1, web2, web5 (3 of 4): exit 0 in 0.12 s"));
  EXPECT_EQ(count_of(text, "same\n"), 1u);
  EXPECT_THAT(text, HasSubstr("web3 (1 of 4): exit 1"));
  EXPECT_LT(text.find("web1, web2"), text.find("web3 (1"));
}

TEST(Grouping, TheSameTextWithAnotherExitCodeIsAnotherAnswer) {
  EXPECT_EQ(grouped({answered("a", 0, "x"), answered("b", 1, "x")}).size(), 2u);
  EXPECT_EQ(grouped({answered("a", 0, "x"), answered("b", 0, "x ")}).size(), 2u);
}

TEST(Grouping, HostsThatFailedTheSameWayAreNamedTogether) {
  const auto text = text_of({never_started("db1"), answered("web1", 0, ""), never_started("db2")});
  EXPECT_THAT(text, HasSubstr("db1, db2 (2 of 3): never started"));
  EXPECT_EQ(count_of(text, "refused by 192.0.2.1:22"), 1u);
  EXPECT_LT(text.find("web1 (1 of 3)"), text.find("db1, db2")) << "failures come last";
}

TEST(Grouping, WhatWasNotSentYetIsNotSaidToRun) {
  auto waiting = running("b");
  waiting.running->began = false;
  const auto result = result_of({answered("a", 0, ""), waiting}, std::chrono::milliseconds(1), 1000);
  EXPECT_THAT(result.text, HasSubstr("not sent yet"));
  EXPECT_EQ(result.meta.at("mcp-ssh/hosts").as_object().at("b").at("state"), "not_sent");
}

TEST(Grouping, WhatRunsOnNamesItsCalls) {
  const auto result =
      result_of({answered("a", 0, ""), running("b"), running("c")}, std::chrono::milliseconds(1), 1000);
  EXPECT_THAT(result.text, HasSubstr("b goes on as call_b"));
  EXPECT_THAT(result.text, HasSubstr("c goes on as call_c"));
  const auto& hosts = result.meta.at("mcp-ssh/hosts").as_object();
  EXPECT_EQ(hosts.at("b").at("state"), "running");
  EXPECT_EQ(hosts.at("a").at("exit_code"), 0);
}

TEST(Grouping, AHundredDifferentAnswersStayWithinTheBudget) {
  std::vector<HostAnswer> answers;
  for (int i = 0; i < 100; ++i) {
    std::string text;
    for (int line = 0; line < 1000; ++line) text += "host " + std::to_string(i) + " says line of text\n";
    answers.push_back(answered("host" + std::to_string(i), 0, text));
  }
  const auto text = text_of(answers);
  EXPECT_LT(text.size(), 100u * 1024);
  EXPECT_THAT(text, HasSubstr("ssh_output call=call_host7."));
  EXPECT_THAT(text, HasSubstr("not shown"));
}

TEST(Grouping, AThousandEqualAnswersDoNotNameAThousandHosts) {
  std::vector<HostAnswer> answers;
  for (int i = 0; i < 1000; ++i) answers.push_back(answered("host" + std::to_string(i), 0, "ok\n"));
  const auto text = text_of(answers);
  EXPECT_LT(text.size(), 2000u);
  EXPECT_THAT(text, HasSubstr("and 960 more"));
}

TEST(Grouping, AnErrorAnywhereMarksTheAnswer) {
  const auto error = [](const std::vector<HostAnswer>& answers) {
    return result_of(answers, std::chrono::milliseconds(1), 1000).is_error;
  };
  EXPECT_FALSE(error({answered("a", 0, ""), answered("b", 1, "")}));
  EXPECT_TRUE(error({answered("a", 0, ""), never_started("b")}));
}

TEST(FanOut, KnowsASetOfHostsFromAName) {
  for (const char* many : {"@web", "web-*", "web1,web2", "all", "!db1", "web?"})
    EXPECT_TRUE(names_many(many));
  for (const char* one : {"web1", "web-1.example.org", ""}) EXPECT_FALSE(names_many(one));
}

TEST(FanOut, StepsAreNumbersOrPercentages) {
  EXPECT_EQ(step_of("5", 100).value(), 5u);
  EXPECT_EQ(step_of("10%", 100).value(), 10u);
  EXPECT_EQ(step_of("10%", 3).value(), 1u);
  for (const char* bad : {"0", "-1", "x", "5x", "101%", "%", ""}) EXPECT_FALSE(step_of(bad, 100).has_value());
}

TEST(Question, ManyCallsAreOneQuestionThatNamesThemAll) {
  gateway::Waiting a{"whole a", "web1 (root@192.0.2.1)", "reboot\n\nWhy it asks: restarts"};
  gateway::Waiting b{"whole b", "web2 (root@192.0.2.2)", "reboot\n\nWhy it asks: restarts"};
  gateway::Waiting c{"whole c", "sw1 (admin@192.0.2.3)", "reload\n\nWhy it asks: restarts"};
  const auto text = question_about({a, b, c});
  EXPECT_THAT(text, StartsWith("Allow this on 3 hosts?"));
  EXPECT_THAT(text, HasSubstr("On web1 (root@192.0.2.1), web2 (root@192.0.2.2):\n\nreboot"));
  EXPECT_THAT(text, HasSubstr("On sw1 (admin@192.0.2.3):\n\nreload"));
  EXPECT_EQ(count_of(text, "reboot\n"), 1u);
  EXPECT_EQ(question_about({a}), "whole a");
}

}  // namespace
}  // namespace mcpssh::tools
