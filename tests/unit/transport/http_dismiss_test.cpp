// What a principal had open ends when its credentials no longer hold; nobody else's does.
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

constexpr std::string_view ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
constexpr std::string_view listening = "Accept: text/event-stream\r\n";

std::string session_of(RawHttp& client, std::string_view token) {
  const auto opened = client.ask(post(initialize_body(), "", token));
  return "Mcp-Session-Id: " + opened.field("mcp-session-id") + "\r\n";
}

TEST(HttpDismiss, SessionsAndStreamsOfThePrincipalEndAndOthersStay) {
  HttpFixture server;
  auto alice = server.client();
  auto bob = server.client();
  const auto session_of_alice = session_of(alice, "token-of-alice");
  const auto session_of_bob = session_of(bob, "token-of-bob");
  auto stream_of_alice = server.client();
  auto stream_of_bob = server.client();
  auto old_stream_of_alice = server.client();
  stream_of_alice.send(http_request("GET", "/mcp", session_of_alice + std::string(listening)));
  stream_of_bob.send(
      http_request("GET", "/mcp", session_of_bob + std::string(listening), "", "token-of-bob"));
  old_stream_of_alice.send(http_request("GET", "/sse", listening));
  for (auto* stream : {&stream_of_alice, &stream_of_bob, &old_stream_of_alice})
    EXPECT_EQ(stream->hear_head().status, 200U);

  server.dismiss("alice");
  EXPECT_EQ(stream_of_alice.hear_event(), "");
  while (!old_stream_of_alice.hear_event().empty()) {
  }
  auto later = server.client();
  EXPECT_EQ(later.ask(post(ping, session_of_alice)).status, 404U);
  EXPECT_EQ(later.ask(post(ping, session_of_bob, "token-of-bob")).status, 200U);
  EXPECT_EQ(
      later.ask(http_request("GET", "/mcp", session_of_bob + std::string(listening), "", "token-of-bob"))
          .status,
      409U)
      << "the stream of bob is open";
}

TEST(HttpDismiss, ARequestWhoseBodyIsStillToComeIsCut) {
  HttpFixture server;
  auto client = server.client();
  const auto whole = modern_post("tools/list");
  client.send(whole.substr(0, whole.size() - 5));
  auto other = server.client();
  // Answered behind the head of the first one, which was sent before.
  EXPECT_EQ(other.ask(modern_post("server/discover")).status, 200U);
  server.dismiss("alice");
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace mcpssh::testing
