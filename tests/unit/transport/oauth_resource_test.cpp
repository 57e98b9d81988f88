// The resource server over real HTTP: who gets in by an access token, and what the others are told.
#include "transport/oauth/resource_server.hpp"

#include <sys/stat.h>

#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "http_fixture.hpp"
#include "oauth_signer.hpp"
#include "transport/oauth/key_file.hpp"

namespace mcpssh::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t start = 1'800'000'000;
constexpr auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

struct OAuthResource : ::testing::Test {
  OAuthResource() {
    char name[] = "/tmp/mcp-ssh-oauth-XXXXXX";
    directory = ::mkdtemp(name);
    file = directory / "jwks.json";
    publish({signer.jwk()});
    resource.resource = "https://ssh.example.org/mcp";
    resource.expectations.issuer = "https://login.example.org";
    resource.expectations.audiences = {resource.resource};
    claims = {{"iss", "https://login.example.org"},
              {"aud", resource.resource},
              {"sub", "alice"},
              {"exp", start + 300},
              {"scope", "openid ssh:read"}};
  }
  ~OAuthResource() override { fs::remove_all(directory); }

  void publish(const std::vector<json::object>& keys) const { base::replace_file(file, jwks(keys), 0644); }
  /// A server that also knows one token of its own.
  transport::HttpOptions serving() {
    base::Clock clock;
    clock.wall = [this] { return now; };
    const auto server = std::make_shared<oauth::ResourceServer>(
        resource, oauth::keys_in_file(file, base::Log::silent()), clock, base::Log::silent());
    transport::HttpOptions options;
    options.limits.bad_tokens = 1000;
    options.authenticate = oauth::with_oauth(transport::one_token("the-one-shared-token", "shared"), server);
    options.routes = {oauth::metadata_route(server, options.endpoint)};
    return options;
  }
  [[nodiscard]] std::string token(std::string_view name = "", json::value value = {}) const {
    auto said = claims;
    if (!name.empty()) said[name] = std::move(value);
    return signer.token(said, "ES256");
  }
  static HttpSeen knock(RawHttp& client, const std::string& token) {
    return client.ask(post(initialize_body(), "", token));
  }

  fs::path directory, file;
  Signer signer{"P-256"};
  oauth::ResourceOptions resource;
  json::object claims;
  base::WallTime now = base::WallTime(std::chrono::seconds(start));
};

TEST_F(OAuthResource, AnAccessTokenLetsItsHolderInBesideOurOwnTokens) {
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(knock(client, token()).status, 200U);
  EXPECT_EQ(knock(client, "the-one-shared-token").status, 200U);
  EXPECT_EQ(knock(client, "some.wrong.token").status, 401U);
  EXPECT_EQ(knock(client, "some-wrong-token").status, 401U);
}

TEST_F(OAuthResource, EachSubjectIsAPrincipalOfItsOwn) {
  HttpFixture server(serving());
  auto client = server.client();
  const auto opened = knock(client, token());
  const auto session = "Mcp-Session-Id: " + opened.field("mcp-session-id") + "\r\n";
  EXPECT_EQ(client.ask(post(ping, session, token("exp", start + 200))).status, 200U) << "a refreshed token";
  EXPECT_EQ(client.ask(post(ping, session, token("sub", "bob"))).status, 404U);
  EXPECT_EQ(client.ask(post(ping, session, token("sub", "shared"))).status, 404U);
  EXPECT_EQ(client.ask(post(ping, session, "the-one-shared-token")).status, 404U);
}

TEST_F(OAuthResource, ARefusalSaysWhereATokenIsToBeHadAndNothingElse) {
  HttpFixture server(serving());
  auto client = server.client();
  const auto nothing = client.ask("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(nothing.status, 401U);
  EXPECT_EQ(nothing.field("www-authenticate"),
            "Bearer realm=\"mcp-ssh\", resource_metadata=\"https://ssh.example.org"
            "/.well-known/oauth-protected-resource/mcp\"");
  std::string body = nothing.body;
  for (const auto& bad :
       {std::string("wrong"), std::string("a.b.c"), token("exp", start - 3600), token("aud", "other"),
        token("iss", "https://evil.test"), Signer("P-256").token(claims, "ES256")}) {
    const auto refused = knock(client, bad);
    EXPECT_EQ(refused.status, 401U) << bad;
    EXPECT_EQ(refused.body, body);
    EXPECT_THAT(refused.field("www-authenticate"),
                AllOf(HasSubstr("error=\"invalid_token\""),
                      HasSubstr("resource_metadata=\"https://ssh.example.org/")));
  }
}

TEST_F(OAuthResource, RequiredScopesAreRequiredAndNamed) {
  resource.required_scopes = {"ssh:read", "ssh:run"};
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_THAT(knock(client, "wrong").field("www-authenticate"), HasSubstr("scope=\"ssh:read ssh:run\""));
  const auto refused = knock(client, token());
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(refused.field("www-authenticate"),
              AllOf(HasSubstr("error=\"insufficient_scope\""), HasSubstr("scope=\"ssh:read ssh:run\""),
                    HasSubstr("resource_metadata="), Not(HasSubstr("invalid_token"))));
  EXPECT_EQ(knock(client, token("scope", "ssh:run ssh:read x")).status, 200U);
}

TEST_F(OAuthResource, WhereNoScopeIsNeededATokenHasToShowThatItIsForAccess) {
  claims.erase("scope");
  const auto typed = [this](const std::string& type, const json::object& said) {
    json::object header{{"alg", "ES256"}, {"kid", signer.kid()}};
    if (!type.empty()) header["typ"] = type;
    return signer.token_of(serialize(header), serialize(said), "ES256");
  };
  auto scoped = claims;
  scoped["scope"] = "openid";
  {
    HttpFixture server(serving());
    auto client = server.client();
    EXPECT_EQ(knock(client, typed("JWT", claims)).status, 401U);
    EXPECT_EQ(knock(client, typed("", claims)).status, 401U);
    EXPECT_EQ(knock(client, typed("at+jwt", claims)).status, 200U);
    EXPECT_EQ(knock(client, typed("application/AT+JWT", claims)).status, 200U);
    EXPECT_EQ(knock(client, typed("JWT", scoped)).status, 200U);
  }
  resource.required_scopes = {"ssh:read"};
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(knock(client, typed("JWT", claims)).status, 403U) << "the scope is what it has to show";
}

TEST_F(OAuthResource, TheFirstListedScopeOfATokenGivesItsRights) {
  const auto rights = [](const char* mode) {
    auto made = std::make_shared<base::Rights>();
    made->mode = mode;
    return made;
  };
  resource.scopes = {{"ssh:write", rights("standard")}, {"ssh:read", rights("readonly")}};
  base::Clock clock;
  clock.wall = [this] { return now; };
  oauth::ResourceServer server(resource, oauth::keys_in_file(file, base::Log::silent()), clock,
                               base::Log::silent());
  const auto judged = [&](const std::string& scopes) {
    asio::io_context io;
    transport::Credentials credentials{token("scope", json::value_from(scopes)), "192.0.2.1"};
    auto result = asio::co_spawn(io, server.judge(credentials), asio::use_future);
    io.run();
    return result.get();
  };
  EXPECT_EQ(judged("ssh:read")->rights->mode, "readonly");
  EXPECT_EQ(judged("ssh:read ssh:write")->rights->mode, "standard");
  EXPECT_EQ(judged("ssh:write ssh:read")->rights->mode, "standard");
  EXPECT_EQ(judged("ssh:read")->name, "oauth:alice");
  EXPECT_EQ(judged("ssh:read")->via, base::Via::http);
  const auto none = judged("openid SSH:READ ssh:readx");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().status, 403U);
  EXPECT_FALSE(none.error().bad_token);
  EXPECT_THAT(none.error().challenge, HasSubstr("scope=\"ssh:write ssh:read\""));
}

TEST_F(OAuthResource, TheMetadataIsForEverybody) {
  resource.required_scopes = {"ssh:read"};
  resource.scopes = {{"ssh:write", std::make_shared<base::Rights>()},
                     {"ssh:read", std::make_shared<base::Rights>()}};
  HttpFixture server(serving());
  auto client = server.client();
  const auto get = [&](const std::string& method, const std::string& path) {
    return client.ask(method + " " + path + " HTTP/1.1\r\nHost: anything.example\r\n\r\n");
  };
  for (const auto* path :
       {"/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"}) {
    const auto seen = get("GET", path);
    EXPECT_EQ(seen.status, 200U);
    EXPECT_EQ(seen.field("content-type"), "application/json");
    EXPECT_EQ(seen.field("access-control-allow-origin"), "*");
    EXPECT_EQ(seen.parsed(), json::parse(R"({"resource":"https://ssh.example.org/mcp",
      "authorization_servers":["https://login.example.org"],"bearer_methods_supported":["header"],
      "scopes_supported":["ssh:read","ssh:write"],"resource_name":"mcp-ssh"})"));
  }
  EXPECT_EQ(get("GET", "/.well-known/oauth-protected-resource/other").status, 404U);
  EXPECT_EQ(get("GET", "/.well-known/oauth-protected-resource/mcp/").status, 404U);
  EXPECT_EQ(get("GET", "/.well-known/oauth-protected-resources").status, 404U);
  EXPECT_EQ(get("PUT", "/.well-known/oauth-protected-resource").status, 405U);
}

TEST_F(OAuthResource, BehindAPathOfAProxyTheMetadataIsWhereTheRfcHasIt) {
  resource.resource = "https://example.org:8443/tools/ssh/mcp";
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_THAT(knock(client, "wrong").field("www-authenticate"),
              HasSubstr("resource_metadata=\"https://example.org:8443/.well-known/oauth-protected-resource/"
                        "tools/ssh/mcp\""));
  const auto seen =
      client.ask("GET /.well-known/oauth-protected-resource/tools/ssh/mcp HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(seen.parsed().at("resource"), "https://example.org:8443/tools/ssh/mcp");
}

TEST_F(OAuthResource, ExpiryCountsAtEachRequest) {
  auto options = serving();
  HttpFixture server(std::move(options));
  auto client = server.client();
  const auto session = "Mcp-Session-Id: " + knock(client, token()).field("mcp-session-id") + "\r\n";
  EXPECT_EQ(client.ask(post(ping, session, token())).status, 200U);
  server.inside([this] {
    now += std::chrono::seconds(330);
    return true;
  });
  EXPECT_EQ(client.ask(post(ping, session, token())).status, 401U);
}

TEST_F(OAuthResource, ExpiredTokensAreNoGuessesAndForgedOnesAre) {
  auto options = serving();
  options.limits.bad_tokens = 3;
  HttpFixture server(std::move(options));
  auto client = server.client();
  for (int age = 60; age < 80; ++age) EXPECT_EQ(knock(client, token("exp", start - age)).status, 401U);
  EXPECT_EQ(knock(client, token("aud", "other")).status, 401U);
  const auto good = token();
  EXPECT_EQ(knock(client, good).status, 200U);
  const Signer forger("P-256");
  for (int i = 0; i < 3; ++i) {
    auto forged = claims;
    forged["jti"] = i;
    EXPECT_EQ(knock(client, forger.token(forged, "ES256")).status, 401U);
  }
  EXPECT_EQ(knock(client, forger.token(claims, "ES256")).status, 429U);
  EXPECT_EQ(knock(client, good).status, 200U) << "it was right from there before";
}

TEST_F(OAuthResource, TheKeyFileIsFollowed) {
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(knock(client, token()).status, 200U);
  const Signer next("P-256", "key-2");
  EXPECT_EQ(knock(client, next.token(claims, "ES256")).status, 401U);
  publish({signer.jwk(), next.jwk()});
  EXPECT_EQ(knock(client, next.token(claims, "ES256")).status, 200U);
  publish({next.jwk()});
  EXPECT_EQ(knock(client, token()).status, 401U);
}

TEST_F(OAuthResource, WithoutKeysNobodyIsJudged) {
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(knock(client, token()).status, 200U);
  const auto unjudged = [&](const std::string& what) {
    const auto seen = knock(client, token());
    EXPECT_EQ(seen.status, 503U) << what;
    EXPECT_EQ(seen.field("retry-after"), "10") << what;
    EXPECT_EQ(knock(client, "the-one-shared-token").status, 200U) << what;
  };
  for (const auto* text : {"", "{", R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"AAAA"}]})"}) {
    base::replace_file(file, text, 0644);
    unjudged(text);
  }
  publish({signer.jwk()});
  EXPECT_EQ(knock(client, token()).status, 200U);
  ::chmod(file.c_str(), 0666);
  unjudged("others may write to it");
  fs::remove(file);
  unjudged("missing");
}

}  // namespace
}  // namespace mcpssh::testing
