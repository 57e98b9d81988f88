// Streamable HTTP of the legacy era (2025-03-26 ... 2025-11-25), byte by byte.
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

TEST(HttpLegacy, InitializeOpensASessionAndItsRequestsAreAnsweredAsJson) {
  HttpFixture server;
  auto client = server.client();
  const auto answer = client.ask(post(initialize_body()));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(answer.parsed().at("result").at("protocolVersion").as_string(), "2025-11-25");
  const auto id = answer.field("mcp-session-id");
  EXPECT_EQ(id.size(), 32U);
  const auto session = "Mcp-Session-Id: " + id + "\r\n";
  EXPECT_EQ(client.ask(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", session)).status,
            202U);
  const auto echoed = client.ask(post(call("7", "echo", R"({"text":"hello"})"), session));
  EXPECT_EQ(echoed.status, 200U);
  EXPECT_EQ(text_of(echoed.parsed()), "hello");
  EXPECT_EQ(echoed.parsed().at("id").as_int64(), 7);
}

TEST(HttpLegacy, EachVersionIsAgreedOnAndTheVersionHeaderMayBeMissing) {
  HttpFixture server;
  for (const std::string version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    auto client = server.client();
    const auto session = open_session(client, version);
    const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    EXPECT_EQ(client.ask(post(ping, session)).status, 200U) << version;
    EXPECT_EQ(client.ask(post(ping, session + "MCP-Protocol-Version: " + version + "\r\n")).status, 200U);
    EXPECT_EQ(client.ask(post(ping, session + "MCP-Protocol-Version: 1999-01-01\r\n")).status, 400U);
  }
}

TEST(HttpLegacy, EveryRowOfTheStatusTable) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client);
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  const std::string json_body = "Content-Type: application/json\r\n";
  const auto status = [&](const std::string& request) { return client.ask(request).status; };
  EXPECT_EQ(status(http_request("POST", "/mcp", json_body + "Accept: application/json\r\n" + session, ping)),
            406U);
  EXPECT_EQ(status(http_request("POST", "/mcp", json_body + "Accept: text/event-stream\r\n" + session, ping)),
            406U);
  EXPECT_EQ(status(http_request("POST", "/mcp", json_body + "Accept: */*\r\n" + session, ping)), 200U);
  EXPECT_EQ(status(http_request("POST", "/mcp", json_body + session, ping)), 200U);
  EXPECT_EQ(
      status(http_request("POST", "/mcp", "Accept: */*\r\nContent-Type: text/plain\r\n" + session, ping)),
      415U);
  EXPECT_EQ(status(post(ping)), 400U) << "no session";
  EXPECT_EQ(status(post(ping, "Mcp-Session-Id: 00000000000000000000000000000000\r\n")), 404U);
  EXPECT_EQ(status(post(R"({"jsonrpc":"2.0","id":9,"result":{}})", session)), 202U);
  EXPECT_EQ(status(http_request("GET", "/mcp", "Accept: application/json\r\n" + session)), 406U);
  EXPECT_EQ(status(http_request("GET", "/mcp", "Accept: text/event-stream\r\n")), 400U);
  EXPECT_EQ(status(http_request("PUT", "/mcp", session)), 405U);
  EXPECT_EQ(client.ask(http_request("PATCH", "/mcp", session)).field("allow"), "GET, POST, DELETE");
  EXPECT_EQ(status(http_request("GET", "/nothing", "")), 404U);
  EXPECT_EQ(status(http_request("DELETE", "/mcp", "")), 400U);
  EXPECT_EQ(status(http_request("DELETE", "/mcp", session)), 204U);
  EXPECT_EQ(status(post(ping, session)), 404U) << "after DELETE";
}

TEST(HttpLegacy, WhatIsNoMessageIs400WithTheRightCode) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client);
  const auto refused = [&](const std::string& body) {
    const auto answer = client.ask(post(body, session));
    EXPECT_EQ(answer.status, 400U) << body;
    return code_of(answer.parsed());
  };
  EXPECT_EQ(refused("{"), -32700);
  EXPECT_EQ(refused("\xff"), -32700);
  EXPECT_EQ(refused(std::string(100, '[')), -32700);
  EXPECT_EQ(refused(R"({"jsonrpc":"1.0","id":1,"method":"ping"})"), -32600);
  EXPECT_EQ(refused(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])"), -32600) << "no batches in 2025-11-25";
}

TEST(HttpLegacy, BatchesOf2025_03_26AreAnsweredTogether) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client, "2025-03-26");
  const auto answer = client.ask(post(
      R"([{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","id":"b","method":"ping"}])", session));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.parsed().as_array().size(), 2U);
  EXPECT_EQ(client.ask(post(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])", session)).status,
            202U);
}

TEST(HttpLegacy, AnotherPrincipalDoesNotFindTheSession) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client);
  const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(client.ask(post(ping, session, "token-of-bob")).status, 404U);
  EXPECT_EQ(client.ask(http_request("DELETE", "/mcp", session, "", "token-of-bob")).status, 404U);
  EXPECT_EQ(client.ask(http_request("GET", "/mcp", session, "", "token-of-bob")).status, 404U);
  EXPECT_EQ(client.ask(post(ping, session)).status, 200U);
}

TEST(HttpLegacy, ProgressMakesTheAnswerAStreamThatEndsWithTheResponse) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client);
  client.send(post(call("3", "count", R"({"steps":2})", R"({"progressToken":"p"})"), session));
  const auto head = client.hear_head();
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.field("content-type"), "text/event-stream");
  EXPECT_EQ(head.field("x-accel-buffering"), "no");
  EXPECT_EQ(head.field("cache-control"), "no-cache, no-transform");
  EXPECT_EQ(client.hear_event(), "") << "the priming event";
  EXPECT_FALSE(client.last_id.empty());
  EXPECT_EQ(json::parse(client.hear_event()).at("method").as_string(), "notifications/progress");
  EXPECT_EQ(json::parse(client.hear_event()).at("params").at("progress").to_number<double>(), 2.0);
  EXPECT_EQ(text_of(json::parse(client.hear_event())), "counted");
  EXPECT_EQ(client.hear_chunk(), "");
  EXPECT_EQ(client.ask(post(R"({"jsonrpc":"2.0","id":4,"method":"ping"})", session)).status, 200U)
      << "the connection goes on";
}

TEST(HttpLegacy, ARequestThatTakesLongBecomesAStreamWithItsFirstBytesAtOnce) {
  transport::HttpOptions options;
  options.limits.answer_plainly = std::chrono::milliseconds(50);
  options.limits.keep_alive = std::chrono::milliseconds(50);
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto session = open_session(client, "2025-06-18");
  client.send(post(call("3", "hang"), session));
  EXPECT_EQ(client.hear_head().field("content-type"), "text/event-stream");
  EXPECT_EQ(client.hear_chunk(), ": ok\n\n");
  EXPECT_EQ(client.hear_chunk(), ": ok\n\n") << "the comment that keeps proxies from closing";
  auto other = server.client();
  EXPECT_EQ(other
                .ask(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})",
                          session))
                .status,
            202U);
  EXPECT_EQ(client.hear_event(), "") << "a cancelled request is not answered, and its stream ends";
}

TEST(HttpLegacy, AQuestionGoesOutOnTheStreamOfTheCallThatAsks) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client, "2025-06-18", R"({"elicitation":{}})");
  client.send(post(call("5", "ask"), session));
  EXPECT_EQ(client.hear_head().status, 200U);
  const auto question = json::parse(client.hear_event());
  EXPECT_EQ(question.at("method").as_string(), "elicitation/create");
  auto other = server.client();
  const auto answer = R"({"jsonrpc":"2.0","id":)" + serialize(question.at("id")) +
                      R"(,"result":{"action":"accept","content":{"approve":true}}})";
  EXPECT_EQ(other.ask(post(answer, session)).status, 202U);
  EXPECT_EQ(text_of(json::parse(client.hear_event())), "did it");
}

TEST(HttpLegacy, AnIdInUseIsRefusedAndTheFirstRequestGoesOn) {
  HttpFixture server;
  auto first = server.client();
  const auto session = open_session(first, "2025-06-18", R"({"elicitation":{}})");
  first.send(post(call("5", "ask"), session));
  first.hear_head();
  const auto question = json::parse(first.hear_event());
  auto second = server.client();
  EXPECT_EQ(second.ask(post(call("5", "echo", R"({"text":"x"})"), session)).status, 400U);
  EXPECT_EQ(second
                .ask(post(R"({"jsonrpc":"2.0","id":)" + serialize(question.at("id")) +
                              R"(,"result":{"action":"decline"}})",
                          session))
                .status,
            202U);
  EXPECT_EQ(text_of(json::parse(first.hear_event())), "did not do it");
}

TEST(HttpLegacy, OneGetListensAtATime) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client);
  const auto get = http_request("GET", "/mcp", "Accept: text/event-stream\r\n" + session);
  auto listener = server.client();
  listener.send(get);
  EXPECT_EQ(listener.hear_head().status, 200U);
  EXPECT_FALSE(listener.hear_chunk().empty()) << "its first bytes come at once";
  EXPECT_EQ(client.ask(get).status, 409U);
  EXPECT_EQ(client.ask(http_request("DELETE", "/mcp", session)).status, 204U);
  EXPECT_EQ(listener.hear_chunk(), "") << "the stream ends with its session";
}

TEST(HttpLegacy, ALostStreamIsReadOnFromItsLastEvent) {
  HttpFixture server;
  auto client = server.client();
  const auto session = open_session(client, "2025-11-25", R"({"elicitation":{}})");
  auto lost = server.client();
  lost.send(post(call("5", "ask"), session));
  lost.hear_head();
  EXPECT_EQ(lost.hear_event(), "");
  const auto place = lost.last_id;
  const auto question = json::parse(lost.hear_event());
  lost.close();
  const auto answer = R"({"jsonrpc":"2.0","id":)" + serialize(question.at("id")) +
                      R"(,"result":{"action":"accept","content":{"approve":true}}})";
  EXPECT_EQ(client.ask(post(answer, session)).status, 202U) << "to go away is not to cancel";
  auto back = server.client();
  back.send(
      http_request("GET", "/mcp", "Accept: text/event-stream\r\nLast-Event-ID: " + place + "\r\n" + session));
  EXPECT_EQ(back.hear_head().status, 200U);
  EXPECT_EQ(back.hear_event(), "");
  EXPECT_EQ(json::parse(back.hear_event()), question) << "what came after the last event comes again";
  EXPECT_EQ(text_of(json::parse(back.hear_event())), "did it");
  EXPECT_EQ(back.hear_chunk(), "");
  const auto unknown = "Accept: text/event-stream\r\nLast-Event-ID: 77-1\r\n" + session;
  EXPECT_EQ(client.ask(http_request("GET", "/mcp", unknown)).status, 400U);
}

TEST(HttpLegacy, AnIdleSessionExpiresAndAUsedOneDoesNot) {
  transport::HttpOptions options;
  options.limits.session_idle = std::chrono::milliseconds(100);
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto listening = open_session(client);
  auto listener = server.client();
  listener.send(http_request("GET", "/mcp", "Accept: text/event-stream\r\n" + listening));
  listener.hear_head();
  const auto idle = open_session(client);
  const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  serve_others(server, std::chrono::milliseconds(400));
  EXPECT_EQ(client.ask(post(ping, idle)).status, 404U);
  EXPECT_EQ(client.ask(post(ping, listening)).status, 200U);
}

TEST(HttpLegacy, WhenSessionsRunOutTheLongestSilentMakesWay) {
  transport::HttpOptions options;
  options.limits.sessions_per_principal = 2;
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto first = open_session(client);
  const auto second = open_session(client);
  const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(client.ask(post(ping, first)).status, 200U);
  const auto third = open_session(client);
  EXPECT_EQ(client.ask(post(ping, second)).status, 404U);
  EXPECT_EQ(client.ask(post(ping, first)).status, 200U);
  EXPECT_EQ(client.ask(post(initialize_body(), "", "token-of-bob")).status, 200U)
      << "another one's are not counted";
}

}  // namespace
}  // namespace mcpssh::testing
