#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

TEST(Modern, DiscoverIsTheGoldenOne) {
  Conversation talk;
  EXPECT_EQ(talk.ask(modern(R"("d1")", "server/discover")),
            R"({"jsonrpc":"2.0","id":"d1","result":{"resultType":"complete",
      "supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],
      "capabilities":{"tools":{}},"instructions":"Use it to test.","ttlMs":3600000,"cacheScope":"public",
      "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test-server","title":"Test server","version":"1.0"}}}})"_json);
}

TEST(Modern, AListIsCacheableAndSaysWhoWeAre) {
  Conversation talk;
  const auto result = talk.ask(modern("1", "tools/list")).at("result");
  EXPECT_EQ(result.at("resultType").as_string(), "complete");
  EXPECT_EQ(result.at("ttlMs").as_int64(), 300000);
  EXPECT_EQ(result.at("cacheScope").as_string(), "public");
  EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name").as_string(),
            "test-server");
  EXPECT_EQ(result.at("tools").as_array().size(), 8u);
}

TEST(Modern, AListAskedForAgainIsTheSameForItsEraAndHasTheNewId) {
  Conversation talk;
  const auto first = talk.ask(modern("1", "tools/list"));
  const auto old = talk.ask(R"({"jsonrpc":"2.0","id":"a","method":"tools/list"})");
  const auto second = talk.ask(modern("2", "tools/list"));
  EXPECT_EQ(second.at("result"), first.at("result"));
  EXPECT_EQ(second.at("id").as_int64(), 2);
  EXPECT_EQ(talk.relation().request, "2");
  EXPECT_TRUE(talk.relation().answers);
  EXPECT_FALSE(old.at("result").as_object().contains("resultType"));
  EXPECT_EQ(old.at("result").at("tools"), first.at("result").at("tools"));
  EXPECT_EQ(talk.ask(R"({"jsonrpc":"2.0","id":"a","method":"tools/list"})"), old);
}

TEST(Modern, ACallMergesTheToolsMetaWithOurs) {
  Conversation talk;
  const auto result =
      talk.ask(modern("1", "tools/call", R"(,"name":"echo","arguments":{"text":"hi"})")).at("result");
  EXPECT_EQ(result.at("content"), R"([{"type":"text","text":"hi"}])"_json);
  EXPECT_EQ(result.at("resultType").as_string(), "complete");
  EXPECT_EQ(result.at("_meta").at("mcp-ssh/bytes").as_int64(), 2);
  EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("version").as_string(), "1.0");
  EXPECT_EQ(talk.seen.client, "modern 2");
}

TEST(Modern, EachRequestBringsItsOwnIdentity) {
  Conversation talk;
  talk.initialize();
  talk.ask(modern("1", "tools/call", R"(,"name":"echo","arguments":{"text":"hi"})"));
  EXPECT_EQ(talk.seen.client, "modern 2");
  talk.ask(call("2", "echo", R"({"text":"x"})"));
  EXPECT_EQ(talk.seen.client, "tester 9");
}

TEST(Modern, ProbeThenLegacyFallbackWorksOnOneConnection) {
  Conversation talk;
  EXPECT_EQ(talk.ask(modern("1", "server/discover")).at("result").at("resultType").as_string(), "complete");
  talk.initialize();
  EXPECT_FALSE(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})")
                   .at("result")
                   .as_object()
                   .contains("ttlMs"));
  EXPECT_TRUE(talk.ask(modern("1", "tools/list")).at("result").as_object().contains("ttlMs"));
}

TEST(Modern, AnUnknownVersionIsToldWhatWeHave) {
  Conversation talk;
  const auto answer = talk.ask(
      R"({"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999",
      "io.modelcontextprotocol/clientCapabilities":{}}}})");
  EXPECT_EQ(answer.at("error").at("data"),
            R"({"supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],
      "requested":"v999"})"_json);
  EXPECT_EQ(code_of(answer), -32022);
  EXPECT_EQ(answer.at("id").as_int64(), 3);
}

TEST(Modern, AMissingRequiredFieldIsInvalidParams) {
  Conversation talk;
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"server/discover"})")), -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})")),
            -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/clientCapabilities":{}}}})")),
            -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}}}})")),
            -32602);
}

TEST(Modern, MethodsTheEraRemovedAreNotFound) {
  Conversation talk;
  for (const auto* method :
       {"initialize", "ping", "logging/setLevel", "resources/list", "prompts/list", "tasks/get"})
    EXPECT_EQ(code_of(talk.ask(modern("1", method))), -32601) << method;
}

TEST(Modern, ClientInfoMayBeMissing) {
  Conversation talk;
  const auto answer = talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})");
  EXPECT_TRUE(answer.as_object().contains("result"));
}

TEST(Listen, IsAcknowledgedWithNothingAndHeldUntilCancelled) {
  Conversation talk;
  EXPECT_EQ(
      talk.ask(modern(R"("listen:0")", "subscriptions/listen",
                      R"(,"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a"]})")),
      R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{},
      "_meta":{"io.modelcontextprotocol/subscriptionId":"listen:0"}}})"_json);
  EXPECT_TRUE(
      talk.ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"listen:0"}})")
          .is_null());
  // The id is free again.
  EXPECT_FALSE(talk.ask(modern(R"("listen:0")", "subscriptions/listen", R"(,"notifications":{})")).is_null());
}

TEST(Listen, KeepsTheTypeOfItsId) {
  Conversation talk;
  const auto acknowledged = talk.ask(modern("5", "subscriptions/listen", R"(,"notifications":{})"));
  EXPECT_EQ(acknowledged.at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId"),
            json::value(5));
}

TEST(Listen, NeedsAFilterAndIsBounded) {
  Conversation talk;
  EXPECT_EQ(code_of(talk.ask(modern("1", "subscriptions/listen"))), -32602);
  for (int i = 0; i < 16; ++i)
    EXPECT_TRUE(talk.ask(modern(std::to_string(i), "subscriptions/listen", R"(,"notifications":{})"))
                    .as_object()
                    .contains("method"));
  EXPECT_EQ(code_of(talk.ask(modern("16", "subscriptions/listen", R"(,"notifications":{})"))), -32603);
  EXPECT_EQ(text_of(talk.ask(call("17", "echo", R"({"text":"calls still run"})"))), "calls still run");
}

TEST(Listen, EndsWithAResultWhenTheServerStops) {
  Conversation talk;
  talk.ask(modern("5", "subscriptions/listen", R"(,"notifications":{})"));
  talk.stop();
  const auto result = talk.hear().at("result");
  EXPECT_EQ(result.at("resultType").as_string(), "complete");
  EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/subscriptionId"), json::value(5));
}

}  // namespace
}  // namespace mcpssh::testing
