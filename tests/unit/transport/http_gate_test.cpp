// Who gets in: tokens, the brake, Host and Origin, proxies.
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

/// A discover with this Host line and further fields.
std::string with_host(std::string_view host_lines, std::string_view fields = "") {
  const auto body = modern("1", "server/discover");
  return "POST /mcp HTTP/1.1\r\n" + std::string(host_lines) + "Authorization: Bearer token-of-alice\r\n" +
         "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n" + std::string(both_types) +
         std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(HttpGate, HostHasToNameThisServer) {
  transport::HttpOptions options;
  options.allowed_hosts = {"ssh.example.org", "other.example.org:8443"};
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto status = [&](std::string_view host) {
    return client.ask(with_host("Host: " + std::string(host) + "\r\n")).status;
  };
  for (const auto* fine : {"localhost", "localhost:9", "127.0.0.1:1234", "[::1]", "[::1]:80", "LOCALHOST",
                           "ssh.example.org", "SSH.example.org:77", "other.example.org:8443"})
    EXPECT_EQ(status(fine), 200U) << fine;
  for (const auto* bad : {"evil.test",
                          "evil.test:8000",
                          "localhost.evil.test",
                          "127.0.0.2",
                          "0.0.0.0",
                          "other.example.org",
                          "other.example.org:1",
                          "localhost.",
                          "user@localhost",
                          "localhost/x",
                          "localhost:",
                          "localhost:0",
                          "localhost:99999",
                          "::1",
                          "[::1",
                          "[::2]",
                          "",
                          "null",
                          "127.1",
                          "2130706433",
                          "a b",
                          "[::ffff:127.0.0.1]"})
    EXPECT_EQ(status(bad), 403U) << bad;
  EXPECT_EQ(client.ask(with_host("Host: localhost\r\nHost: localhost\r\n")).status, 400U);
  EXPECT_EQ(client.ask(with_host("")).status, 400U);
}

TEST(HttpGate, TheRefusalNamesTheSettingAndTheValueToAdd) {
  HttpFixture server;
  auto client = server.client();
  const auto answer = client.ask(with_host("Host: ssh.example.org:443\r\n"));
  EXPECT_EQ(answer.status, 403U);
  EXPECT_THAT(answer.body, ::testing::HasSubstr("settings.allowed_hosts"));
  EXPECT_THAT(answer.body, ::testing::HasSubstr("MCP_ALLOWED_HOSTS"));
  EXPECT_THAT(answer.body, ::testing::HasSubstr(R"(\"ssh.example.org\")"));
}

TEST(HttpGate, OriginMayBeAbsentOrOneOfOurNames) {
  HttpFixture server;
  auto client = server.client();
  const auto status = [&](std::string_view origin) {
    return client.ask(with_host("Host: localhost\r\n", "Origin: " + std::string(origin) + "\r\n")).status;
  };
  for (const auto* fine :
       {"http://localhost", "http://localhost:5173", "https://127.0.0.1", "http://[::1]:80"})
    EXPECT_EQ(status(fine), 200U) << fine;
  for (const auto* bad : {"null", "http://evil.test", "https://localhost.evil.test", "file://", "localhost",
                          "http://localhost/", "http://a@localhost", "ftp://localhost", "http://evil.test:80",
                          "chrome-extension://abc", ""})
    EXPECT_EQ(status(bad), 403U) << bad;
  EXPECT_EQ(
      client.ask(with_host("Host: localhost\r\n", "Origin: http://localhost\r\nOrigin: http://evil.test\r\n"))
          .status,
      403U);
}

TEST(HttpGate, NoTokenAndAWrongTokenAre401WithAChallenge) {
  HttpFixture server;
  auto client = server.client();
  const auto without = client.ask("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(without.status, 401U);
  EXPECT_EQ(without.field("www-authenticate"), "Bearer realm=\"mcp-ssh\"");
  const auto wrong = client.ask(post(ping, "", "not-it"));
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(wrong.field("www-authenticate"), "Bearer realm=\"mcp-ssh\", error=\"invalid_token\"");
  EXPECT_EQ(wrong.body, without.body) << "the body says nothing about the token";
  EXPECT_THAT(wrong.body, ::testing::Not(::testing::HasSubstr("not-it")));
  EXPECT_EQ(client.ask(http_request("GET", "/sse", "", "", "not-it")).status, 401U);
}

TEST(HttpGate, ATokenInTheUrlIsRefusedEvenWhenItIsRight) {
  HttpFixture server;
  auto client = server.client();
  for (const std::string path :
       {"/mcp?token=token-of-alice", "/mcp?x=1&access_token=token-of-alice", "/sse?Token=a"}) {
    const auto answer = client.ask(http_request("GET", path, "Accept: text/event-stream\r\n"));
    EXPECT_EQ(answer.status, 400U) << path;
    EXPECT_THAT(answer.body, ::testing::HasSubstr("Authorization: Bearer"));
  }
}

TEST(HttpGate, FiveDifferentWrongTokensBlockTheAddressButNotWhoWasInBefore) {
  HttpFixture server;
  auto client = server.client();
  EXPECT_EQ(client.ask(modern_post("server/discover")).status, 200U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.ask(post(ping, "", "the-same")).status, 401U);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.ask(post(ping, "", "guess" + std::to_string(i))).status, 401U);
  const auto blocked = client.ask(post(ping, "", "one-more"));
  EXPECT_EQ(blocked.status, 429U);
  EXPECT_GT(std::stoi(blocked.field("retry-after")), 1700);
  EXPECT_EQ(client.ask(post(ping, "", "token-of-bob")).status, 429U) << "or guessing would go on";
  EXPECT_EQ(client.ask(modern_post("server/discover")).status, 200U);
}

TEST(HttpGate, BehindATrustedProxyTheAddressItNamesCounts) {
  transport::HttpOptions options;
  options.trusted_proxies = {"127.0.0.0/8"};
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto from = [&](std::string_view who, std::string_view token) {
    return client.ask(post(ping, "X-Forwarded-For: " + std::string(who) + "\r\n", token)).status;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(from("198.51.100.9, 192.0.2.1", "guess" + std::to_string(i)), 401U);
  EXPECT_EQ(from("192.0.2.1", "token-of-alice"), 429U);
  EXPECT_EQ(from("192.0.2.1, 127.0.0.1", "token-of-alice"), 429U) << "a second proxy of ours";
  EXPECT_EQ(from("192.0.2.1, 192.0.2.2", "token-of-bob"), 400U)
      << "what the client itself wrote does not count";
}

TEST(HttpGate, WithoutATrustedProxyXForwardedForMeansNothing) {
  HttpFixture server;
  auto client = server.client();
  for (int i = 0; i < 5; ++i)
    client.ask(
        post(ping, "X-Forwarded-For: 192.0.2." + std::to_string(i) + "\r\n", "guess" + std::to_string(i)));
  EXPECT_EQ(client.ask(post(ping)).status, 429U);
}

base::Task<transport::HttpReply> say_fine(transport::HttpRequest request) {
  transport::HttpReply reply;
  reply.body = request.path + "|" + request.query + "|" + request.principal.name;
  co_return reply;
}

TEST(HttpGate, OpenRoutesNeedNothingAndTheOthersEverything) {
  transport::HttpOptions options;
  options.routes = {{"/livez", true, say_fine}, {"/admin", false, say_fine}};
  HttpFixture server(std::move(options));
  auto client = server.client();
  EXPECT_EQ(client.ask("GET /livez?x=1 HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n").body, "/livez|x=1|local");
  EXPECT_EQ(client.ask("GET /livezz HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 404U);
  EXPECT_EQ(client.ask("GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 401U);
  EXPECT_EQ(client.ask(http_request("GET", "/admin/x", "")).body, "/admin/x||alice");
}

TEST(HttpGate, TheSharedTokenIsComparedWhole) {
  transport::HttpOptions options;
  options.authenticate = transport::one_token("a-rather-long-secret", "shared");
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto status = [&](std::string_view token) {
    return client.ask(post(initialize_body(), "", token)).status;
  };
  EXPECT_EQ(status("a-rather-long-secret"), 200U);
  EXPECT_EQ(status("a-rather-long-secre"), 401U);
  EXPECT_EQ(status("a-rather-long-secret2"), 401U);
  EXPECT_EQ(status("A-RATHER-LONG-SECRET"), 401U);
  EXPECT_THROW(transport::one_token("", "x"), base::Error);
  EXPECT_THROW(transport::one_token("two words", "x"), base::Error);
}

}  // namespace
}  // namespace mcpssh::testing
