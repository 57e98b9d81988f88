// What is told of each request over HTTP, and the listener of the person who runs the server.
#include <unistd.h>

#include <filesystem>
#include <mutex>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "http_fixture.hpp"
#include "transport/http/route_server.hpp"
#include "transport/local/local_socket.hpp"

namespace mcpssh::testing {
namespace {

using transport::HttpExchange;

/// What a server told; read when it has ended, or by waiting for a number of them.
class Told {
 public:
  transport::OnExchange listener() {
    return [this](const HttpExchange& exchange) {
      const std::lock_guard lock(mutex_);
      all_.push_back(exchange);
    };
  }
  std::vector<HttpExchange> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<HttpExchange> all_;
};

class Exchanges : public ::testing::Test {
 protected:
  HttpFixture& server(transport::HttpOptions options = {}) {
    options.on_exchange = told_.listener();
    return server_.emplace(std::move(options));
  }
  /// Of the one request there was.
  HttpExchange only() {
    server_->stop();
    const auto all = told_.all();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? HttpExchange() : all.front();
  }

  Told told_;
  std::optional<HttpFixture> server_;
};

TEST_F(Exchanges, AToolCallIsToldWithWhoAskedAndHowItWent) {
  auto client = server().client();
  const auto answer = client.ask(modern_post("tools/call", R"(,"name":"echo","arguments":{"text":"hi"})",
                                             "echo", "User-Agent: tester/1\r\n"));
  EXPECT_EQ(answer.status, 200U);
  client.close();
  const auto told = only();
  EXPECT_EQ(told.method, "POST");
  EXPECT_EQ(told.path, "/mcp");
  EXPECT_EQ(told.status, 200U);
  EXPECT_GT(told.bytes, answer.body.size());
  EXPECT_EQ(told.principal, "alice");
  EXPECT_EQ(told.address, "127.0.0.1");
  EXPECT_EQ(told.mcp_method, "tools/call");
  EXPECT_EQ(told.tool, "echo");
  EXPECT_EQ(told.user_agent, "tester/1");
  EXPECT_EQ(told.denied, "");
}

TEST_F(Exchanges, EachOfSeveralRequestsOnAConnectionIsToldOnce) {
  auto client = server().client();
  const auto session = open_session(client);
  client.ask(post(R"({"jsonrpc":"2.0","id":2,"method":"ping"})", session));
  client.ask(http_request("DELETE", "/mcp", session));
  client.close();
  server_->stop();
  const auto all = told_.all();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].mcp_method, "initialize");
  EXPECT_EQ(all[1].mcp_method, "ping");
  EXPECT_EQ(all[2].method, "DELETE");
  EXPECT_EQ(all[2].status, 204U);
  for (const auto& told : all) EXPECT_THAT(session, ::testing::HasSubstr(told.session));
  EXPECT_FALSE(all[0].session.empty());
}

TEST_F(Exchanges, WhoIsNotLetInIsToldWithTheReasonAndWithoutTheToken) {
  transport::HttpOptions options;
  options.limits.bad_tokens = 1;
  auto client = server(std::move(options)).client();
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  client.ask("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.ask(http_request("GET", "/mcp?token=secret-token", ""));
  client.ask("GET /mcp HTTP/1.1\r\nHost: evil.test\r\n\r\n");
  client.ask(post(ping, "", "secret-token"));
  client.ask(post(ping, "", "another-secret-token"));
  client.close();
  server_->stop();
  std::vector<std::string> reasons;
  for (const auto& told : told_.all()) {
    reasons.emplace_back(told.denied);
    EXPECT_EQ(told.principal, "");
    EXPECT_EQ(told.path, "/mcp") << "without its query";
  }
  EXPECT_THAT(reasons, ::testing::ElementsAre("no_token", "request", "host", "wrong_token", "blocked"));
}

TEST_F(Exchanges, WhatIsNoRequestIsToldWithItsStatusAndAClientThatOnlyConnectsIsNot) {
  server().client().close();
  auto client = server_->client();
  EXPECT_EQ(client.ask("NONSENSE\r\n\r\n").status, 400U);
  const auto told = only();
  EXPECT_EQ(told.status, 400U);
  EXPECT_EQ(told.path, "");
}

TEST_F(Exchanges, BehindATrustedProxyTheClientsAddressIsTold) {
  transport::HttpOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  auto client = server(std::move(options)).client();
  client.ask(modern_post("server/discover", "", "", "X-Forwarded-For: 192.0.2.9\r\n"));
  client.close();
  EXPECT_EQ(only().address, "192.0.2.9");
}

TEST_F(Exchanges, AStreamIsToldWhenItEndsAlsoWhenTheClientWent) {
  auto client = server().client();
  const auto session = open_session(client);
  client.send(http_request("GET", "/mcp", session + "Accept: text/event-stream\r\n"));
  EXPECT_EQ(client.hear_head().status, 200U);
  client.close();
  server_->stop();
  const auto all = told_.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].method, "GET");
  EXPECT_EQ(all[1].status, 200U);
  EXPECT_GT(all[1].bytes, 0U);
}

TEST_F(Exchanges, ADrainingServerAnswersWhatRunsAndTellsIt) {
  transport::HttpOptions options;
  auto client = server(std::move(options)).client();
  const auto request = modern_post("server/discover");
  // The head is in, the body not yet.
  client.send(request.substr(0, request.size() - 5));
  auto other = server_->client();
  other.ask(modern_post("server/discover"));
  server_->drain();
  client.send(request.substr(request.size() - 5));
  const auto answer = client.hear();
  EXPECT_THAT(answer.status, ::testing::AnyOf(200U, 503U));
  EXPECT_TRUE(client.closed());
  server_->stop();
  const auto all = told_.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].status, answer.status);
}

/// The admin listener on a thread of its own.
class Routes {
 public:
  explicit Routes(base::UniqueFd listening) {
    transport::RouteOptions options;
    transport::HttpRoute route;
    route.prefix = "/livez";
    route.open = true;
    route.handle = [](const transport::HttpRequest& request) { return say(request.accept.value_or("none")); };
    options.routes.push_back(std::move(route));
    if (const auto place = transport::place_of(listening.get())) port = place->port;
    server_.emplace(io_.get_executor(), std::move(listening), std::move(options), base::Log::silent());
    asio::co_spawn(io_, server_->run(),
                   asio::bind_cancellation_slot(stop_.slot(), [](const std::exception_ptr&) {}));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Routes() {
    asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
    thread_.join();
  }
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  std::uint16_t port = 0;

 private:
  static base::Task<transport::HttpReply> say(std::string text) {
    transport::HttpReply reply;
    reply.body = std::move(text);
    co_return reply;
  }

  asio::io_context io_{1};
  std::optional<transport::RouteServer> server_;
  asio::cancellation_signal stop_;
  std::thread thread_;
};

std::string get(std::string_view path, std::string_view fields = "Host: localhost\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(fields) + "\r\n";
}

TEST(RouteServer, AnswersItsRoutesAndNothingElse) {
  const Routes routes(transport::listen_tcp("127.0.0.1", 0));
  RawHttp client(routes.port);
  EXPECT_EQ(client.ask(get("/livez")).body, "none");
  EXPECT_EQ(client.ask(get("/livez?x=1", "Host: 127.0.0.1:9\r\nAccept: a/b\r\n")).body, "a/b");
  EXPECT_EQ(client.ask(get("/mcp")).status, 404U);
  EXPECT_EQ(client.ask(get("/livezz")).status, 404U);
  EXPECT_EQ(client.ask("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status, 405U);
}

TEST(RouteServer, AWebPageCannotReadItThroughANameOfItsOwn) {
  const Routes routes(transport::listen_tcp("127.0.0.1", 0));
  RawHttp client(routes.port);
  EXPECT_EQ(client.ask(get("/livez", "Host: evil.test\r\n")).status, 403U);
  EXPECT_EQ(client.ask(get("/livez", "Host: localhost\r\nOrigin: http://evil.test\r\n")).status, 403U);
}

TEST(RouteServer, ServesAUnixSocketUnderAnyHost) {
  const auto path = std::filesystem::temp_directory_path() / ("mcp-ssh-admin-" + base::random_hex(6));
  transport::LocalOptions local;
  local.path = path;
  {
    const Routes routes(transport::listen_local(local));
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto socket = transport::connect_local(path);
    const auto request = get("/livez", "Host: whatever\r\nConnection: close\r\n");
    ASSERT_GT(::write(socket.get(), request.data(), request.size()), 0);
    std::string answer;
    char piece[1024];
    for (auto count = ::read(socket.get(), piece, sizeof piece); count > 0;
         count = ::read(socket.get(), piece, sizeof piece))
      answer.append(piece, static_cast<std::size_t>(count));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  }
  std::filesystem::remove(path);
}

TEST(RouteServer, ListensOnlyWhereItCan) {
  const auto taken = transport::listen_tcp("127.0.0.1", 0);
  const auto place = transport::place_of(taken.get());
  ASSERT_TRUE(place);
  EXPECT_EQ(place->address, "127.0.0.1");
  EXPECT_THROW(transport::listen_tcp("127.0.0.1", place->port), base::Error);
  EXPECT_THROW(transport::listen_tcp("localhost", 0), base::Error);
}

}  // namespace
}  // namespace mcpssh::testing
