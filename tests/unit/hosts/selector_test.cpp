#include "hosts/selector.hpp"

#include <gmock/gmock.h>

#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using ::testing::ElementsAre;
using testing::good;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Snapshot fleet() {
  return good(
      "hosts:\n"
      "  web1: {host: a, user: u, groups: [web, prod]}\n"
      "  web2: {host: b, user: u, groups: [web]}\n"
      "  db1: {host: c, user: u, groups: [db, prod]}\n"
      "  router: {host: d, user: u}\n");
}

std::vector<std::string> names(const std::vector<const Host*>& hosts) {
  std::vector<std::string> names;
  for (const Host* host : hosts) names.push_back(host->name);
  return names;
}

std::vector<std::string> chosen(std::string_view selector) {
  const Snapshot snapshot = fleet();
  const auto hosts = require_hosts(snapshot, selector);
  if (hosts) return names(*hosts);
  ADD_FAILURE() << hosts.error().message();
  return {};
}

std::string refusal(std::string_view selector) {
  const Snapshot snapshot = fleet();
  const auto hosts = require_hosts(snapshot, selector);
  return hosts ? "accepted" : hosts.error().message();
}

TEST(Selector, NamesGlobsGroupsAndListsChooseInFileOrder) {
  EXPECT_THAT(chosen("web1"), ElementsAre("web1"));
  EXPECT_THAT(chosen("db1, web1"), ElementsAre("web1", "db1"));
  EXPECT_THAT(chosen("web*"), ElementsAre("web1", "web2"));
  EXPECT_THAT(chosen("?b1"), ElementsAre("db1"));
  EXPECT_THAT(chosen("@prod"), ElementsAre("web1", "db1"));
  EXPECT_THAT(chosen("@d?,router"), ElementsAre("db1", "router"));
  EXPECT_THAT(chosen("*"), ElementsAre("web1", "web2", "db1", "router"));
  EXPECT_THAT(chosen(" all "), ElementsAre("web1", "web2", "db1", "router"));
  EXPECT_THAT(chosen("web1,web1,@web"), ElementsAre("web1", "web2"));
}

TEST(Selector, ExclusionTakesAwayWhateverTheOrder) {
  EXPECT_THAT(chosen("@prod,!web1"), ElementsAre("db1"));
  EXPECT_THAT(chosen("!web1,@prod"), ElementsAre("db1"));
  EXPECT_THAT(chosen("!@web"), ElementsAre("db1", "router"));
}

TEST(Selector, ANameIsNeverAPrefixOrAnotherCase) {
  EXPECT_EQ(refusal("web"), "no host is called `web`; did you mean web1?");
  EXPECT_EQ(refusal("WEB1").substr(0, 25), "no host is called `WEB1`;");
}

TEST(Selector, ATermThatMatchesNothingIsAnErrorEvenInAList) {
  EXPECT_EQ(refusal("web1,wbe2"), "no host is called `wbe2`; did you mean web2?");
  EXPECT_EQ(refusal("@prdo"), "no host is in a group called `prdo`; did you mean @prod?");
  EXPECT_EQ(refusal("@kitchen"), "no host is in a group called `kitchen`; the groups are @db, @prod, @web");
  EXPECT_EQ(refusal("mail-*"), "`mail-*` matches no host; the hosts are web1, web2, db1, router");
  EXPECT_EQ(refusal("*,!web9"), "no host is called `web9`; did you mean web1?");
  EXPECT_EQ(refusal("web1,!@web"), "`web1,!@web` leaves no host. Next: take away less with `!`");
}

TEST(Selector, IllFormedTextIsRefused) {
  for (const char* text :
       {"", ",", "web1,", "@", "!", "!!web1", "@@prod", "web 1", "web1;reboot", "web[12]", "\n", "wéb"})
    EXPECT_THAT(refusal(text), HasSubstr("does not name a host")) << text;
  EXPECT_THAT(refusal(std::string(65, 'a')), HasSubstr("does not name a host"));
  std::string many = "web1";
  for (int i = 0; i < 1000; ++i) many += ",web1";
  EXPECT_THAT(refusal(many), HasSubstr("more than 1000 names in one list of hosts"));
}

TEST(Selector, ManyStarsTakeNoTimeToMatch) {
  Host host;
  host.name = std::string(64, 'a');
  std::string stars;
  for (int i = 0; i < 31; ++i) stars += "*a";
  EXPECT_TRUE(Selector::parse(stars).value().matches(host));
  EXPECT_FALSE(Selector::parse(stars + "*b").value().matches(host));
}

TEST(RequireHost, UnknownNamesListWhatThereIs) {
  const Snapshot snapshot = fleet();
  EXPECT_EQ(require_host(snapshot, "db1").value()->address, "c");
  EXPECT_EQ(require_host(snapshot, "web*").error().code(), base::ErrorCode::invalid_argument);
  EXPECT_EQ(require_host(snapshot, "kitchen").error().message(),
            "no host is called `kitchen`; the hosts are web1, web2, db1, router");
  EXPECT_EQ(require_host(snapshot, "x\x1b[2J").error().message().find('\x1b'), std::string::npos);

  Snapshot empty;
  EXPECT_EQ(require_host(empty, "web1").error().message(),
            "no host is called `web1`; no hosts are configured");
  empty.path = "/etc/hosts.yaml";
  EXPECT_EQ(require_host(empty, "web1").error().message(),
            "no host is called `web1`; no hosts are configured; add them to /etc/hosts.yaml");

  Snapshot large;
  for (int i = 0; i < 12; ++i) {
    Host host;
    host.name = "machine-number-" + std::to_string(i);
    large.hosts.push_back(host);
  }
  EXPECT_THAT(require_host(large, "x").error().message(),
              HasSubstr("12 hosts are configured, among them machine-number-0, "));
  EXPECT_THAT(require_host(large, "x").error().message(), Not(HasSubstr("machine-number-10")));
}

}  // namespace
}  // namespace mcpssh::hosts
