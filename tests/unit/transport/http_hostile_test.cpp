// Clients that send nonsense, too much, too slowly, or do not read.
#include <list>

#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

using std::chrono::milliseconds;

const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
const std::string start =
    "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token-of-alice\r\n" +
    std::string(both_types);

void expect_refused(HttpFixture& server, const std::string& request, unsigned status) {
  auto client = server.client();
  const auto answer = client.ask(request);
  EXPECT_EQ(answer.status, status) << request.substr(0, 200);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.closed()) << request.substr(0, 200);
}

TEST(HttpHostile, RequestsWhoseLengthIsInDoubtAreRefusedAndTheConnectionClosed) {
  HttpFixture server;
  const std::string body = "5\r\nhello\r\n0\r\n\r\n";
  expect_refused(server, start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 400);
  expect_refused(server, start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + body, 400);
  expect_refused(server, start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400);
  expect_refused(server, start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400);
  expect_refused(server, start + "Content-Length: -1\r\n\r\n", 400);
  expect_refused(server, start + "Content-Length: 5x\r\n\r\nhello", 400);
  expect_refused(server, start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
                 400);
  expect_refused(server, start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n", 400);
  expect_refused(server, start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n", 400);
  expect_refused(server, start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400);
  const std::string endless(200'000, 'a');
  expect_refused(server, start + "Transfer-Encoding: chunked\r\n\r\n5;" + endless, 400);
}

TEST(HttpHostile, WhatIsNoHttpIsRefused) {
  HttpFixture server;
  expect_refused(server, "\x16\x03\x01\x02\x01 this is TLS\r\n\r\n", 400);
  expect_refused(server, "GET /mcp\r\n\r\n", 400);
  expect_refused(server, "GET /mcp HTTP/2.0\r\nHost: localhost\r\n\r\n", 505);
  expect_refused(server, "GET /mcp HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n", 400);
  expect_refused(server, "GET /mcp HTTP/1.1\r\nHost : localhost\r\n\r\n", 400);
}

TEST(HttpHostile, ALargeHeaderIs431AndALargeBody413BeforeItIsSent) {
  HttpFixture server;
  expect_refused(server, start + "X: " + std::string(40'000, 'a') + "\r\n\r\n", 431);
  expect_refused(server, start + "Content-Length: 5000000\r\n\r\n", 413);
}

TEST(HttpHostile, ALargeChunkedBodyIs413) {
  transport::HttpOptions options;
  options.limits.body_bytes = 1000;
  HttpFixture server(std::move(options));
  std::string chunks;
  for (int i = 0; i < 3; ++i) chunks += "1f4\r\n" + std::string(500, ' ') + "\r\n";
  expect_refused(server, start + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 413);
}

TEST(HttpHostile, AChunkedBodyInSmallPiecesIsRead) {
  HttpFixture server;
  auto client = server.client();
  auto request = modern_post("server/discover");
  const auto length = request.find("Content-Length");
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  request.erase(length);
  client.send(request + "Transfer-Encoding: chunked\r\n\r\n");
  for (const char c : body) client.send("1\r\n" + std::string(1, c) + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.hear().status, 200U);
}

TEST(HttpHostile, ABodyOfAStrangerIsNotWaitedFor) {
  HttpFixture server;
  auto client = server.client();
  const auto answer = client.ask(
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 401U);
  EXPECT_TRUE(client.closed());
}

TEST(HttpHostile, ExpectContinueIsAnsweredToWhoIsLetIn) {
  HttpFixture server;
  auto client = server.client();
  auto request = modern_post("server/discover", "", "", "Expect: 100-continue\r\n");
  const auto split = request.find("\r\n\r\n") + 4;
  client.send(request.substr(0, split));
  EXPECT_EQ(client.hear_head().status, 100U);
  client.send(request.substr(split));
  EXPECT_EQ(client.hear().status, 200U);
}

TEST(HttpHostile, SlowHeadsSlowBodiesAndSilenceAreCut) {
  transport::HttpOptions options;
  options.limits.header_time = options.limits.body_time = options.limits.idle_time = milliseconds(150);
  HttpFixture server(std::move(options));
  std::list<RawHttp> slow;
  for (int i = 0; i < 50; ++i) slow.emplace_back(server.port).send("POST /mcp HTTP/1.1\r\nHost: loc");
  auto body = server.client();
  body.send(start + "Content-Length: 100\r\n\r\n{");
  auto silent = server.client();
  auto used = server.client();
  EXPECT_EQ(used.ask(modern_post("server/discover")).status, 200U) << "beside them others are served";
  for (auto& client : slow) EXPECT_TRUE(client.closed());
  EXPECT_TRUE(body.closed());
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(used.closed());
}

TEST(HttpHostile, OneWhoTricklesTheHeadDoesNotGainTimeByIt) {
  transport::HttpOptions options;
  options.limits.header_time = milliseconds(200);
  HttpFixture server(std::move(options));
  auto client = server.client();
  bool open = client.send("POST /mcp HTTP/1.1\r\nX: ");
  serve_others(server, std::chrono::seconds(5), [&] { return open = client.send("x"); });
  EXPECT_FALSE(open);
}

TEST(HttpHostile, AReaderThatStopsIsCutWithLittleKept) {
  transport::HttpOptions options;
  options.limits.write_time = milliseconds(300);
  HttpFixture server(std::move(options));
  RawHttp stuck(server.port, 4096);
  const std::string text(3'000'000, 'x');
  stuck.send(modern_post("tools/call", R"(,"name":"echo","arguments":{"text":")" + text + "\"}", "echo"));
  // The server gives up on it: reading now finds the beginning, and then the end, of an answer that is not
  // whole.
  serve_others(server, milliseconds(1500));
  const auto answer = stuck.hear();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_LT(answer.body.size(), text.size());
}

TEST(HttpHostile, MoreConnectionsThanThereMayBeAreClosed) {
  transport::HttpOptions options;
  options.limits.connections = 2;
  HttpFixture server(std::move(options));
  auto first = server.client();
  auto second = server.client();
  EXPECT_EQ(first.ask(modern_post("server/discover")).status, 200U);
  EXPECT_EQ(second.ask(modern_post("server/discover")).status, 200U);
  auto third = server.client();
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(first.ask(modern_post("server/discover")).status, 200U);
}

TEST(HttpHostile, PipelinedRequestsAreAnsweredInOrder) {
  HttpFixture server;
  auto client = server.client();
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const auto text = std::to_string(i);
    all += modern_post("tools/call", R"(,"name":"echo","arguments":{"text":")" + text + "\"}", "echo");
  }
  std::thread sending([&] { client.send(all); });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(text_of(client.hear().parsed()), std::to_string(i));
  sending.join();
}

TEST(HttpHostile, OldHttpGetsAStreamWithoutChunks) {
  HttpFixture server;
  auto client = server.client();
  client.send("GET /sse HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer token-of-alice\r\n\r\n");
  const auto head = client.hear_head();
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.field("transfer-encoding"), "");
  EXPECT_EQ(head.field("connection"), "close");
}

TEST(HttpHostile, AnAbsoluteTargetHasToNameTheSameHost) {
  transport::HttpOptions options;
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto status = [&](std::string_view target) {
    return client.ask(http_request("PUT", target, "")).status;
  };
  EXPECT_EQ(status("http://localhost/mcp"), 405U) << "found";
  EXPECT_EQ(status("http://evil.test/mcp"), 400U);
  EXPECT_EQ(status("*"), 400U);
  EXPECT_EQ(status("mcp"), 400U);
}

TEST(HttpHostile, ARequestWhoseBodyComesWhileDrainingIsRefused) {
  HttpFixture server;
  const auto request = modern_post("tools/call", R"(,"name":"hang")", "hang", "Expect: 100-continue\r\n");
  const auto split = request.find("\r\n\r\n") + 4;
  auto client = server.client();
  client.send(request.substr(0, split));
  EXPECT_EQ(client.hear_head().status, 100U);
  server.drain();
  const auto answer = client.ask(request.substr(split));
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.field("retry-after"), "5");
  EXPECT_TRUE(client.closed());
}

TEST(HttpHostile, DrainingEndsSilentConnectionsAndRefusesNewSessions) {
  HttpFixture server;
  auto silent = server.client();
  EXPECT_EQ(silent.ask(modern_post("server/discover")).status, 200U);
  auto busy = server.client();
  const auto session = open_session(busy, "2025-06-18", R"({"elicitation":{}})");
  busy.send(post(call("5", "ask"), session));
  EXPECT_EQ(busy.hear_head().status, 200U);
  const auto question = json::parse(busy.hear_event());
  server.drain();
  EXPECT_TRUE(silent.closed());
  boost::system::error_code refused;
  asio::io_context context;
  asio::ip::tcp::socket late(context);
  late.connect({asio::ip::make_address("127.0.0.1"), server.port}, refused);
  EXPECT_TRUE(refused.failed());
}

}  // namespace
}  // namespace mcpssh::testing
