#include "features.hpp"

namespace mcpssh::testing {
namespace {

std::string read(std::string_view uri) {
  return legacy("1", "resources/read", R"({"uri":")" + std::string(uri) + R"("})");
}

TEST(Resources, AreListedWithWhatTheirTemplatesList) {
  Conversation talk(everything());
  EXPECT_EQ(
      talk.ask(legacy("1", "resources/list")).at("result"),
      R"({"resources":[{"uri":"test://text","name":"a resource"},{"uri":"test://bytes","name":"a resource"},
                             {"uri":"ssh://of-local/facts","name":"a resource"}]})"_json);
  EXPECT_EQ(talk.ask(legacy("2", "resources/templates/list")).at("result"),
            R"({"resourceTemplates":[{"uriTemplate":"ssh://{host}/facts","name":"facts"}]})"_json);
}

TEST(Resources, AreReadAsTextOrBytes) {
  Conversation talk(everything());
  EXPECT_EQ(talk.ask(read("test://text")).at("result"),
            R"({"contents":[{"uri":"test://text","mimeType":"text/plain","text":"words"}]})"_json);
  EXPECT_EQ(talk.ask(read("test://bytes")).at("result"),
            R"({"contents":[{"uri":"test://bytes","blob":"AP8="}]})"_json);
}

TEST(Resources, OfATemplateAreReadWithItsVariablesDecoded) {
  Conversation talk(everything());
  const auto contents = talk.ask(read("ssh://we%62%201/facts")).at("result").at("contents");
  EXPECT_EQ(contents.at(0).at("text").as_string(), "host web 1");
  EXPECT_EQ(contents.at(0).at("uri").as_string(), "ssh://we%62%201/facts");
}

TEST(Resources, ThatAreNotThereAreSaidToBeSoInTheCodeOfTheEra) {
  Conversation talk(everything());
  for (const auto* uri : {"test://none", "ssh://a/b/facts", "ssh:///facts", "ssh://gone/facts",
                          "ssh://empty/facts", "ssh://%zz/facts", "ssh://%ff/facts"}) {
    const auto old = talk.ask(read(uri));
    EXPECT_EQ(code_of(old), -32002) << uri;
    EXPECT_EQ(old.at("error").at("data").at("uri").as_string(), uri);
    const auto now = talk.ask(modern("2", "resources/read", R"(,"uri":")" + std::string(uri) + R"(")"));
    EXPECT_EQ(code_of(now), -32602) << uri;
    EXPECT_EQ(now.at("error").at("data").at("uri").as_string(), uri);
  }
}

TEST(Resources, ThatFailSayWhyUnlessItIsOurFault) {
  Conversation talk(everything());
  const auto down = talk.ask(read("ssh://down/facts"));
  EXPECT_EQ(code_of(down), -32603);
  EXPECT_NE(json::serialize(down).find("connection refused"), std::string::npos);
  const auto bad = talk.ask(read("ssh://bad/facts"));
  EXPECT_EQ(code_of(bad), -32603);
  EXPECT_EQ(json::serialize(bad).find("hunter2"), std::string::npos);
}

TEST(Resources, OfTheModernEraSayHowLongTheyKeep) {
  Conversation talk(everything());
  const auto result = talk.ask(modern("1", "resources/read", R"(,"uri":"test://text")")).at("result");
  EXPECT_EQ(result.at("ttlMs").as_int64(), 2000);
  EXPECT_EQ(result.at("cacheScope").as_string(), "private");
  EXPECT_EQ(result.at("resultType").as_string(), "complete");
  // Templates may list other things for other principals.
  EXPECT_EQ(talk.ask(modern("2", "resources/list")).at("result").at("cacheScope").as_string(), "private");
}

TEST(Resources, NeedAUri) {
  Conversation talk(everything());
  for (const auto* method : {"resources/read", "resources/subscribe", "resources/unsubscribe"}) {
    EXPECT_EQ(code_of(talk.ask(legacy("1", method))), -32602) << method;
    EXPECT_EQ(code_of(talk.ask(legacy("1", method, R"({"uri":7})"))), -32602) << method;
  }
}

TEST(Features, ThatAServerHasNotAreUnknownMethodsAndUndeclared) {
  Conversation talk{mcp::Features()};
  const auto result =
      talk.ask(legacy("1", "initialize", R"({"protocolVersion":"2025-11-25","capabilities":{}})"))
          .at("result");
  EXPECT_TRUE(result.at("capabilities").as_object().empty());
  for (const auto* method :
       {"tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
        "resources/subscribe", "prompts/list", "prompts/get", "completion/complete", "logging/setLevel"})
    EXPECT_EQ(code_of(talk.ask(legacy("2", method))), -32601) << method;
}

TEST(Features, ThatAServerHasAreDeclaredInBothEras) {
  Conversation talk(everything());
  const auto wanted = R"({"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true},
                          "completions":{},"logging":{}})"_json;
  EXPECT_EQ(talk.ask(legacy("1", "initialize", R"({"protocolVersion":"2025-11-25"})"))
                .at("result")
                .at("capabilities"),
            wanted);
  EXPECT_EQ(talk.ask(modern("2", "server/discover")).at("result").at("capabilities"), wanted);
}

TEST(Features, TwoOfOneNameAreRefused) {
  auto twice = everything();
  twice.prompts.push_back(greeting());
  EXPECT_THROW(Conversation{twice}, base::Error);
  twice = everything();
  twice.templates.push_back(hosts_template());
  EXPECT_THROW(Conversation{twice}, base::Error);
  twice = everything();
  twice.resources.push_back(twice.resources.front());
  EXPECT_THROW(Conversation{twice}, base::Error);
}

TEST(Features, ACompleterForAVariableThatIsNotThereIsRefused) {
  auto wrong = everything();
  wrong.templates.front().complete["hots"] = {};
  EXPECT_THROW(Conversation{wrong}, base::Error);
}

TEST(Pages, OfALongListFollowEachOtherWithoutGapsOrRepeats) {
  mcp::Features features;
  for (int i = 0; i < 7; ++i) features.resources.push_back(resource("test://" + std::to_string(i), {}));
  mcp::ServerLimits limits;
  limits.page = 3;
  Conversation talk(std::move(features), limits);
  std::vector<std::string> seen;
  std::vector<std::size_t> sizes;
  std::string params = "{}";
  while (!params.empty()) {
    const auto result = talk.ask(legacy("1", "resources/list", params)).at("result").as_object();
    sizes.push_back(result.at("resources").as_array().size());
    for (const auto& one : result.at("resources").as_array()) seen.emplace_back(one.at("uri").as_string());
    const auto* next = result.if_contains("nextCursor");
    params = next == nullptr ? "" : R"({"cursor":)" + json::serialize(*next) + "}";
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 3, 1}));
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(seen.back(), "test://6");
}

TEST(Pages, KnowOnlyCursorsThatWereGivenOut) {
  mcp::ServerLimits limits;
  limits.page = 2;
  Conversation talk(everything(), limits);
  for (const auto* cursor : {R"("")", R"("x")", R"("YWZ0ZXI6MA==")", R"("YWZ0ZXI6MQ==")", "7", "{}"})
    EXPECT_EQ(code_of(talk.ask(legacy("1", "resources/list", R"({"cursor":)" + std::string(cursor) + "}"))),
              -32602)
        << cursor;
  EXPECT_TRUE(talk.ask(legacy("1", "resources/list", R"({"cursor":null})"))
                  .at("result")
                  .as_object()
                  .contains("nextCursor"));
}

TEST(Tools, APrincipalMayNotUseDoNotExistForIt) {
  Seen seen;
  mcp::Features features;
  features.tools = tools(seen);
  features.may_use = [](const base::Principal&, const mcp::Tool& one) { return one.name == "list"; };
  Conversation talk(std::move(features));
  const auto listed = talk.ask(modern("1", "tools/list")).at("result");
  ASSERT_EQ(listed.at("tools").as_array().size(), 1u);
  EXPECT_EQ(listed.at("tools").at(0).at("name").as_string(), "list");
  EXPECT_EQ(listed.at("cacheScope").as_string(), "private");
  EXPECT_EQ(code_of(talk.ask(call("2", "echo", R"({"text":"x"})"))), -32602);
  EXPECT_EQ(text_of(talk.ask(call("3", "list"))), "one host");
}

}  // namespace
}  // namespace mcpssh::testing
