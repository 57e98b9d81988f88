#include "features.hpp"

namespace mcpssh::testing {
namespace {

std::string method_of(const json::value& message) {
  return message.is_null() ? "" : std::string(message.at("method").as_string());
}

TEST(LegacyChanges, AreToldToWhoInitialized) {
  Conversation talk(everything());
  talk.server.changed(mcp::Change::prompts);
  talk.settle();
  EXPECT_TRUE(talk.hear().is_null());
  talk.initialize();
  talk.server.changed(mcp::Change::resources);
  talk.settle();
  EXPECT_EQ(talk.hear(),
            R"({"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{}})"_json);
  EXPECT_EQ(talk.relation().request, "");
  // This server has no tools, so it never said that they change.
  talk.server.changed(mcp::Change::tools);
  talk.settle();
  EXPECT_TRUE(talk.hear().is_null());
}

TEST(LegacyChanges, OfAResourceAreToldFromSubscribeToUnsubscribe) {
  Conversation talk(everything());
  talk.initialize();
  constexpr std::string_view which = R"({"uri":"ssh://web1/facts"})";
  EXPECT_EQ(talk.ask(legacy("1", "resources/subscribe", which)).at("result"), json::object());
  talk.server.resource_changed("ssh://web2/facts");
  talk.server.resource_changed("ssh://web1/facts");
  talk.settle();
  EXPECT_EQ(
      talk.hear(),
      R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"ssh://web1/facts"}})"_json);
  EXPECT_TRUE(talk.hear().is_null());
  EXPECT_EQ(talk.ask(legacy("2", "resources/unsubscribe", which)).at("result"), json::object());
  talk.server.resource_changed("ssh://web1/facts");
  talk.settle();
  EXPECT_TRUE(talk.hear().is_null());
}

TEST(LegacyChanges, OfNothingCannotBeSubscribedToNorOfTooMuch) {
  Conversation talk(everything());
  EXPECT_EQ(code_of(talk.ask(legacy("1", "resources/subscribe", R"({"uri":"test://none"})"))), -32002);
  for (int i = 0; i < 256; ++i)
    talk.ask(legacy("1", "resources/subscribe", R"({"uri":"ssh://h)" + std::to_string(i) + R"(/facts"})"));
  EXPECT_EQ(code_of(talk.ask(legacy("1", "resources/subscribe", R"({"uri":"test://text"})"))), -32602);
  EXPECT_TRUE(talk.ask(legacy("1", "resources/subscribe", R"({"uri":"ssh://h7/facts"})"))
                  .as_object()
                  .contains("result"));
}

TEST(LegacyChanges, ArePiledUpOnceForWhoDoesNotRead) {
  Conversation talk(everything());
  talk.initialize();
  talk.from_server().room = 0;
  for (int i = 0; i < 10'000; ++i) {
    talk.server.changed(mcp::Change::prompts);
    talk.settle();
  }
  talk.from_server().room = 10'000;
  talk.from_server().changed.notify();
  talk.settle();
  int told = 0;
  while (method_of(talk.hear()) == "notifications/prompts/list_changed") ++told;
  EXPECT_GE(told, 1);
  // What fits the queue to a peer that does not read, and never more.
  EXPECT_LE(told, 515);
}

TEST(Listen, TellsWhatItsFilterNamesAndWhoseItIs) {
  Conversation talk(everything());
  EXPECT_EQ(talk.ask(modern("5", "subscriptions/listen",
                            R"(,"notifications":{"toolsListChanged":true,"promptsListChanged":true,
                               "resourcesListChanged":false,
                               "resourceSubscriptions":["test://text","test://none"]})")),
            R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{
                "notifications":{"promptsListChanged":true,"resourceSubscriptions":["test://text"]},
                "_meta":{"io.modelcontextprotocol/subscriptionId":5}}})"_json);
  EXPECT_EQ(talk.relation().request, "5");
  EXPECT_FALSE(talk.relation().answers);
  for (const auto change : {mcp::Change::tools, mcp::Change::resources, mcp::Change::prompts})
    talk.server.changed(change);
  talk.server.resource_changed("test://bytes");
  talk.server.resource_changed("test://text");
  talk.settle();
  EXPECT_EQ(talk.hear(), R"({"jsonrpc":"2.0","method":"notifications/prompts/list_changed","params":{
                             "_meta":{"io.modelcontextprotocol/subscriptionId":5}}})"_json);
  EXPECT_EQ(talk.hear(), R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{
                             "uri":"test://text","_meta":{"io.modelcontextprotocol/subscriptionId":5}}})"_json);
  EXPECT_EQ(talk.relation().request, "5");
  EXPECT_TRUE(talk.hear().is_null());
}

TEST(Listen, StopsTellingWhenCancelled) {
  Conversation talk(everything());
  talk.ask(modern("5", "subscriptions/listen", R"(,"notifications":{"promptsListChanged":true})"));
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})");
  talk.server.changed(mcp::Change::prompts);
  talk.settle();
  EXPECT_TRUE(talk.hear().is_null());
  EXPECT_EQ(talk.unanswered(), std::vector<std::string>{"5"});
}

TEST(Listen, RefusesAMalformedFilter) {
  Conversation talk(everything());
  for (const auto* wrong : {"7", R"({"a":1})", "[7]"})
    EXPECT_EQ(
        code_of(talk.ask(modern("1", "subscriptions/listen",
                                R"(,"notifications":{"resourceSubscriptions":)" + std::string(wrong) + "}"))),
        -32602)
        << wrong;
  std::string many = R"("test://text")";
  for (int i = 0; i < 256; ++i) many += R"(,"test://text")";
  EXPECT_EQ(code_of(talk.ask(modern("1", "subscriptions/listen",
                                    R"(,"notifications":{"resourceSubscriptions":[)" + many + "]}"))),
            -32602);
}

base::Task<mcp::ToolResult> talkative(mcp::Call& call, mcp::Arguments) {
  call.log(mcp::LogLevel::debug, "small");
  call.log(mcp::LogLevel::error, json::object{{"what", "big"}});
  co_return said("done");
}

mcp::Features loud(bool logging) {
  mcp::Features features;
  features.tools = {tool("loud", talkative)};
  features.logging = logging;
  return features;
}

TEST(Logging, OfALegacyClientGoesDownToTheLevelItSets) {
  Conversation talk(loud(true));
  EXPECT_EQ(
      talk.ask(call("1", "loud")),
      R"({"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":{"what":"big"}}})"_json);
  EXPECT_EQ(text_of(talk.hear()), "done");
  EXPECT_EQ(talk.ask(legacy("2", "logging/setLevel", R"({"level":"debug"})")).at("result"), json::object());
  EXPECT_EQ(talk.ask(call("3", "loud")).at("params").at("data").as_string(), "small");
  talk.hear();
  talk.hear();
  talk.ask(legacy("4", "logging/setLevel", R"({"level":"critical"})"));
  EXPECT_EQ(text_of(talk.ask(call("5", "loud"))), "done");
  for (const auto* level : {R"("loud")", "7", "null"})
    EXPECT_EQ(code_of(talk.ask(legacy("6", "logging/setLevel", R"({"level":)" + std::string(level) + "}"))),
              -32602);
}

std::string modern_call(std::string_view level) {
  auto text = modern("1", "tools/call", R"(,"name":"loud")");
  const std::string key = R"("io.modelcontextprotocol/clientCapabilities")";
  return text.replace(text.find(key), 0,
                      R"("io.modelcontextprotocol/logLevel":")" + std::string(level) + R"(",)");
}

TEST(Logging, OfTheModernEraIsForRequestsThatAskForIt) {
  Conversation talk(loud(true));
  EXPECT_EQ(text_of(talk.ask(modern("1", "tools/call", R"(,"name":"loud")"))), "done");
  EXPECT_EQ(talk.ask(modern_call("info")).at("params").at("level").as_string(), "error");
  EXPECT_EQ(talk.relation().request, "1");
  EXPECT_EQ(text_of(talk.hear()), "done");
  EXPECT_EQ(code_of(talk.ask(modern_call("loud"))), -32602);
}

base::Task<mcp::ToolResult> garbled(mcp::Call& call, mcp::Arguments) {
  call.log(mcp::LogLevel::error, "a\xff");
  co_return said("done");
}

TEST(Logging, OfIllFormedBytesIsStillUtf8) {
  mcp::Features features;
  features.tools = {tool("garbled", garbled)};
  features.logging = true;
  Conversation talk(std::move(features));
  EXPECT_EQ(talk.ask(call("1", "garbled")).at("params").at("data").as_string(), "a\xEF\xBF\xBD");
}

TEST(Logging, OfAServerThatHasNoneIsSilent) {
  Conversation talk(loud(false));
  EXPECT_EQ(text_of(talk.ask(modern_call("debug"))), "done");
  EXPECT_EQ(text_of(talk.ask(call("1", "loud"))), "done");
  EXPECT_EQ(code_of(talk.ask(legacy("2", "logging/setLevel", R"({"level":"debug"})"))), -32601);
}

TEST(Relations, SayWhichRequestAMessageBelongsTo) {
  Conversation talk;
  talk.say(call(R"("a")", "count", R"({"steps":1})", R"({"progressToken":1})"));
  EXPECT_EQ(talk.hear().at("method").as_string(), "notifications/progress");
  EXPECT_EQ(text_of(talk.hear()), "counted");
  EXPECT_EQ(talk.relation().request, R"("a")");
  EXPECT_TRUE(talk.relation().answers);
  EXPECT_EQ(talk.relation().error, 0);
  talk.ask(call("7", "nope"));
  EXPECT_EQ(talk.relation().request, "7");
  EXPECT_EQ(talk.relation().error, -32602);
  talk.ask("{");
  EXPECT_EQ(talk.relation().request, "");
  EXPECT_TRUE(talk.relation().answers);
}

TEST(Relations, OfAQuestionAreThoseOfTheCallThatAsks) {
  Conversation talk;
  talk.initialize("2025-11-25", R"({"elicitation":{}})");
  talk.ask(call("3", "ask"));
  EXPECT_EQ(talk.relation().request, "3");
  EXPECT_FALSE(talk.relation().answers);
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})");
  EXPECT_EQ(talk.hear().at("method").as_string(), "notifications/cancelled");
  EXPECT_EQ(talk.relation().request, "3");
  EXPECT_EQ(talk.unanswered(), std::vector<std::string>{"3"});
}

TEST(Relations, OfABatchAreThoseOfItsFirstRequest) {
  Conversation talk;
  talk.initialize("2025-03-26");
  talk.ask(R"([{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":8,"method":"ping"},
               {"jsonrpc":"2.0","id":9,"method":"ping"}])");
  EXPECT_EQ(talk.relation().request, "8");
  EXPECT_TRUE(talk.relation().answers);
}

}  // namespace
}  // namespace mcpssh::testing
