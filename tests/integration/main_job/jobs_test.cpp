// Calls that outlive their request: read on, stopped, proved gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job/one_host.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Jobs : public OneHost {
 protected:
  static std::string run(const std::string& command, const std::string& more = {}) {
    base::json::object arguments;
    arguments["host"] = "web1";
    arguments["command"] = command;
    std::string text = base::json::serialize(arguments);
    text.insert(text.size() - 1, more);
    return text;
  }
  static std::string of(const std::string& call, const std::string& more = {}) {
    return "{\"call\":\"" + call + "\"" + more + "}";
  }
  [[nodiscard]] std::filesystem::path gate() const { return files_.path() / "gate"; }
};

TEST_F(Jobs, ABackgroundCallIsReadOnAndStoppedAndProvedGone) {
  auto server = start();
  const std::string sleep = own_sleep();
  const auto begun =
      server.call("ssh_run", run("echo first; echo oops >&2; sleep " + sleep, R"(,"background":true)"));
  EXPECT_EQ(begun.fact("state"), "running") << begun.text;
  const auto call = begun.fact("call");
  const auto first = server.call("ssh_output", of(call, R"(,"wait":20)"));
  EXPECT_THAT(first.text, HasSubstr("first\n"));
  EXPECT_THAT(first.text, HasSubstr("Read on at offset=6"));
  EXPECT_EQ(first.fact("state"), "running");
  EXPECT_THAT(server.call("ssh_output", of(call, R"(,"stream":"stderr","wait":20)")).text,
              HasSubstr("oops\n"));
  const auto listed = server.call("ssh_list_sessions", "{}");
  EXPECT_THAT(listed.text, HasSubstr(call + " running"));
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));

  const auto stopped = server.call("ssh_stop", of(call, R"(,"reason":"enough")"));
  EXPECT_EQ(stopped.fact("state"), "stopped") << stopped.text;
  EXPECT_EQ(stopped.fact("remains"), "proved_gone") << stopped.text;
  EXPECT_FALSE(runs_on_this_machine(sleep));
  const auto after = server.call("ssh_output", of(call));
  EXPECT_EQ(after.fact("state"), "cancelled");
  EXPECT_THAT(after.text, HasSubstr("first\n")) << "what it said stays readable";
  const auto records = records_with(server, "tool", "ssh_stop");
  ASSERT_EQ(records.size(), 2u) << "a begin and an end";
  EXPECT_EQ(base::find_string(records[0], "detail"), call);
}

TEST_F(Jobs, ACallThatTakesTooLongAnswersAndRunsOn) {
  auto server = start({"--answer-within", "1"});
  server.call("ssh_connect", R"({"host":"web1"})");
  const auto begun = server.call("ssh_run", run("echo before; until test -e " + gate().string() +
                                                "; do sleep 0.1; done; echo after; exit 4"));
  EXPECT_THAT(begun.text, StartsWith("web1: still running after "));
  EXPECT_FALSE(begun.is_error);
  const auto call = begun.fact("call");
  files_.write("gate", "");
  std::uint64_t at = 0;
  std::string text;
  ToolAnswer part;
  do {
    part = server.call("ssh_output", of(call, ",\"wait\":20,\"offset\":" + std::to_string(at)));
    at = std::stoull(part.fact("next"));
    text += part.text;
  } while (part.fact("state") == "running");
  EXPECT_THAT(text, HasSubstr("before\n"));
  EXPECT_THAT(text, HasSubstr("after\n"));
  EXPECT_EQ(part.fact("state"), "exited");
  EXPECT_EQ(part.fact("exit_code"), "4");
  EXPECT_THAT(part.text, StartsWith("web1: exit 4 in "));
}

TEST_F(Jobs, ACallThatEndsInTimeIsAnAnswerAsEver) {
  auto server = start({"--answer-within", "30"});
  EXPECT_THAT(server.call("ssh_run", run("echo hello")).text, StartsWith("web1: exit 0 in "));
}

TEST_F(Jobs, CancellingTheRequestStopsACallOnlyBeforeItAnswered) {
  auto server = start({"--answer-within", "0.3"});
  const std::string kept = own_sleep();
  const auto id = server.begin("ssh_run", run("sleep " + kept));
  const auto answer = server.finish(id);
  ASSERT_EQ(answer.fact("state"), "running") << answer.text;
  server.cancel(id);  // the request is answered, so this is about nothing
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(kept); }));
  EXPECT_THAT(server.call("ssh_list_sessions", "{}").text, HasSubstr(answer.fact("call") + " running"));
  server.call("ssh_stop", of(answer.fact("call")));
}

TEST_F(Jobs, StoppingEndsACallWhoseRequestStillWaits) {
  auto server = start();
  const std::string sleep = own_sleep();
  const auto id = server.begin("ssh_run", run("sleep " + sleep));
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  const auto listed = server.call("ssh_list_sessions", "{}").text;
  const auto at = listed.find("call_");
  ASSERT_NE(at, std::string::npos) << listed;
  const auto stopped = server.call("ssh_stop", of(listed.substr(at, listed.find(' ', at) - at)));
  EXPECT_EQ(stopped.fact("remains"), "proved_gone") << stopped.text;
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "cancelled") << answer.text;
  EXPECT_EQ(answer.fact("remains"), "proved_gone");
}

TEST_F(Jobs, TheMiddleOfALongOutputIsReadWithItsId) {
  auto server = start();
  const auto answer = server.call("ssh_run", run("seq 1 100000; echo done >&2"));
  EXPECT_THAT(answer.text, HasSubstr("not shown"));
  const auto call = answer.fact("call");
  EXPECT_THAT(answer.text, HasSubstr("ssh_output call=" + call));
  const auto middle = server.call("ssh_output", of(call, R"(,"offset":300000)"));
  EXPECT_THAT(middle.text, HasSubstr("\n51855\n")) << middle.text.substr(0, 300);
  EXPECT_THAT(server.call("ssh_output", of(call, R"(,"tail":2)")).text, HasSubstr("\n99999\n100000\n"));
  const auto found = server.call("ssh_output", of(call, R"(,"grep":"7777")"));
  EXPECT_THAT(found.text, HasSubstr(": 7777\n"));
  EXPECT_THAT(found.text, HasSubstr(": 77770\n"));
  EXPECT_THAT(found.text, HasSubstr("19 lines match"));
}

TEST_F(Jobs, AnUnknownCallIsSaidToBeUnknown) {
  auto server = start();
  for (const char* tool : {"ssh_output", "ssh_stop"}) {
    const auto answer = server.call(tool, of("call_0123456789abcdef"));
    EXPECT_TRUE(answer.is_error);
    EXPECT_THAT(answer.text, HasSubstr("no call call_0123456789abcdef of yours is known"));
  }
}

TEST_F(Jobs, WhatNeverStartedIsToldAtOnceAlsoInTheBackground) {
  auto server = start();
  sshd_.stop();
  const auto answer = server.call("ssh_run", run("true", R"(,"background":true)"));
  EXPECT_THAT(answer.text, StartsWith("web1: never started: "));
  EXPECT_TRUE(answer.is_error);
}

}  // namespace
}  // namespace mcpssh::test
