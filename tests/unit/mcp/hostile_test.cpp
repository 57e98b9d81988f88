#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

/// The server answers `line` with `code` and goes on.
void expect_refused(std::string_view line, int code) {
  Conversation talk;
  const auto answer = talk.ask(line);
  ASSERT_TRUE(answer.is_object()) << line.substr(0, 80);
  EXPECT_EQ(code_of(answer), code) << line.substr(0, 80);
  EXPECT_FALSE(answer.as_object().contains("id")) << line.substr(0, 80);
  EXPECT_EQ(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})"),
            R"({"jsonrpc":"2.0","id":1,"result":{}})"_json);
}

TEST(Hostile, WhatIsNotJsonIsAParseErrorWithIdNull) {
  for (const std::string_view line :
       {"{", "hello", "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"", "{} {}", "\xEF\xBB\xBF{}",
        "{'a':1}", "{\"a\":\"\xFF\xFE\"}", "{\"a\":\"\xC0\x80\"}", "{\"a\":\"\xED\xA0\x80\"}",
        R"({"a":"\ud800"})", R"({"a":"\udc00\ud800"})", "{\"a\":\"\x01\"}", "NaN", "[1,]"})
    expect_refused(line, -32700);
}

TEST(Hostile, DeepNestingIsAParseError) {
  expect_refused(std::string(1'000'000, '['), -32700);
  std::string objects;
  for (int i = 0; i < 100; ++i) objects += R"({"a":)";
  expect_refused(objects, -32700);
  expect_refused(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":)" + std::string(80, '[') +
                     std::string(80, ']') + "}}",
                 -32700);
}

TEST(Hostile, DuplicateKeysAreAParseError) {
  expect_refused(R"({"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"})", -32700);
  expect_refused(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"\u0061":2}})", -32700);
}

TEST(Hostile, AnOversizeMessageIsAParseError) {
  Conversation talk;
  talk.to_server().push(std::nullopt);
  talk.settle();
  const auto answer = talk.hear();
  EXPECT_EQ(code_of(answer), -32700);
  EXPECT_FALSE(answer.as_object().contains("id"));
  EXPECT_TRUE(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").as_object().contains("result"));
  expect_refused("\"" + std::string(5'000'000, 'x') + "\"", -32700);
}

TEST(Hostile, MessagesThatAreNotJsonRpcAreInvalidRequests) {
  for (const std::string_view line : {"1", "null", "\"x\"", "{}", R"({"jsonrpc":"1.0","method":"ping"})",
                                      R"({"jsonrpc":2.0,"method":"ping"})", R"({"jsonrpc":"2.0"})",
                                      R"({"jsonrpc":"2.0","method":7})", "[]", "[{}]"})
    expect_refused(line, -32600);
}

TEST(Hostile, IdsThatCannotBeEchoedAreRefused) {
  for (const std::string& id :
       {std::string("null"), std::string("1.5"), std::string("1e3"), std::string("true"), std::string("[]"),
        std::string("{}"), std::string("9223372036854775808"), std::string(300, '9'), std::string("-1e400"),
        '"' + std::string(257, 'x') + '"'})
    expect_refused(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})", -32600);
}

TEST(Hostile, IdsAreEchoedWithTheirType) {
  Conversation talk;
  for (const std::string id : {"0", "-1", "9223372036854775807", "-9223372036854775808", R"("")", R"("1")",
                               R"("\u0000\n\u202e")", R"("ключ")"}) {
    const auto answer = talk.ask(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})");
    EXPECT_EQ(answer.at("id"), json::parse(id));
    EXPECT_EQ(answer.at("id").kind(), json::parse(id).kind());
  }
}

TEST(Hostile, ParamsThatAreNotAnObjectAreInvalidParams) {
  Conversation talk;
  for (const auto* params : {"[]", "[1]", "null", "\"x\"", "7"}) {
    const auto answer =
        talk.ask(R"({"jsonrpc":"2.0","id":4,"method":"tools/list","params":)" + std::string(params) + "}");
    EXPECT_EQ(code_of(answer), -32602);
    EXPECT_EQ(answer.at("id").as_int64(), 4);
  }
  EXPECT_EQ(code_of(talk.ask(R"({"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":{
      "io.modelcontextprotocol/protocolVersion":{}}}})")),
            -32602);
}

TEST(Hostile, BrokenResponsesAreNeverAnswered) {
  Conversation talk;
  for (const auto* line :
       {R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}})", R"({"jsonrpc":"2.0","result":{}})",
        R"({"jsonrpc":"2.0","id":1.5,"result":{}})", R"({"jsonrpc":"2.0","id":"server-1","result":7})",
        R"({"jsonrpc":"2.0","id":1,"error":7})"})
    EXPECT_TRUE(talk.ask(line).is_null()) << line;
}

TEST(Hostile, AFloodOfLinesIsAnsweredLineByLine) {
  Conversation talk;
  talk.from_server().room = 200'000;
  for (int i = 0; i < 100'000; ++i)
    talk.to_server().push(i % 2 == 0 ? "garbage" : R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  talk.settle();
  EXPECT_EQ(talk.from_server().waiting.size(), 100'000u);
}

TEST(Hostile, ControlCharactersStayEscapedAndOnOneLine) {
  Conversation talk;
  const auto answer = talk.ask(call("1", "echo", R"({"text":"a\nb\u0000\u001b[31m\u2028"})"));
  EXPECT_EQ(text_of(answer), std::string("a\nb\0\x1b[31m\u2028", 12));
}

base::Task<mcp::ToolResult> latin1(mcp::Call&, mcp::Arguments) {
  co_return said("caf\xE9");
}

TEST(Hostile, TextOfAToolIsAlwaysValidUtf8) {
  mcp::Tool raw = tool("raw", latin1);
  base::asio::io_context io;
  mcp::Server server({"s", "", "1", ""}, {raw}, base::Log::silent());
  auto ends = memory_stream_pair(io.get_executor());
  base::asio::co_spawn(io, server.serve(ends.second, base::Principal{}), [](const std::exception_ptr&) {});
  ends.first->out().push(call("1", "raw"));
  io.poll();
  EXPECT_EQ(text_of(json::parse(ends.first->in().take().value())), "caf\xEF\xBF\xBD");
  ends.first->out().end();
  io.run();
}

}  // namespace
}  // namespace mcpssh::testing
