// HTTP+SSE of 2024-11-05.
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

std::string post_to(std::string_view uri, std::string_view body, std::string_view token = "token-of-alice") {
  return http_request("POST", uri, "Content-Type: application/json\r\n", body, token);
}

struct Stream {
  explicit Stream(HttpFixture& server) : client(server.port) {
    client.send(http_request("GET", "/sse", "Accept: text/event-stream\r\n"));
    EXPECT_EQ(client.hear_head().field("content-type"), "text/event-stream");
    uri = client.hear_event();
    EXPECT_TRUE(uri.starts_with("/messages?sessionId=")) << uri;
  }
  RawHttp client;
  std::string uri;
};

TEST(HttpSse, EverythingIsAnsweredOnTheStream) {
  HttpFixture server;
  Stream stream(server);
  auto poster = server.client();
  EXPECT_EQ(poster.ask(post_to(stream.uri, initialize_body("2024-11-05"))).status, 202U);
  EXPECT_EQ(json::parse(stream.client.hear_event()).at("result").at("protocolVersion").as_string(),
            "2024-11-05");
  EXPECT_EQ(poster.ask(post_to(stream.uri, call("2", "echo", R"({"text":"old"})"))).status, 202U);
  EXPECT_EQ(text_of(json::parse(stream.client.hear_event())), "old");
}

TEST(HttpSse, OnlyThePrincipalOfTheStreamMayPost) {
  HttpFixture server;
  Stream stream(server);
  auto poster = server.client();
  EXPECT_EQ(poster.ask(post_to(stream.uri, initialize_body(), "token-of-bob")).status, 404U);
  EXPECT_EQ(poster.ask(post_to(stream.uri, initialize_body(), "no-token")).status, 401U);
  EXPECT_EQ(poster.ask(post_to("/messages?sessionId=unknown", initialize_body())).status, 404U);
  EXPECT_EQ(poster.ask(post_to("/messages", initialize_body())).status, 404U);
  EXPECT_EQ(poster.ask(post_to(stream.uri, "{")).status, 400U);
  EXPECT_EQ(poster.ask(http_request("GET", stream.uri, "")).status, 405U);
}

TEST(HttpSse, ASessionOfOneTransportIsNoneOfTheOther) {
  HttpFixture server;
  Stream stream(server);
  auto client = server.client();
  const auto id = stream.uri.substr(stream.uri.find('=') + 1);
  const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(client.ask(post(ping, "Mcp-Session-Id: " + id + "\r\n")).status, 404U);
  const auto session = open_session(client);
  const auto streamable = session.substr(16, 32);
  EXPECT_EQ(client.ask(post_to("/messages?sessionId=" + streamable, ping)).status, 404U);
}

TEST(HttpSse, TheSessionEndsWithItsStream) {
  HttpFixture server;
  auto poster = server.client();
  std::string uri;
  {
    Stream stream(server);
    uri = stream.uri;
    poster.ask(post_to(uri, initialize_body()));
    poster.ask(post_to(uri, call("1", "hang")));
    stream.client.close();
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (poster.ask(post_to(uri, initialize_body())).status != 404 &&
         std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ(poster.ask(post_to(uri, initialize_body())).status, 404U);
}

TEST(HttpSse, ManyLargeAnswersReachAReaderThatIsMerelySlow) {
  HttpFixture server;
  Stream stream(server);
  auto poster = server.client();
  const std::string text(300'000, 'y');
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(poster.ask(post_to(stream.uri, call(std::to_string(i), "echo", R"({"text":")" + text + "\"}")))
                  .status,
              202U);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(text_of(json::parse(stream.client.hear_event())).size(), text.size());
}

}  // namespace
}  // namespace mcpssh::testing
