#include "mcp/wire/http_rules.hpp"

#include <algorithm>
#include <map>

#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

using mcp::Era;
using mcp::Glance;

using Headers = std::map<std::string, std::string>;

mcp::HeaderLookup lookup(const Headers& headers) {
  return [headers](std::string_view name) -> std::optional<std::string> {
    const auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  };
}

base::Task<mcp::ToolResult> nothing(mcp::Call&, mcp::Arguments) {
  co_return said("");
}

mcp::Server& server() {
  auto region = parameter("region");
  region.header = "Region";
  auto level = parameter("level", mcp::Parameter::Type::integer);
  level.header = "Level";
  static mcp::Server one({"s", "", "1", ""}, {tool("far", nothing, {region, level})}, base::Log::silent());
  return one;
}

/// The code of the refusal, 0 when there is none.
std::int64_t refused(std::string_view body, const Headers& headers) {
  const auto refusal = mcp::refusal(mcp::glance(body), lookup(headers), server());
  if (!refusal) return 0;
  EXPECT_EQ(refusal->status, 400u);
  return code_of(json::parse(refusal->body));
}

Headers for_method(std::string method) {
  return {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", std::move(method)}};
}

Headers for_call(std::string name) {
  auto headers = for_method("tools/call");
  headers["Mcp-Name"] = std::move(name);
  return headers;
}

TEST(Glance, TellsWhatABodyIs) {
  const auto request = mcp::glance(call(R"("7")", "echo", "{}", R"({"progressToken":1})"));
  EXPECT_EQ(request.kind, Glance::Kind::request);
  EXPECT_EQ(request.id, R"("7")");
  EXPECT_EQ(request.era, Era::legacy);
  EXPECT_EQ(request.name, "echo");
  EXPECT_TRUE(request.progress);
  const auto notification = mcp::glance(R"({"jsonrpc":"2.0","method":"notifications/x"})");
  EXPECT_EQ(notification.kind, Glance::Kind::notification);
  const auto response = mcp::glance(R"({"jsonrpc":"2.0","id":3,"result":{}})");
  EXPECT_EQ(response.kind, Glance::Kind::response);
  EXPECT_EQ(response.id, "3");
  EXPECT_EQ(mcp::glance("{").kind, Glance::Kind::malformed);
  const auto batch = mcp::glance("[" + call("1", "a") + "," + call("2", "b") + "]");
  EXPECT_EQ(batch.kind, Glance::Kind::batch);
  EXPECT_EQ(batch.ids, (std::vector<std::string>{"1", "2"}));
}

TEST(Glance, TellsInitializeAndTheEra) {
  EXPECT_TRUE(mcp::glance(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})").initialize);
  const auto claimed = mcp::glance(modern("1", "initialize"));
  EXPECT_FALSE(claimed.initialize);
  EXPECT_EQ(claimed.era, Era::modern);
}

TEST(HttpRules, LetThroughAMessageItsHeadersDescribe) {
  EXPECT_EQ(refused(modern("1", "tools/list"), for_method("tools/list")), 0);
  EXPECT_EQ(refused(modern("1", "tools/call", R"(,"name":"x")"), for_call("x")), 0);
  EXPECT_EQ(
      refused(modern("1", "tools/call", R"(,"name":"gr\u00fc\u00df")"), for_call("=?base64?Z3LDvMOf?=")), 0);
  auto read = for_method("resources/read");
  read["Mcp-Name"] = " test://x\t";
  EXPECT_EQ(refused(modern("1", "resources/read", R"(,"uri":"test://x")"), read), 0);
  EXPECT_EQ(refused(call("1", "x"), {}), 0);
  EXPECT_EQ(refused(call("1", "x"), {{"MCP-Protocol-Version", "2025-11-25"}}), 0);
}

TEST(HttpRules, RefuseHeadersThatSayOtherwise) {
  const auto body = modern("1", "tools/call", R"(,"name":"x")");
  EXPECT_EQ(refused(body, for_method("tools/call")), -32020);
  EXPECT_EQ(refused(body, for_call("X")), -32020);
  EXPECT_EQ(refused(body, for_call("=?base64?%%?=")), -32020);
  for (const auto* name : {"MCP-Protocol-Version", "Mcp-Method"}) {
    auto headers = for_call("x");
    headers[name] = "other";
    EXPECT_EQ(refused(body, headers), -32020) << name;
    headers.erase(name);
    EXPECT_EQ(refused(body, headers), -32020) << name;
  }
}

TEST(HttpRules, CompareParametersWithTheirHeaders) {
  const auto body = [](std::string_view arguments) {
    return modern("1", "tools/call", R"(,"name":"far","arguments":)" + std::string(arguments));
  };
  auto headers = for_call("far");
  EXPECT_EQ(refused(body("{}"), headers), 0);
  EXPECT_EQ(refused(body(R"({"region":"eu"})"), headers), -32020);
  headers["Mcp-Param-Region"] = "eu";
  EXPECT_EQ(refused(body(R"({"region":"eu"})"), headers), 0);
  EXPECT_EQ(refused(body(R"({"region":"us"})"), headers), -32020);
  EXPECT_EQ(refused(body(R"({"region":null})"), headers), -32020);
  headers["Mcp-Param-Level"] = "42.0";
  EXPECT_EQ(refused(body(R"({"region":"eu","level":42})"), headers), 0);
  EXPECT_EQ(refused(body(R"({"region":"eu","level":43})"), headers), -32020);
  headers["Mcp-Param-Level"] = "42x";
  EXPECT_EQ(refused(body(R"({"region":"eu","level":42})"), headers), -32020);
}

TEST(HttpRules, RefuseAnUnknownVersionAfterTheHeaders) {
  auto body = modern("1", "tools/list");
  body.replace(body.find("2026-07-28"), 10, "v999");
  auto headers = for_method("tools/list");
  EXPECT_EQ(refused(body, headers), -32020);
  headers["MCP-Protocol-Version"] = "v999";
  EXPECT_EQ(refused(body, headers), -32022);
}

TEST(HttpRules, RefuseABodyWithoutAClaimUnderAModernHeader) {
  const auto headers = for_method("tools/list");
  EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", headers), -32602);
  EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})", headers), -32020);
  EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"result":{}})", headers), -32600);
  EXPECT_EQ(refused("[" + call("1", "x") + "]", headers), -32600);
  EXPECT_EQ(refused("[" + modern("1", "tools/list") + "]", {}), -32600);
  EXPECT_EQ(refused("{", {}), -32700);
}

TEST(HttpRules, ARefusalNamesTheRequest) {
  const auto refusal = mcp::refusal(mcp::glance(modern(R"("q")", "tools/list")), lookup(Headers()), server());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(json::parse(refusal->body).at("id").as_string(), "q");
}

TEST(HttpRules, GiveErrorsTheStatusOfTheirEra) {
  EXPECT_EQ(mcp::http_status(Era::modern, 0), 200u);
  EXPECT_EQ(mcp::http_status(Era::modern, -32601), 404u);
  EXPECT_EQ(mcp::http_status(Era::legacy, -32601), 200u);
  for (const int code : {-32700, -32600, -32020, -32021, -32022})
    EXPECT_EQ(mcp::http_status(Era::modern, code), 400u) << code;
  // What a handler says was served.
  for (const int code : {-32602, -32603, -32042})
    EXPECT_EQ(mcp::http_status(Era::modern, code), 200u) << code;
}

}  // namespace
}  // namespace mcpssh::testing
