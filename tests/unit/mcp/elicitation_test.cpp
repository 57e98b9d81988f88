#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

using Answer = mcp::Elicited::Answer;

std::string answer_to(const json::value& question, std::string_view result) {
  return R"({"jsonrpc":"2.0","id":)" + json::serialize(question.at("id")) + R"(,"result":)" +
         std::string(result) + "}";
}

TEST(LegacyElicitation, AsksTheClientAndGivesTheToolItsAnswer) {
  Conversation talk;
  talk.initialize("2025-06-18", R"({"elicitation":{}})");
  const auto question = talk.ask(call("1", "ask", R"({"what":"reboot"})"));
  EXPECT_EQ(question, R"({"jsonrpc":"2.0","id":"server-1","method":"elicitation/create","params":{
      "message":"Do reboot?","requestedSchema":{"type":"object","properties":{"approve":{"type":"boolean"}}}}})"_json);
  const auto answer = talk.ask(answer_to(question, R"({"action":"accept","content":{"approve":true}})"));
  EXPECT_EQ(text_of(answer), "did reboot");
  EXPECT_EQ(answer.at("id").as_int64(), 1);
}

TEST(LegacyElicitation, DeclineCancelErrorsAndNonsenseAreAllNoApproval) {
  const std::vector<std::pair<std::string, Answer>> cases{
      {R"({"action":"decline"})", Answer::declined},
      {R"({"action":"cancel"})", Answer::cancelled},
      {R"({"action":"accept","content":{"approve":false}})", Answer::accepted},
      {R"({"action":"accept","content":"approve"})", Answer::accepted},
      {R"({"action":"yes"})", Answer::cancelled},
      {R"({})", Answer::cancelled},
      {R"([])", Answer::cancelled}};
  for (const auto& [reply, expected] : cases) {
    Conversation talk;
    talk.initialize("2025-11-25", R"({"elicitation":{"form":{}}})");
    const auto question = talk.ask(call("1", "ask"));
    const auto answer = talk.ask(answer_to(question, reply));
    EXPECT_EQ(text_of(answer), "did not do it") << reply;
    EXPECT_EQ(talk.seen.answer, expected) << reply;
  }
  Conversation talk;
  talk.initialize("2025-11-25", R"({"elicitation":{}})");
  talk.ask(call("1", "ask"));
  EXPECT_EQ(text_of(talk.ask(R"({"jsonrpc":"2.0","id":"server-1","error":{"code":-32603,"message":"no"}})")),
            "did not do it");
}

TEST(LegacyElicitation, IsNotUsedUnlessFormModeWasDeclaredByAVersionThatHasIt) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"2025-11-25", "{}"},
      {"2025-11-25", R"({"elicitation":{"url":{}}})"},
      {"2025-03-26", R"({"elicitation":{}})"}};
  for (const auto& [version, capabilities] : cases) {
    Conversation talk;
    talk.initialize(version, capabilities);
    EXPECT_EQ(text_of(talk.ask(call("1", "ask"))), "nobody to ask") << capabilities;
  }
}

TEST(LegacyElicitation, NoAnswerInTimeCountsAsCancelledAndTheClientIsTold) {
  mcp::ServerLimits limits;
  limits.elicitation = std::chrono::milliseconds(1);
  Conversation talk(limits);
  talk.initialize("2025-11-25", R"({"elicitation":{}})");
  talk.say(call("1", "ask"));
  EXPECT_EQ(talk.hear().at("method").as_string(), "elicitation/create");
  const auto told = talk.await();
  EXPECT_EQ(told.at("method").as_string(), "notifications/cancelled");
  EXPECT_EQ(told.at("params").at("requestId").as_string(), "server-1");
  EXPECT_EQ(text_of(talk.await()), "did not do it");
  EXPECT_EQ(talk.seen.answer, Answer::cancelled);
  EXPECT_TRUE(
      talk.ask(R"({"jsonrpc":"2.0","id":"server-1","result":{"action":"accept","content":{"approve":true}}})")
          .is_null());
}

TEST(LegacyElicitation, ACancelledCallTakesItsQuestionBack) {
  Conversation talk;
  talk.initialize("2025-11-25", R"({"elicitation":{}})");
  talk.ask(call("1", "ask"));
  const auto told =
      talk.ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  EXPECT_EQ(told.at("method").as_string(), "notifications/cancelled");
  EXPECT_TRUE(talk.hear().is_null());
  EXPECT_EQ(talk.seen.unwound, 1);
}

TEST(LegacyElicitation, AnswersFindTheirOwnQuestion) {
  Conversation talk;
  talk.initialize("2025-11-25", R"({"elicitation":{}})");
  const auto first = talk.ask(call("1", "ask", R"({"what":"one"})"));
  const auto second = talk.ask(call("2", "ask", R"({"what":"two"})"));
  EXPECT_EQ(text_of(talk.ask(answer_to(second, R"({"action":"decline"})"))), "did not do two");
  EXPECT_EQ(text_of(talk.ask(answer_to(first, R"({"action":"accept","content":{"approve":true}})"))),
            "did one");
}

/// One question of the modern era and what a client sends back.
struct Round {
  explicit Round(Conversation& talk, std::string_view what = "reboot") {
    const auto answer = talk.ask(
        modern("1", "tools/call", R"(,"name":"ask","arguments":{"what":")" + std::string(what) + R"("})"));
    result = answer.at("result");
    key = std::string(result.at("inputRequests").as_object().begin()->key());
    state = std::string(result.at("requestState").as_string());
  }
  [[nodiscard]] std::string retry(std::string_view what, std::string_view reply,
                                  std::string_view with_state) const {
    return modern("2", "tools/call",
                  R"(,"name":"ask","arguments":{"what":")" + std::string(what) + R"("},"inputResponses":{")" +
                      key + R"(":)" + std::string(reply) + R"(},"requestState":")" + std::string(with_state) +
                      "\"");
  }
  json::value result;
  std::string key, state;
};

constexpr std::string_view yes = R"({"action":"accept","content":{"approve":true}})";

TEST(ModernElicitation, AsksInTheResultAndGoesOnWithTheAnswer) {
  Conversation talk;
  const Round round(talk);
  EXPECT_EQ(round.result.at("resultType").as_string(), "input_required");
  EXPECT_EQ(round.result.at("inputRequests").at(round.key),
            R"({"method":"elicitation/create","params":{"mode":"form","message":"Do reboot?",
      "requestedSchema":{"type":"object","properties":{"approve":{"type":"boolean"}}}}})"_json);
  EXPECT_FALSE(round.result.as_object().contains("content"));
  EXPECT_EQ(text_of(talk.ask(round.retry("reboot", yes, round.state))), "did rebootasked about reboot");
}

TEST(ModernElicitation, ADeclineIsAnAnswerAndIsNotAskedAgain) {
  for (const auto* reply : {R"({"action":"decline"})", R"({"action":"cancel"})"}) {
    Conversation talk;
    const Round round(talk);
    const auto answer = talk.ask(round.retry("reboot", reply, round.state));
    EXPECT_TRUE(is_error(answer));
    EXPECT_EQ(answer.at("result").at("resultType").as_string(), "complete");
  }
}

TEST(ModernElicitation, AStateOpensOnce) {
  Conversation talk;
  const Round round(talk);
  talk.ask(round.retry("reboot", yes, round.state));
  EXPECT_EQ(code_of(talk.ask(round.retry("reboot", yes, round.state))), -32602);
}

TEST(ModernElicitation, ATamperedStateIsRefused) {
  Conversation talk;
  const Round round(talk);
  for (const std::size_t at : {std::size_t(3), round.state.size() / 2, round.state.size() - 1}) {
    auto changed = round.state;
    changed[at] = changed[at] == 'a' ? 'b' : 'a';
    EXPECT_EQ(code_of(talk.ask(round.retry("reboot", yes, changed))), -32602) << at;
  }
  for (const auto* nonsense : {"", ".", "abc", "a.b.c"})
    EXPECT_EQ(code_of(talk.ask(round.retry("reboot", yes, nonsense))), -32602);
  EXPECT_EQ(talk.seen.answer, Answer::pending);
}

TEST(ModernElicitation, AStateCannotBeMovedToOtherArguments) {
  Conversation talk;
  const Round round(talk, "ls");
  EXPECT_EQ(code_of(talk.ask(round.retry("rm", yes, round.state))), -32602);
}

TEST(ModernElicitation, AnAnswerWithoutItsStateDoesNotCount) {
  Conversation talk;
  const Round round(talk);
  const auto answer = talk.ask(modern("2", "tools/call",
                                      R"(,"name":"ask","arguments":{"what":"reboot"},"inputResponses":{")" +
                                          round.key + R"(":)" + std::string(yes) + "}"));
  EXPECT_EQ(answer.at("result").at("resultType").as_string(), "input_required");
}

TEST(ModernElicitation, AnExpiredStateIsRefused) {
  auto now = base::MonoTime(std::chrono::hours(1));
  base::Clock clock;
  clock.mono = [&now] { return now; };
  Conversation talk({}, clock);
  const Round round(talk);
  now += std::chrono::minutes(11);
  const auto answer = talk.ask(round.retry("reboot", yes, round.state));
  EXPECT_EQ(code_of(answer), -32602);
  EXPECT_NE(std::string(answer.at("error").at("message").as_string()).find("expired"), std::string::npos);
}

TEST(ModernElicitation, MalformedAnswersAreInvalidParamsAndUnknownOnesIgnored) {
  Conversation talk;
  const Round round(talk);
  EXPECT_EQ(code_of(talk.ask(round.retry("reboot", R"({"action":"maybe"})", round.state))), -32602);
  EXPECT_EQ(code_of(talk.ask(modern("2", "tools/call", R"(,"name":"ask","inputResponses":[])"))), -32602);
  EXPECT_EQ(code_of(talk.ask(modern("2", "tools/call", R"(,"name":"ask","requestState":7)"))), -32602);
  EXPECT_EQ(text_of(talk.ask(modern(
                "2", "tools/call",
                R"(,"name":"echo","arguments":{"text":"x"},"inputResponses":{"other":{"roots":[]}})"))),
            "x");
}

TEST(ModernElicitation, IsNotUsedUnlessTheRequestDeclaresIt) {
  Conversation talk;
  EXPECT_EQ(text_of(talk.ask(modern("1", "tools/call", R"(,"name":"ask")", "{}"))), "nobody to ask");
}

}  // namespace
}  // namespace mcpssh::testing
