// subscriptions/listen about tasks (extension io.modelcontextprotocol/tasks of 2026-07-28).
#include "tasks.hpp"

namespace mcpssh {
namespace {

using namespace testing;

struct TaskNews : ::testing::Test {
  Work work;
  std::optional<Conversation> talk;
  void SetUp() override { talk.emplace(task_features(work)); }

  json::value listen(std::string_view id, std::string_view ids) {
    return talk->ask(
        with_tasks(id, "subscriptions/listen", R"(,"notifications":{"taskIds":)" + std::string(ids) + "}"));
  }
};

TEST_F(TaskNews, TellAllOfATaskWheneverItsStatusChanges) {
  const auto id = id_of(talk->ask(call_task("1", "curious")));
  const auto acknowledged = listen(R"("news")", R"([")" + id + R"(","task_of_nobody"])");
  const auto& honoured = acknowledged.at("params").at("notifications").at("taskIds").as_array();
  ASSERT_EQ(honoured.size(), 1U);
  EXPECT_EQ(honoured[0].as_string(), id);

  const auto now = talk->hear();
  EXPECT_EQ(now.at("method").as_string(), "notifications/tasks");
  EXPECT_EQ(now.at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId").as_string(), "news");
  EXPECT_EQ(now.at("params").at("status").as_string(), "input_required");
  EXPECT_EQ(now.at("params").at("inputRequests").as_object().size(), 2U);
  EXPECT_FALSE(now.at("params").as_object().contains("resultType"));

  EXPECT_TRUE(talk->ask(about_task("3", "tasks/cancel", id)).at("result").is_object());
  const auto ended = talk->hear();
  EXPECT_EQ(ended.at("params").at("status").as_string(), "cancelled");
  EXPECT_EQ(talk->hear(), nullptr);
}

TEST_F(TaskNews, BeginWithHowThingsStand) {
  const auto id = id_of(talk->ask(call_task("1", "job")));
  work.after.unlock();
  talk->settle();
  listen("2", R"([")" + id + R"("])");
  const auto told = talk->hear();
  EXPECT_EQ(told.at("params").at("status").as_string(), "completed") << "it ended before anyone listened";
  EXPECT_EQ(told.at("params").at("result").at("content").at(0).at("text").as_string(), "done");
  EXPECT_EQ(told.at("params").at("taskId").as_string(), id);
}

TEST_F(TaskNews, SayNothingOfProgress) {
  const auto id = id_of(talk->ask(call_task("1", "job")));
  listen("2", R"([")" + id + R"("])");
  const auto now = talk->hear();
  EXPECT_EQ(now.at("params").at("statusMessage").as_string(), "half way");
  EXPECT_EQ(talk->hear(), nullptr);
}

TEST_F(TaskNews, AreAskedForWithAListOfIds) {
  EXPECT_EQ(code_of(listen("1", R"("task")")), -32602);
  EXPECT_EQ(code_of(listen("2", "[7]")), -32602);
  std::string many = "[";
  for (int i = 0; i < 257; ++i) many += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + '"';
  EXPECT_EQ(code_of(listen("3", many + "]")), -32602);
}

}  // namespace
}  // namespace mcpssh
