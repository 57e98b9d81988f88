#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

TEST(Legacy, InitializeAnswersWithTheVersionItWasAskedFor) {
  for (const auto* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    Conversation talk;
    talk.initialize(version);
  }
}

TEST(Legacy, InitializeResultIsTheGoldenOne) {
  Conversation talk;
  EXPECT_EQ(
      talk.ask(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",
      "capabilities":{},"clientInfo":{"name":"t","version":"1"}}})"),
      R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},
      "serverInfo":{"name":"test-server","title":"Test server","version":"1.0"},"instructions":"Use it to test."}})"_json);
}

TEST(Legacy, AnUnknownVersionIsAnsweredWithTheNewestLegacyOne) {
  for (const auto* version : {"2099-01-01", "2024-10-07", "2026-07-28", ""}) {
    Conversation talk;
    const auto answer =
        talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":")" +
                 std::string(version) + R"("}})");
    EXPECT_EQ(answer.at("result").at("protocolVersion").as_string(), "2025-11-25") << version;
  }
}

TEST(Legacy, InitializeWithoutAVersionIsInvalidParams) {
  Conversation talk;
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})")), -32602);
}

TEST(Legacy, PingIsAnsweredBeforeAndAfterInitialize) {
  Conversation talk;
  EXPECT_EQ(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})"),
            R"({"jsonrpc":"2.0","id":1,"result":{}})"_json);
  talk.initialize();
  EXPECT_EQ(talk.ask(R"({"jsonrpc":"2.0","id":"p","method":"ping","params":{}})"),
            R"({"jsonrpc":"2.0","id":"p","result":{}})"_json);
}

TEST(Legacy, ToolsAreListedInTheirOrderWithAllFourHints) {
  Conversation talk;
  const auto tools =
      talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})").at("result").at("tools").as_array();
  ASSERT_EQ(tools.size(), 8u);
  EXPECT_EQ(tools[0], R"({"name":"echo","title":"A tool","description":"Does something.",
      "inputSchema":{"type":"object","properties":{"text":{"type":"string","description":"The text."}},
                     "required":["text"],"additionalProperties":false},
      "annotations":{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":false,"openWorldHint":true}})"_json);
  EXPECT_EQ(tools[1].at("inputSchema"), R"({"type":"object","additionalProperties":false})"_json);
  EXPECT_EQ(tools[6].at("outputSchema"), R"({"type":"object"})"_json);
}

TEST(Legacy, ListsAreTheSameEveryTimeAndHaveNoModernFields) {
  Conversation talk;
  const auto first = talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})");
  const auto second = talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":null}})");
  EXPECT_EQ(json::serialize(first), json::serialize(second));
  EXPECT_FALSE(first.at("result").as_object().contains("ttlMs"));
  EXPECT_FALSE(first.at("result").as_object().contains("resultType"));
}

TEST(Legacy, AnUnknownCursorIsInvalidParams) {
  Conversation talk;
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"abc"}})")),
            -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":""}})")),
            -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":7}})")),
            -32602);
}

TEST(Legacy, WhatIsNotOfferedIsMethodNotFound) {
  Conversation talk;
  for (const auto* method :
       {"logging/setLevel", "resources/list", "prompts/list", "completion/complete", "nonsense"})
    EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + R"("})")),
              -32601);
}

TEST(Legacy, ACallGivesTextAndTheToolsMeta) {
  Conversation talk;
  talk.initialize();
  EXPECT_EQ(talk.ask(call("7", "echo", R"({"text":"hello"})")),
            R"({"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"hello"}],
      "_meta":{"mcp-ssh/bytes":5}}})"_json);
}

TEST(Legacy, ThePrincipalKnowsTheClientItInitializedAs) {
  Conversation talk;
  talk.initialize();
  talk.ask(call("7", "echo", R"({"text":"x"})"));
  EXPECT_EQ(talk.seen.client, "tester 9");
}

TEST(Legacy, AHostileClientNameIsCleanedAndCut) {
  Conversation talk;
  talk.ask(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{
      "name":"e\u001b[31m\u202e)" +
      std::string(500, 'x') + R"(","version":"1"}}})");
  talk.ask(call("7", "echo", R"({"text":"x"})"));
  EXPECT_TRUE(talk.seen.client.starts_with("e\\x1b[31m\\u{202e}xxx"));
  EXPECT_LE(talk.seen.client.size(), 100u);
}

TEST(Legacy, StructuredContentComesOnlyWithAnOutputSchema) {
  Conversation talk;
  const auto answer = talk.ask(call("1", "list"));
  EXPECT_EQ(answer.at("result").at("structuredContent"), R"({"hosts":["web1"]})"_json);
  EXPECT_EQ(text_of(answer), "one host");
  const auto forgotten = talk.ask(call("2", "forget"));
  EXPECT_TRUE(is_error(forgotten));
  EXPECT_TRUE(text_of(forgotten).starts_with("internal error"));
}

TEST(Legacy, AnErrorOfTheToolIsAResultThatSaysWhatToDo) {
  Conversation talk;
  const auto answer = talk.ask(call("1", "fail"));
  EXPECT_TRUE(is_error(answer));
  EXPECT_TRUE(text_of(answer).starts_with("web1: connection refused by 192.0.2.1:22"));
  EXPECT_NE(text_of(answer).find("start sshd"), std::string::npos);
}

TEST(Legacy, AnyOtherExceptionLeaksNothing) {
  Conversation talk;
  const auto answer = talk.ask(call("1", "crash"));
  EXPECT_TRUE(is_error(answer));
  EXPECT_EQ(json::serialize(answer).find("hunter2"), std::string::npos);
}

TEST(Legacy, WrongArgumentsAreAResultTheModelCanRead) {
  Conversation talk;
  const auto missing = talk.ask(call("1", "echo"));
  EXPECT_TRUE(is_error(missing));
  EXPECT_NE(text_of(missing).find("text is missing"), std::string::npos);
  const auto misspelt = talk.ask(call("1", "echo", R"({"txet":"x"})"));
  EXPECT_NE(text_of(misspelt).find("did you mean \"text\"?"), std::string::npos);
}

TEST(Legacy, AnUnknownToolOrMalformedParamsAreInvalidParams) {
  Conversation talk;
  EXPECT_EQ(code_of(talk.ask(call("1", "nope"))), -32602);
  EXPECT_EQ(code_of(talk.ask(call("1", "echo", R"("text")"))), -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})")), -32602);
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}})")),
            -32602);
}

TEST(Batch, IsAnsweredAsOneArrayWhenItsVersionWasNegotiated) {
  Conversation talk;
  talk.initialize("2025-03-26");
  const auto answers =
      talk.ask(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},
      {"jsonrpc":"2.0","method":"notifications/whatever"},)" +
               call("2", "echo", R"({"text":"b"})") + R"(,{"jsonrpc":"2.0","id":{}, "method":"x"}])");
  ASSERT_TRUE(answers.is_array());
  ASSERT_EQ(answers.as_array().size(), 3u);
  EXPECT_EQ(answers.at(0), R"({"jsonrpc":"2.0","id":1,"result":{}})"_json);
  EXPECT_EQ(text_of(answers.at(1)), "b");
  EXPECT_EQ(code_of(answers.at(2)), -32600);
}

TEST(Batch, IsRefusedInEveryOtherVersion) {
  for (const auto* version : {"2024-11-05", "2025-06-18", "2025-11-25"}) {
    Conversation talk;
    talk.initialize(version);
    const auto answer = talk.ask(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])");
    EXPECT_EQ(code_of(answer), -32600);
    EXPECT_FALSE(answer.as_object().contains("id"));
    EXPECT_TRUE(talk.hear().is_null());
  }
}

TEST(Batch, OfNotificationsIsNotAnswered) {
  Conversation talk;
  talk.initialize("2025-03-26");
  EXPECT_TRUE(talk.ask(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])").is_null());
}

TEST(Batch, MustNotBeEmptyHugeOrContainInitialize) {
  Conversation talk;
  talk.initialize("2025-03-26");
  EXPECT_EQ(code_of(talk.ask("[]")), -32600);
  std::string huge = "[1";
  for (int i = 0; i < 300; ++i) huge += ",1";
  EXPECT_EQ(code_of(talk.ask(huge + "]")), -32600);
  const auto answers = talk.ask(
      R"([{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}])");
  EXPECT_EQ(code_of(answers.at(0)), -32600);
  const auto again = talk.ask("[" + modern("1", "tools/list") + "]");
  EXPECT_EQ(code_of(again.at(0)), -32600);
}

TEST(Batch, IsAnsweredWhenItsLastCallWasCancelled) {
  Conversation talk;
  talk.initialize("2025-03-26");
  EXPECT_TRUE(talk.ask(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},)" + call("2", "hang") + "]").is_null());
  const auto answers =
      talk.ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");
  EXPECT_EQ(answers, R"([{"jsonrpc":"2.0","id":1,"result":{}}])"_json);
}

}  // namespace
}  // namespace mcpssh::testing
