// Streamable HTTP of 2026-07-28: stateless, one POST a request, headers that mirror the body.
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

TEST(HttpModern, DiscoverAndCallNeedNoSessionAndGetNone) {
  HttpFixture server;
  auto client = server.client();
  const auto found = client.ask(modern_post("server/discover"));
  EXPECT_EQ(found.status, 200U) << found.body;
  EXPECT_EQ(found.field("mcp-session-id"), "");
  EXPECT_EQ(found.parsed().at("result").at("supportedVersions").at(0).as_string(), "2026-07-28");
  const auto called =
      client.ask(modern_post("tools/call", R"(,"name":"echo","arguments":{"text":"hi"})", "echo",
                             "Mcp-Session-Id: none-of-ours\r\nLast-Event-ID: 1-1\r\n"));
  EXPECT_EQ(called.status, 200U);
  EXPECT_EQ(text_of(called.parsed()), "hi");
}

TEST(HttpModern, StatusesOfErrors) {
  HttpFixture server;
  auto client = server.client();
  const auto outcome = [&](const std::string& request) {
    const auto answer = client.ask(request);
    return std::pair(answer.status, code_of(answer.parsed()));
  };
  using Outcome = std::pair<unsigned, std::int64_t>;
  for (const auto* removed : {"ping", "initialize", "logging/setLevel", "no/such"})
    EXPECT_EQ(outcome(modern_post(removed)), Outcome(404, -32601)) << removed;
  EXPECT_EQ(outcome(modern_post("tools/call", R"(,"name":"nope")", "nope")), Outcome(200, -32602));
  EXPECT_EQ(outcome(post(modern("1", "server/discover"))), Outcome(400, -32020)) << "headers missing";
  EXPECT_EQ(outcome(post(modern("1", "server/discover"),
                         "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n")),
            Outcome(400, -32020));
  EXPECT_EQ(outcome(modern_post("tools/call", R"(,"name":"echo","arguments":{"text":"x"})", "other")),
            Outcome(400, -32020));
  EXPECT_EQ(outcome(modern_post("server/discover", "", "", "Mcp-Method: server/discover\r\n")),
            Outcome(400, -32020))
      << "two equal headers: a proxy might read the other one";
  EXPECT_EQ(outcome(post(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})",
                         "MCP-Protocol-Version: 2026-07-28\r\n")),
            Outcome(400, -32602))
      << "a modern header and no envelope";
  EXPECT_EQ(outcome(post(initialize_body(), "MCP-Protocol-Version: 2026-07-28\r\n")), Outcome(400, -32020));
}

TEST(HttpModern, ANotificationIsAccepted) {
  HttpFixture server;
  auto client = server.client();
  const auto body =
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})";
  const auto answer =
      client.ask(post(body, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: notifications/cancelled\r\n"));
  EXPECT_EQ(answer.status, 202U) << answer.body;
  EXPECT_EQ(answer.body, "");
}

TEST(HttpModern, ThereIsNothingToGetOrDelete) {
  HttpFixture server;
  auto client = server.client();
  for (const auto* method : {"GET", "DELETE"}) {
    const auto answer = client.ask(http_request(method, "/mcp", "MCP-Protocol-Version: 2026-07-28\r\n"));
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.field("allow"), "POST");
  }
}

TEST(HttpModern, AStreamHasNoEventIds) {
  HttpFixture server;
  auto client = server.client();
  auto body = modern("1", "tools/call", R"(,"name":"count","arguments":{"steps":1})");
  body.replace(body.find(R"("_meta":{)"), 9, R"("_meta":{"progressToken":1,)");
  client.send(
      post(body, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: count\r\n"));
  EXPECT_EQ(client.hear_head().field("content-type"), "text/event-stream");
  EXPECT_EQ(json::parse(client.hear_event()).at("method").as_string(), "notifications/progress");
  EXPECT_EQ(text_of(json::parse(client.hear_event())), "counted");
  EXPECT_EQ(client.last_id, "");
  EXPECT_EQ(client.hear_chunk(), "");
}

TEST(HttpModern, AClientThatGoesAwayCancelsItsCall) {
  HttpFixture server;
  auto client = server.client();
  client.send(modern_post("tools/call", R"(,"name":"hang")", "hang"));
  const auto count = [&](int Seen::* what) { return server.inside([&] { return server.seen.*what; }); };
  auto other = server.client();
  while (count(&Seen::started) == 0) other.ask(modern_post("server/discover"));
  client.close();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (count(&Seen::unwound) == 0 && std::chrono::steady_clock::now() < deadline)
    other.ask(modern_post("server/discover"));
  EXPECT_EQ(count(&Seen::unwound), 1);
}

TEST(HttpModern, ASubscriptionIsAcknowledgedAtOnceAndEndsWithTheServer) {
  HttpFixture server;
  auto client = server.client();
  client.send(modern_post("subscriptions/listen", R"(,"notifications":{"toolsListChanged":true})"));
  EXPECT_EQ(client.hear_head().field("content-type"), "text/event-stream");
  EXPECT_EQ(json::parse(client.hear_event()).at("method").as_string(),
            "notifications/subscriptions/acknowledged");
  std::thread stopping([&server] { server.stop(); });
  EXPECT_EQ(json::parse(client.hear_event()).at("result").at("resultType").as_string(), "complete");
  EXPECT_EQ(client.hear_chunk(), "");
  client.close();
  stopping.join();
}

}  // namespace
}  // namespace mcpssh::testing
