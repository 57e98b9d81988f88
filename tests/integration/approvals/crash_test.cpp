// kill -9 at any point between a question and its answer: nothing runs that nobody approved, nothing runs
// twice, and every question has its end on record.
#include <csignal>
#include <random>
#include <tuple>

#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Crash : public People {
 protected:
  McpSsh start_again() {
    return start({.settings = "  audit_log: " + (files_.path() / "audit.jsonl").string() + "\n",
                  .host_lines = {},
                  .elicitation = false,
                  .args = {"--answer-within", "0.2"}});
  }
  static void kill(McpSsh& server) {
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  std::vector<base::json::object> journal() const {
    std::vector<base::json::object> all;
    std::ifstream file(files_.path() / "audit.jsonl");
    for (std::string line; std::getline(file, line);)
      if (const auto parsed = base::parse_json(line)) all.push_back(parsed->as_object());
    return all;
  }
};

TEST_F(Crash, APolledIdSaysThatTheServerEndedAndThatNothingRan) {
  std::string call, request;
  {
    auto server = start_again();
    const auto answer = server.call("ssh_run", dangerous());
    call = answer.fact("call");
    request = answer.fact("approval");
    kill(server);
  }
  auto next = start_again();
  EXPECT_TRUE(pending(next).empty());
  const auto polled = next.call("ssh_output", R"({"call":")" + call + R"("})");
  EXPECT_TRUE(polled.is_error);
  EXPECT_THAT(polled.text,
              AllOf(HasSubstr("when its server ended: nothing was run"), HasSubstr("send it again")));
  const auto late = approver({"approve", request});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.err, HasSubstr("nothing was run"));
  EXPECT_EQ(runs(), 0u);
  const auto again = next.call("ssh_run", dangerous());
  EXPECT_NE(again.fact("approval"), request) << "asked anew";
  EXPECT_EQ(approver({"approve", again.fact("approval")}).exit_code, 0);
  EXPECT_TRUE(comes_true(next, [&] { return runs() == 1; }));
}

/// What one action has on record.
struct Story {
  int asked = 0, approved = 0, closed = 0, begun = 0;
  std::string closing;
};

TEST_F(Crash, AtRandomPointsNothingRunsUnapprovedOrTwiceAndEachQuestionIsClosed) {
  constexpr int rounds = 30;
  std::mt19937 random(4711);
  const auto moment = [&] { return std::chrono::milliseconds(std::uniform_int_distribution(0, 60)(random)); };
  for (int round = 0; round < rounds; ++round) {
    auto server = start_again();
    EXPECT_TRUE(pending(server).empty()) << "of a server that died";
    const auto mark = "round" + std::to_string(round);
    const auto id = server.begin("ssh_run", dangerous(mark));
    if (round % 5 == 0) {  // while it is being asked
      std::ignore = server.process().wait(moment());
      kill(server);
      continue;
    }
    const auto request = server.finish(id).fact("approval");
    ASSERT_FALSE(request.empty());
    if (round % 5 == 1) {  // while it waits
      kill(server);
      continue;
    }
    Process answering(as_approver({round % 5 == 2 ? "deny" : "approve", request}));
    if (round % 5 == 4) answering.wait(std::chrono::seconds(30));  // when it was approved
    std::ignore = answering.wait(moment());
    kill(server);
    answering.wait(std::chrono::seconds(30));
  }
  auto last = start_again();
  EXPECT_TRUE(pending(last).empty());
  std::string said;
  EXPECT_TRUE(comes_true(last, [&] {
    const auto answer = last.call("ssh_run", R"({"host":"web1","command":"true","timeout":30})");
    said = answer.text;
    return answer.fact("state") == "exited" || answer.fact("state") == "running";
  })) << said;

  std::map<std::string, Story> stories;  // by command
  for (const auto& record : journal()) {
    const auto field = [&](const char* key) { return base::find_string(record, key).value_or(""); };
    const auto kind = field("kind"), state = field("state");
    auto& story = stories[field("call")];
    story.asked += kind == "approval" && state == "asked" ? 1 : 0;
    story.approved += kind == "approval" && state == "approved" ? 1 : 0;
    story.begun += kind == "begin" ? 1 : 0;
    if (kind == "refused" || kind == "orphaned" || kind == "end" ||
        (kind == "approval" && (state == "void" || state == "declined"))) {
      ++story.closed;
      story.closing = state;
    }
  }
  std::map<std::string, std::string> marks;  // call of each round
  for (const auto& record : journal())
    for (int round = 0; round < rounds; ++round)
      if (base::find_string(record, "command").value_or("").contains("/round" + std::to_string(round) + ";"))
        marks["round" + std::to_string(round)] = base::find_string(record, "call").value_or("");
  std::size_t voided = 0;
  for (const auto& [mark, call] : marks) {
    const auto& story = stories[call];
    EXPECT_EQ(story.asked, 1) << mark;
    EXPECT_GE(story.closed, 1) << mark << " has no end";
    EXPECT_LE(story.begun, story.approved) << mark;
    EXPECT_LE(runs(mark), static_cast<std::size_t>(story.begun)) << mark << " ran without a record";
    voided += story.closing == "void" ? 1 : 0;
  }
  EXPECT_GE(marks.size(), 24u) << "asked";
  EXPECT_GE(voided, 6u) << "the kills came at moments that matter";
}

}  // namespace
}  // namespace mcpssh::test
