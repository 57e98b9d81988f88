// What a proved token says: for whom, from whom, until when, who, and what.
#include "transport/oauth/claims.hpp"

#include <set>

#include "oauth_signer.hpp"

namespace mcpssh::testing {
namespace {

using oauth::Claims;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t now = 1'800'000'000;

json::value text(const std::string& content) {
  return json::value_from(content);
}

struct OAuthClaims : ::testing::Test {
  OAuthClaims() {
    expected.issuer = "https://login.example.org/realms/ops";
    expected.audiences = {"https://ssh.example.org/mcp", "api://ssh"};
    good = {{"iss", expected.issuer}, {"aud", "https://ssh.example.org/mcp"},
            {"sub", "alice"},         {"exp", now + 300},
            {"iat", now - 10},        {"scope", "openid ssh:read"}};
  }
  [[nodiscard]] std::expected<Claims, std::string> read(const json::object& claims) const {
    return read_claims(serialize(claims), expected, base::WallTime(seconds(now)));
  }
  [[nodiscard]] std::expected<Claims, std::string> with(std::string_view name, json::value value) const {
    auto claims = good;
    claims[name] = std::move(value);
    return read(claims);
  }
  [[nodiscard]] std::expected<Claims, std::string> without(std::string_view name) const {
    auto claims = good;
    claims.erase(name);
    return read(claims);
  }

  oauth::Expectations expected;
  json::object good;
};

TEST_F(OAuthClaims, AGoodTokenSaysWhoAndWhatAndUntilWhen) {
  const auto claims = read(good);
  ASSERT_TRUE(claims) << claims.error();
  EXPECT_EQ(claims->subject, "alice");
  EXPECT_THAT(claims->scopes, ElementsAre("openid", "ssh:read"));
  EXPECT_EQ(claims->expires, base::WallTime(seconds(now + 300)));
  EXPECT_TRUE(with("aud", json::array{"other", "api://ssh"}));
  EXPECT_TRUE(with("exp", static_cast<double>(now) + 0.5));
  EXPECT_TRUE(without("iat"));
}

TEST_F(OAuthClaims, TokensOfOthersAndForOthersAreRefused) {
  for (const json::value& issuer : {json::value("https://evil.test"), text(expected.issuer + "/"),
                                    json::value("HTTPS://login.example.org/realms/ops"), json::value(nullptr),
                                    json::value(json::array{text(expected.issuer)})})
    EXPECT_FALSE(with("iss", issuer)) << serialize(issuer);
  EXPECT_FALSE(without("iss"));
  for (const json::value& audience :
       {json::value("account"), json::value("https://ssh.example.org"), json::value(""), json::value(nullptr),
        json::value(json::array{}), json::value(json::array{"account", "other"}),
        json::value(json::array{"https://ssh.example.org/mcp", 7}),
        json::value(json::object{{"https://ssh.example.org/mcp", true}})})
    EXPECT_FALSE(with("aud", audience)) << serialize(audience);
  EXPECT_FALSE(without("aud"));
}

TEST_F(OAuthClaims, TimesCountWithTheSkewAndNoMore) {
  EXPECT_TRUE(with("exp", now - 29));
  EXPECT_THAT(with("exp", now - 30).error(), HasSubstr("expired"));
  EXPECT_TRUE(with("nbf", now + 30));
  EXPECT_THAT(with("nbf", now + 31).error(), HasSubstr("not valid yet"));
  EXPECT_THAT(with("iat", now + 31).error(), HasSubstr("not valid yet"));
  EXPECT_FALSE(without("exp"));
  for (const json::value& wrong :
       {text(std::to_string(now + 300)), json::value(nullptr), json::value(-1), json::value(1e300),
        json::value(true), json::value(std::uint64_t(18446744073709551615U))}) {
    EXPECT_FALSE(with("exp", wrong)) << serialize(wrong);
    EXPECT_FALSE(with("nbf", wrong)) << serialize(wrong);
  }
}

TEST_F(OAuthClaims, OtherKindsOfTokensOfTheSameServerAreRefused) {
  EXPECT_THAT(with("at_hash", "MTIzNDU2").error(), HasSubstr("ID token"));
  EXPECT_THAT(with("c_hash", "MTIzNDU2").error(), HasSubstr("ID token"));
  // Without at_hash, which not every server gives.
  EXPECT_THAT(with("nonce", "n-0S6_WzA2Mj").error(), HasSubstr("ID token"));
  EXPECT_FALSE(with("nonce", nullptr));
  auto keycloak = good;
  keycloak["nonce"] = "n";
  keycloak["typ"] = "Bearer";
  EXPECT_TRUE(read(keycloak));
  for (const auto* type : {"ID", "Refresh", "Offline", "Logout", "DPoP"})
    EXPECT_FALSE(with("typ", type)) << type;
  EXPECT_TRUE(with("typ", "Bearer"));
  EXPECT_THAT(with("cnf", json::object{{"jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}).error(),
              HasSubstr("bound"));
}

TEST_F(OAuthClaims, ScopesOrRolesShowThatItIsAnAccessToken) {
  EXPECT_TRUE(read(good)->has_rights);
  EXPECT_FALSE(without("scope")->has_rights);
  auto other = good;
  other.erase("scope");
  for (const auto* name : {"scp", "roles"}) {
    auto claims = other;
    claims[name] = json::array{"ssh.read"};
    EXPECT_TRUE(read(claims)->has_rights) << name;
  }
}

TEST_F(OAuthClaims, ScopesComeAsATextOrAList) {
  EXPECT_THAT(without("scope")->scopes, IsEmpty());
  EXPECT_THAT(with("scope", " a  b ")->scopes, ElementsAre("a", "b"));
  auto entra = good;
  entra.erase("scope");
  entra["scp"] = "ssh.read ssh.write";
  EXPECT_THAT(read(entra)->scopes, ElementsAre("ssh.read", "ssh.write"));
  entra["scp"] = json::array{"one", "two"};
  EXPECT_THAT(read(entra)->scopes, ElementsAre("one", "two"));
  EXPECT_FALSE(with("scope", 7));
  EXPECT_FALSE(with("scope", json::array{"a", 7}));
  EXPECT_FALSE(with("scope", nullptr));
}

TEST_F(OAuthClaims, WhoItIsComesFromTheChosenClaim) {
  expected.principal_claim = "preferred_username";
  EXPECT_FALSE(read(good));
  EXPECT_EQ(with("preferred_username", "bob")->subject, "bob");
  EXPECT_FALSE(with("preferred_username", ""));
  EXPECT_FALSE(with("preferred_username", 7));
  EXPECT_FALSE(with("preferred_username", text(std::string(1025, 'a'))));
}

TEST_F(OAuthClaims, WhatIsNoObjectOrSaysThingsTwiceIsRefused) {
  const base::WallTime when{seconds(now)};
  for (const auto* text : {"", "[]", "null", "{", "\"alice\""})
    EXPECT_FALSE(read_claims(text, expected, when));
  auto twice = serialize(good);
  twice.back() = ',';
  EXPECT_FALSE(read_claims(twice + R"("sub":"mallory"})", expected, when));
  EXPECT_FALSE(read_claims(twice + R"("\u0073ub":"mallory"})", expected, when));
}

TEST(OAuthPrincipal, NamesCanStandInARecordAndAreNobodyElses) {
  EXPECT_EQ(oauth::principal_name("alice@example.org"), "oauth:alice@example.org");
  EXPECT_EQ(oauth::principal_name("auth0|5f7c"), "oauth:auth0|5f7c");
  EXPECT_EQ(oauth::principal_name("a b\n\x1b"), "oauth:a%20b%0A%1B");
  EXPECT_EQ(oauth::principal_name("shared"), "oauth:shared");
  const std::string long_one(300, 'x');
  std::set<std::string> names;
  for (const auto& subject :
       {std::string("a%20b"), std::string("a b"), std::string("a\xc3\xa4"), long_one, long_one + "y",
        std::string("alice"), std::string("ALICE"), std::string("alice "), std::string("%")}) {
    const auto name = oauth::principal_name(subject);
    EXPECT_TRUE(name.starts_with("oauth:"));
    EXPECT_LE(name.size(), 102U);
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  // Nobody can choose a subject that looks like a cut name.
  EXPECT_FALSE(names.contains(oauth::principal_name(oauth::principal_name(long_one).substr(6))));
}

}  // namespace
}  // namespace mcpssh::testing
