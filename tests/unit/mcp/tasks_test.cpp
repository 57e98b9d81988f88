// Tool calls that go on as tasks (extension io.modelcontextprotocol/tasks of 2026-07-28).
#include "tasks.hpp"

namespace mcpssh {
namespace {

using namespace testing;
using namespace std::chrono_literals;

struct Tasks : ::testing::Test {
  Work work;
  std::optional<Conversation> talk;

  void start(mcp::TaskLimits limits = {}) {
    mcp::ServerLimits bounds;
    bounds.tasks = limits;
    bounds.request_state = patience;
    talk.emplace(task_features(work), bounds);
  }
  void TearDown() override {
    talk.reset();
    EXPECT_EQ(work.seen.started, work.seen.unwound);
  }
  json::value get(const std::string& task) { return talk->ask(about_task("1000", "tasks/get", task)); }
  void finish() {
    work.after.unlock();
    talk->settle();
  }
  /// Lets time pass until `done`.
  template <class Done>
  void until(Done done) {
    while (!done()) {
      talk->io.restart();
      ASSERT_GT(talk->io.run_one_for(10s), 0U) << "nothing more happens";
    }
  }
  bool forgotten(const std::string& task) { return get(task).as_object().contains("error"); }

  std::chrono::seconds patience = 600s;
};

TEST_F(Tasks, ACallGoesOnAsATaskAndItsResultIsTheTasks) {
  start();
  const auto created = talk->ask(call_task("1", "job"));
  const auto& task = created.at("result").as_object();
  EXPECT_EQ(task.at("resultType").as_string(), "task");
  EXPECT_EQ(task.at("status").as_string(), "working");
  EXPECT_GE(task.at("ttlMs").as_int64(), 24 * 3600 * 1000);
  EXPECT_EQ(task.at("pollIntervalMs").as_int64(), 2000);
  EXPECT_EQ(task.at("createdAt").as_string().back(), 'Z');
  const auto id = id_of(created);
  EXPECT_GE(id.size(), 32U);
  EXPECT_TRUE(talk->relation().answers);

  EXPECT_EQ(status_of(get(id)), "working");
  finish();
  const auto ended = get(id);
  EXPECT_EQ(status_of(ended), "completed");
  EXPECT_EQ(ended.at("result").at("resultType").as_string(), "complete");
  const auto& result = ended.at("result").at("result").as_object();
  EXPECT_EQ(result.at("content").at(0).at("text").as_string(), "done");
  EXPECT_EQ(result.at("resultType").as_string(), "complete");
  EXPECT_FALSE(result.contains("isError"));
  EXPECT_EQ(get(id).at("result").at("result"), ended.at("result").at("result")) << "asked again, told again";
}

TEST_F(Tasks, AToolThatFailedCompletesAndOneThatBrokeFails) {
  start();
  const auto failing = id_of(talk->ask(call_task("1", "job", "fails")));
  finish();
  const auto breaking = id_of(talk->ask(call_task("2", "job", "breaks")));
  const auto repeating = id_of(talk->ask(call_task("3", "job", "asks again")));

  const auto failed = get(failing);
  EXPECT_EQ(status_of(failed), "completed");
  EXPECT_TRUE(failed.at("result").at("result").at("isError").as_bool());
  const auto broke = get(breaking);
  EXPECT_EQ(status_of(broke), "failed");
  EXPECT_EQ(broke.at("result").at("error").at("code").as_int64(), -32603);
  EXPECT_EQ(broke.at("result").at("statusMessage").as_string(), "it broke");
  EXPECT_FALSE(broke.at("result").as_object().contains("result"));
  EXPECT_EQ(status_of(get(repeating)), "failed") << "a task has no request to be called again by";
}

TEST_F(Tasks, WhoDidNotDeclareTasksIsAnsweredAsEver) {
  start();
  finish();
  const auto modern_answer = talk->ask(modern("1", "tools/call", R"(,"name":"job","arguments":{})"));
  EXPECT_EQ(text_of(modern_answer), "done");
  EXPECT_FALSE(work.became);
  talk->initialize("2025-11-25", takes_tasks);
  EXPECT_EQ(talk->ask(call("2", "job")).at("method").as_string(), "notifications/message");
  EXPECT_EQ(text_of(talk->hear()), "done") << "the older revisions have no such tasks";
  EXPECT_FALSE(work.became);
  EXPECT_EQ(text_of(talk->ask(call_task("3", "plain"))), "done") << "nor has a tool that does not say so";
  EXPECT_FALSE(work.became);
}

TEST_F(Tasks, OneThatEndsBeforeItIsATaskIsAnsweredAtOnce) {
  start();
  work.before.unlock();
  finish();
  EXPECT_EQ(talk->ask(call_task("1", "late")).at("result").at("resultType").as_string(), "task");
  const auto refused = talk->ask(call_task("2", "job", R"(x","unknown":"y)"));
  EXPECT_EQ(refused.at("result").at("resultType").as_string(), "complete");
  EXPECT_TRUE(is_error(refused));
}

TEST_F(Tasks, AreDeclaredToModernClientsOfAServerThatHasThem) {
  start();
  const auto discovered = talk->ask(modern("1", "server/discover"));
  const auto& extensions = discovered.at("result").at("capabilities").at("extensions").as_object();
  EXPECT_TRUE(extensions.at("io.modelcontextprotocol/tasks").as_object().empty());
  const auto old = talk->ask(
      R"({"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
  EXPECT_FALSE(old.at("result").at("capabilities").as_object().contains("extensions"));
  EXPECT_FALSE(old.at("result").at("capabilities").as_object().contains("tasks"));
  EXPECT_EQ(code_of(talk->ask(with_tasks("3", "tasks/list"))), -32601);
  EXPECT_EQ(code_of(talk->ask(with_tasks("4", "tasks/result", R"(,"taskId":"x")"))), -32601);

  Conversation without;
  EXPECT_FALSE(without.ask(modern("1", "server/discover"))
                   .at("result")
                   .at("capabilities")
                   .as_object()
                   .contains("extensions"));
  EXPECT_EQ(code_of(without.ask(about_task("2", "tasks/get", "x"))), -32601);
}

TEST_F(Tasks, WhatNeedsTheDeclarationNamesIt) {
  start();
  const auto expect_named = [](const json::value& answer) {
    EXPECT_EQ(code_of(answer), -32021);
    const auto& needed = answer.at("error").at("data").at("requiredCapabilities");
    EXPECT_TRUE(needed.at("extensions").as_object().contains("io.modelcontextprotocol/tasks"));
  };
  for (const std::string method : {"tasks/get", "tasks/update", "tasks/cancel"})
    expect_named(talk->ask(modern("1", method, R"(,"taskId":"x","inputResponses":{})")));
  expect_named(talk->ask(modern("2", "tools/call", R"(,"name":"always","arguments":{})")));
  expect_named(talk->ask(modern("3", "subscriptions/listen", R"(,"notifications":{"taskIds":["x"]})")));
  EXPECT_EQ(work.seen.started, 0);
  talk->initialize();
  EXPECT_EQ(code_of(talk->ask(call("4", "always"))), -32600);
}

TEST_F(Tasks, AnothersTaskIsLikeOneThatNeverWas) {
  start();
  const auto mine = id_of(talk->ask(call_task("1", "job")));
  const std::string invented = "task_" + std::string(32, '0');
  Guest guest(*talk, "another");
  for (const std::string method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    auto theirs = guest.ask(about_task("1", method, mine, R"(,"inputResponses":{})"));
    const auto none = guest.ask(about_task("1", method, invented, R"(,"inputResponses":{})"));
    EXPECT_EQ(code_of(theirs), -32602) << method;
    auto words = std::string(theirs.at("error").at("message").as_string());
    words.replace(words.find(mine), mine.size(), invented);
    EXPECT_EQ(words, none.at("error").at("message").as_string());
  }
  const auto heard = guest.ask(
      with_tasks("2", "subscriptions/listen", R"(,"notifications":{"taskIds":[")" + mine + R"("]})"));
  EXPECT_TRUE(heard.at("params").at("notifications").as_object().empty());
  finish();
  EXPECT_EQ(status_of(get(mine)), "completed");
  EXPECT_EQ(guest.hear(), nullptr);
}

TEST_F(Tasks, AreUnknownUnderTheSameNameWithOtherRights) {
  start();
  const auto whole = id_of(talk->ask(call_task("1", "job")));
  Guest narrow(*talk, narrowed("local", "web1"));
  const auto part = id_of(narrow.ask(call_task("1", "job")));
  finish();
  for (const std::string method : {"tasks/get", "tasks/update", "tasks/cancel"})
    EXPECT_EQ(code_of(narrow.ask(about_task("2", method, whole, R"(,"inputResponses":{})"))), -32602);
  const auto heard = narrow.ask(
      with_tasks("3", "subscriptions/listen", R"(,"notifications":{"taskIds":[")" + whole + R"("]})"));
  EXPECT_TRUE(heard.at("params").at("notifications").as_object().empty());
  Guest other(*talk, narrowed("local", "web2"));
  EXPECT_EQ(code_of(other.ask(about_task("4", "tasks/get", part))), -32602);
  EXPECT_TRUE(forgotten(part)) << "rights that are unlike are unlike, wider ones too";

  Guest same(*talk, narrowed("local", "web1"));
  EXPECT_EQ(status_of(same.ask(about_task("5", "tasks/get", part))), "completed") << "equal by value";
  EXPECT_EQ(status_of(get(whole)), "completed");
}

TEST_F(Tasks, OfAPrincipalThatIsNoMoreEndAndAreForgotten) {
  mcp::TaskLimits limits;
  limits.most = 3;
  start(limits);
  const auto ended = id_of(talk->ask(call_task("1", "job")));
  finish();
  work.after.open = false;
  Guest narrow(*talk, narrowed("local", "web1"));
  const auto running = id_of(narrow.ask(call_task("2", "job")));
  narrow.ask(
      with_tasks("3", "subscriptions/listen", R"(,"notifications":{"taskIds":[")" + running + R"("]})"));
  EXPECT_EQ(narrow.hear().at("params").at("status").as_string(), "working");
  Guest stays(*talk, "another");
  const auto others = id_of(stays.ask(call_task("4", "job")));
  ASSERT_EQ(work.seen.unwound, 1);

  talk->server.forget_tasks("local");
  talk->settle();
  EXPECT_EQ(work.seen.unwound, 2) << "the one that ran";
  EXPECT_TRUE(forgotten(ended));
  EXPECT_EQ(code_of(narrow.ask(about_task("5", "tasks/get", running))), -32602) << "whatever its rights";
  EXPECT_EQ(narrow.hear(), nullptr);
  EXPECT_EQ(status_of(stays.ask(about_task("6", "tasks/get", others))), "working");
  EXPECT_EQ(status_of(talk->ask(call_task("7", "job"))), "working") << "their places are free";
}

TEST_F(Tasks, CancellingOneEndsTheToolsCoroutine) {
  start();
  const auto id = id_of(talk->ask(call_task("1", "job")));
  ASSERT_EQ(work.seen.unwound, 0);
  const auto acknowledged = talk->ask(about_task("2", "tasks/cancel", id));
  EXPECT_EQ(acknowledged.at("result").at("resultType").as_string(), "complete");
  EXPECT_FALSE(acknowledged.at("result").as_object().contains("status"));
  EXPECT_EQ(work.seen.unwound, 1);
  EXPECT_EQ(status_of(get(id)), "cancelled");
  EXPECT_FALSE(get(id).at("result").as_object().contains("result"));
  EXPECT_TRUE(talk->ask(about_task("3", "tasks/cancel", id)).at("result").is_object())
      << "again does no harm";
  EXPECT_EQ(status_of(get(id)), "cancelled");
}

TEST_F(Tasks, EndWithTheirRequestOnlyUntilTheyAreTasks) {
  start();
  talk->say(call_task("1", "late"));
  talk->say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  EXPECT_EQ(work.seen.unwound, 1);
  EXPECT_EQ(talk->hear(), nullptr);
  EXPECT_EQ(talk->unanswered(), std::vector<std::string>{"1"});

  std::string id;
  {
    Guest guest(*talk, "local");
    guest.say(call_task("1", "late"));
    EXPECT_EQ(guest.hear(), nullptr);
  }
  EXPECT_EQ(work.seen.unwound, 2) << "the connection went before";
  {
    Guest guest(*talk, "local");
    id = id_of(guest.ask(call_task("1", "job")));
    guest.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  }
  EXPECT_EQ(work.seen.unwound, 2) << "the connection went afterwards";
  finish();
  EXPECT_EQ(status_of(get(id)), "completed") << "the same principal comes back for it";
}

TEST_F(Tasks, OneThatNobodyWasToldOfEndsWithItsRequest) {
  start();
  talk->say(call_task("1", "late"));
  work.before.unlock();
  talk->say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  EXPECT_TRUE(work.became) << "in the same breath";
  EXPECT_EQ(talk->hear(), nullptr);
  EXPECT_EQ(work.seen.unwound, 1);
}

TEST_F(Tasks, ProgressIsTheirMessageAndNothingElseIsSaid) {
  start();
  const auto meta = std::string_view(R"("io.modelcontextprotocol/logLevel":"debug","progressToken":7,)");
  auto request = call_task("1", "late");
  request.insert(request.find(R"("io.modelcontextprotocol/protocolVersion")"), meta);
  talk->say(request);
  EXPECT_EQ(talk->hear().at("method").as_string(), "notifications/progress");
  auto loud = call_task("2", "job");
  loud.insert(loud.find(R"("io.modelcontextprotocol/protocolVersion")"), meta);
  const auto id = id_of(talk->ask(loud));
  EXPECT_EQ(get(id).at("result").at("statusMessage").as_string(), "half way");
  EXPECT_EQ(talk->hear(), nullptr);
}

TEST_F(Tasks, AskThroughUpdatesUntilAllIsAnswered) {
  start();
  const auto id = id_of(talk->ask(call_task("1", "curious")));
  const auto asking = get(id);
  EXPECT_EQ(status_of(asking), "input_required");
  const auto questions = asking.at("result").at("inputRequests").as_object();
  ASSERT_EQ(questions.size(), 2U);
  const auto update = [&](std::string_view responses) {
    return talk->ask(about_task("2", "tasks/update", id, R"(,"inputResponses":)" + std::string(responses)));
  };
  std::string who, roots;
  for (const auto& [key, question] : questions)
    (question.at("method").as_string() == "roots/list" ? roots : who) = key;
  EXPECT_EQ(questions.at(who).at("params").at("mode").as_string(), "form");

  EXPECT_EQ(code_of(update(R"({")" + who + R"(":{"action":"maybe"},")" + roots + R"(":{"roots":[]}})")),
            -32602);
  EXPECT_EQ(code_of(update("[]")), -32602);
  EXPECT_EQ(get(id).at("result").at("inputRequests").as_object(), questions) << "nothing was taken";
  EXPECT_TRUE(update(R"({"never-asked":7,")" + roots + R"(":{"roots":[1]}})").at("result").is_object());
  const auto left = get(id).at("result").at("inputRequests").as_object();
  EXPECT_EQ(left.size(), 1U);
  EXPECT_TRUE(left.contains(who));
  update(R"({")" + roots + R"(":{"roots":[2]},")" + who +
         R"(":{"action":"accept","content":{"name":"Ada"}}})");

  const auto again = get(id).at("result").at("inputRequests").as_object();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_FALSE(again.contains(who)) << "asked again it has another key";
  update(R"({")" + who + R"(":{"action":"accept"}})");
  EXPECT_EQ(status_of(get(id)), "input_required") << "an answer to the first does not count for the second";
  update(R"({")" + std::string(again.begin()->key()) + R"(":{"action":"decline"}})");
  EXPECT_EQ(status_of(get(id)), "completed");
  ASSERT_EQ(work.answers.size(), 3U);
  EXPECT_EQ(work.answers[0].result.at("content").at("name").as_string(), "Ada");
  EXPECT_EQ(work.answers[1].result.at("roots").at(0).as_int64(), 1);
  EXPECT_EQ(work.answers[2].result.at("action").as_string(), "decline");
}

TEST_F(Tasks, AQuestionNobodyAnswersLapses) {
  patience = 0s;
  start();
  const auto id = id_of(talk->ask(call_task("1", "curious")));
  until([&] { return work.seen.unwound == 1; });
  EXPECT_EQ(status_of(get(id)), "completed");
  for (const auto& answer : work.answers) EXPECT_EQ(answer.state, mcp::Answered::State::none);
}

TEST_F(Tasks, ThatOutliveTheirTimeAreStoppedAndForgotten) {
  mcp::TaskLimits limits;
  limits.lifetime = 20ms;
  limits.kept = 20ms;
  start(limits);
  const auto id = id_of(talk->ask(call_task("1", "job")));
  until([&] { return work.seen.unwound == 1; });
  const auto over = get(id);
  EXPECT_EQ(status_of(over), "failed");
  EXPECT_NE(over.at("result").at("error").at("message").as_string().find("longer"), std::string_view::npos);
  until([&] { return forgotten(id); });
}

TEST_F(Tasks, AResultThatWasToldIsNotKeptForLong) {
  mcp::TaskLimits limits;
  limits.kept = 20ms;
  start(limits);
  const auto id = id_of(talk->ask(call_task("1", "job")));
  finish();
  const auto ended = get(id);
  EXPECT_EQ(status_of(ended), "completed");
  EXPECT_LT(ended.at("result").at("ttlMs").as_int64(), 3600 * 1000) << "and the client knows";
  until([&] { return forgotten(id); });
}

TEST_F(Tasks, ACancelledOneIsNotKeptForLongThoughNobodyAsksForIt) {
  mcp::TaskLimits limits;
  limits.most_of_one = 1;
  limits.kept = 20ms;
  start(limits);
  const auto id = id_of(talk->ask(call_task("1", "job")));
  talk->ask(about_task("2", "tasks/cancel", id));
  until([&] {
    talk->say(call_task("3", "job"));
    const auto answer = talk->hear();
    talk->say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})");
    return answer != nullptr;
  });
  EXPECT_TRUE(forgotten(id)) << "its place was free for another";
}

TEST_F(Tasks, OfOnePrincipalAndOfAllAreBounded) {
  mcp::TaskLimits limits;
  limits.most_of_one = 1;
  limits.most = 2;
  limits.kept = 20ms;
  start(limits);
  const auto first = id_of(talk->ask(call_task("1", "job")));
  talk->say(call_task("2", "job"));
  EXPECT_FALSE(work.became) << "it goes on as a call like any other";
  EXPECT_EQ(talk->hear(), nullptr);
  EXPECT_EQ(code_of(talk->ask(call_task("3", "always"))), -32603);
  {
    Guest second(*talk, "second");
    EXPECT_EQ(status_of(second.ask(call_task("1", "job"))), "working");
    Guest third(*talk, "third");
    third.say(call_task("1", "job"));
    EXPECT_FALSE(work.became);
  }
  finish();
  EXPECT_EQ(text_of(talk->hear()), "done");
  EXPECT_EQ(status_of(get(first)), "completed");
  until([&] { return forgotten(first); });
  EXPECT_EQ(status_of(talk->ask(call_task("4", "job"))), "working") << "there is room again";
}

TEST_F(Tasks, EndWithTheServer) {
  start();
  const auto id = id_of(talk->ask(call_task("1", "job")));
  talk->ask(call_task("2", "curious"));
  ASSERT_EQ(work.seen.started, 2);
  talk->end_tasks();
  EXPECT_EQ(work.seen.unwound, 2);
  EXPECT_TRUE(forgotten(id));
}

TEST_F(Tasks, EndWithTheServerAlsoBeforeTheyAreTasks) {
  start();
  talk->say(call_task("1", "late"));
  talk->end_tasks();
  EXPECT_EQ(work.seen.unwound, 1);
  EXPECT_NE(talk->hear(), nullptr) << "the request is not left hanging";
}

}  // namespace
}  // namespace mcpssh
