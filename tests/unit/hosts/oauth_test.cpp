// settings.oauth: whose tokens are taken, what their scopes are worth, and every slip named with its line.
#include "hosts/oauth.hpp"

#include <gmock/gmock.h>

#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::bad;
using ::testing::ElementsAre;
using testing::good;
using ::testing::HasSubstr;

constexpr std::string_view whole = R"(settings:
  oauth:
    issuer: https://login.example.org/realms/ops
    resource: https://ssh.example.org/mcp
    audience: [ssh, "api://ssh"]
    jwks_url: https://login.example.org/realms/ops/protocol/openid-connect/certs?a=b
    ca_file: ~/ca.pem
    required_scopes: openid
    principal_claim: preferred_username
    clock_skew: 5
    scopes:
      "ssh:lab": {hosts: "@lab,!web1", tools: [ssh_run, ssh_list_hosts], role: approver, calls_per_minute: 60}
      "ssh:read": {mode: readonly}
      "ssh:all":
)";

/// A file whose settings.oauth holds these lines; the first is line 3.
std::string with(std::string_view lines) {
  return "settings:\n  oauth:\n    " + std::string(lines) + "\n";
}

TEST(OAuthSettings, AreReadWhole) {
  const auto oauth = good(whole).settings.oauth.value();
  EXPECT_EQ(problem_of_oauth(oauth), "");
  EXPECT_EQ(oauth.issuer, "https://login.example.org/realms/ops");
  EXPECT_EQ(oauth.resource, "https://ssh.example.org/mcp");
  EXPECT_THAT(oauth.audiences, ElementsAre("ssh", "api://ssh"));
  EXPECT_EQ(oauth.jwks_url, "https://login.example.org/realms/ops/protocol/openid-connect/certs?a=b");
  EXPECT_EQ(oauth.ca_file, "~/ca.pem");
  EXPECT_THAT(oauth.required_scopes, ElementsAre("openid"));
  EXPECT_EQ(oauth.principal_claim, "preferred_username");
  EXPECT_EQ(oauth.clock_skew, std::chrono::seconds(5));
  ASSERT_EQ(oauth.scopes.size(), 3U);
  EXPECT_EQ(oauth.scopes[0].name, "ssh:lab") << "in file order: the first one counts";
  const auto& lab = *oauth.scopes[0].rights;
  EXPECT_EQ(lab.hosts, "@lab,!web1");
  EXPECT_THAT(lab.tools.value(), ElementsAre("ssh_run", "ssh_list_hosts"));
  EXPECT_EQ(lab.mode, std::nullopt);
  EXPECT_EQ(lab.calls_per_minute, 60U);
  EXPECT_EQ(lab.role, base::Role::approver);
  EXPECT_EQ(oauth.scopes[1].rights->mode, "readonly");
  EXPECT_EQ(*oauth.scopes[2].rights, base::Rights());
}

TEST(OAuthSettings, AreNotThereByDefaultAndHaveModestDefaults) {
  EXPECT_FALSE(good("settings:\n  idle_timeout: 5\n").settings.oauth);
  const auto oauth = good(with("issuer: https://a.example")).settings.oauth.value();
  EXPECT_EQ(oauth.principal_claim, "sub");
  EXPECT_EQ(oauth.clock_skew, std::chrono::seconds(30));
  EXPECT_TRUE(oauth.scopes.empty());
}

TEST(OAuthSettings, SlipsAreNamedWithTheirLine) {
  EXPECT_EQ(bad(with("isuer: https://a.example")),
            "hosts.yaml:3: unknown key `isuer` under settings.oauth; did you mean `issuer`?");
  EXPECT_EQ(bad(with("scopes:\n      a: {mod: readonly}")),
            "hosts.yaml:4: unknown key `mod` under settings.oauth.scopes.a; did you mean `mode`?");
  EXPECT_THAT(bad(with("client_secret: x")), HasSubstr("hosts.yaml:3: unknown key"));
  EXPECT_THAT(bad("settings:\n  oauth: yes\n"), HasSubstr("hosts.yaml:2: settings.oauth must be a mapping"));
}

TEST(OAuthSettings, UrlsThatProveNothingAreRefused) {
  EXPECT_THAT(bad(with("issuer: http://login.example.org")),
              HasSubstr("hosts.yaml:3: settings.oauth.issuer"));
  EXPECT_THAT(bad(with("issuer: http://login.example.org")), HasSubstr("use https"));
  EXPECT_THAT(bad(with("issuer: https://a.example/?x=1")), HasSubstr("query"));
  EXPECT_THAT(bad(with("issuer: login.example.org")), HasSubstr("https://"));
  EXPECT_THAT(bad(with("resource: https://a.example/mcp#x")), HasSubstr("fragment"));
  EXPECT_THAT(bad(with("jwks_url: http://10.0.0.1/keys")), HasSubstr("use https"));
  EXPECT_THAT(bad(with("jwks_url: https://user:pw@a.example/keys")), HasSubstr("user or a password"));
  EXPECT_EQ(good(with("jwks_url: http://127.0.0.1:8080/keys")).settings.oauth->jwks_url,
            "http://127.0.0.1:8080/keys");
}

TEST(OAuthSettings, ScopesNeverBecomeWiderByASlip) {
  for (const auto* lines : {"scopes:", "scopes: {}", "scopes: []", "scopes: \"ssh:read\""})
    EXPECT_THAT(bad(with(lines)), HasSubstr("hosts.yaml:3: settings.oauth.scopes must be a mapping"))
        << lines;
  EXPECT_THAT(bad(with("scopes:\n      \"a b\": {}")),
              HasSubstr("hosts.yaml:4: settings.oauth.scopes: `a b` is no scope"));
  EXPECT_THAT(bad(with("scopes:\n      a: {mode: full}")), HasSubstr("must be one of readonly, standard"));
  EXPECT_THAT(bad(with("scopes:\n      a: {role: root}")),
              HasSubstr("must be one of agent, approver, admin"));
  EXPECT_THAT(bad(with("scopes:\n      a: {hosts: }")), HasSubstr("hosts has no value"));
  EXPECT_THAT(bad(with("scopes:\n      a: {tools: }")), HasSubstr("tools has no value"));
  EXPECT_THAT(bad(with("scopes:\n      a: {hosts: \"web1,,\"}")), HasSubstr("settings.oauth.scopes.a.hosts"));
  EXPECT_THAT(bad(with("scopes:\n      a: {tools: [\"ssh run\"]}")), HasSubstr("not the name of a tool"));
  EXPECT_THAT(bad(with("scopes:\n      a: {calls_per_minute: 0}")), HasSubstr("from 1 to"));
  EXPECT_TRUE(good(with("scopes:\n      a: {tools: []}")).settings.oauth->scopes[0].rights->tools->empty())
      << "no tools at all";
}

TEST(OAuthSettings, ASelectorOfWhichAPartFitsNoHostIsNoted) {
  const std::string hosts =
      "hosts:\n  web1: {host: 192.0.2.1, user: a, groups: [prod]}\n"
      "  web2: {host: 192.0.2.2, user: a}\n";
  EXPECT_THAT(good(hosts + with("scopes:\n      a: {hosts: \"all,!@prod\"}")).notes, ::testing::IsEmpty());
  const auto notes = good(hosts + with("scopes:\n      a: {hosts: \"all,!@prdo\"}")).notes;
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_THAT(notes[0], ::testing::AllOf(HasSubstr("settings.oauth.scopes.a.hosts"), HasSubstr("prdo")));
}

TEST(OAuthSettings, BoundsAndValues) {
  EXPECT_THAT(bad(with("clock_skew: 61")), HasSubstr("from 0 to 60"));
  EXPECT_THAT(bad(with("required_scopes: [\"a\\\"b\"]")), HasSubstr("no scope"));
  EXPECT_THAT(bad(with("audience: [\"\"]")), HasSubstr("empty"));
  EXPECT_THAT(bad(with("principal_claim: \"a b\"")), HasSubstr("not the name of a claim"));
}

TEST(OAuthSettings, WhatIsMissingOrGivenTwiceIsSaid) {
  OAuth oauth;
  EXPECT_THAT(problem_of_oauth(oauth), HasSubstr("issuer is missing"));
  oauth.issuer = "https://a.example";
  EXPECT_THAT(problem_of_oauth(oauth), HasSubstr("resource is missing"));
  oauth.resource = "https://b.example/mcp";
  EXPECT_THAT(problem_of_oauth(oauth), HasSubstr("jwks_url or jwks_file is missing"));
  oauth.jwks_file = "keys.json";
  EXPECT_EQ(problem_of_oauth(oauth), "");
  oauth.ca_file = "ca.pem";
  EXPECT_THAT(problem_of_oauth(oauth), HasSubstr("ca_file has no effect"));
  oauth.jwks_url = "https://a.example/keys";
  EXPECT_THAT(problem_of_oauth(oauth), HasSubstr("both given"));
}

}  // namespace
}  // namespace mcpssh::hosts
