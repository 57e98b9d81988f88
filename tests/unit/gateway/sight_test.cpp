// What a principal with a selector sees of the configuration, and what it is told of the rest: nothing.
#include "gateway/rights/sight.hpp"

#include <gmock/gmock.h>

#include "../hosts/inventory.hpp"
#include "gateway/rights/discretion.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::gateway {
namespace {

using hosts::testing::good;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view house = R"(hosts:
  web-1: {host: 192.0.2.1, user: u, groups: [web], mode: full}
  web-2: {host: 192.0.2.2, user: u, groups: [web, lab], jump: [bastion], mode: readonly}
  db-1: {host: 192.0.2.3, user: u, groups: [vault], mode: restricted, allow_patterns: ['^ls$']}
  bastion: {host: 192.0.2.4, user: u}
)";

hosts::SnapshotPtr snapshot_of(std::string_view text) {
  return std::make_shared<const hosts::Snapshot>(good(text));
}

base::Principal holder(std::string hosts, std::optional<std::string> mode = std::nullopt) {
  base::Rights rights;
  rights.hosts = std::move(hosts);
  rights.mode = std::move(mode);
  base::Principal principal;
  principal.rights = std::make_shared<const base::Rights>(std::move(rights));
  return principal;
}

std::string told_of(const hosts::Snapshot& seen, std::string_view name) {
  const auto found = hosts::require_host(seen, name);
  return found ? "there" : found.error().message();
}

TEST(Sight, WithoutRightsTheWholeConfigurationIsSeen) {
  Sight sight;
  const auto whole = snapshot_of(house);
  EXPECT_EQ(sight.of(whole, base::Principal()), whole);
}

TEST(Sight, ASelectorShowsItsHostsHoweverItNamesThem) {
  Sight sight;
  const auto whole = snapshot_of(house);
  const auto names = [&](const char* selector) { return sight.of(whole, holder(selector))->names(); };
  EXPECT_THAT(names("web-*"), ElementsAre("web-1", "web-2"));
  EXPECT_THAT(names("@lab"), ElementsAre("web-2"));
  EXPECT_THAT(names("all,!db-1"), ElementsAre("web-1", "web-2", "bastion"));
  EXPECT_THAT(names("WEB-*"), IsEmpty());
  EXPECT_THAT(names("web-?,@vault"), ElementsAre("web-1", "web-2", "db-1"));
  EXPECT_THAT(names("nothing"), IsEmpty());
  EXPECT_THAT(names("a b"), IsEmpty()) << "what cannot be read shows nothing";
}

TEST(Sight, AHiddenHostIsToldOfAsOneThatDoesNotExist) {
  Sight sight;
  const auto whole = snapshot_of(house);
  const auto without = snapshot_of(R"(hosts:
  web-1: {host: 192.0.2.1, user: u, groups: [web]}
  web-2: {host: 192.0.2.2, user: u, groups: [web, lab]}
)");
  const auto seen = sight.of(whole, holder("web-*"));
  for (const auto* name : {"db-1", "db-2", "bastion", "DB-1", "web-1x"}) {
    EXPECT_EQ(told_of(*seen, name), told_of(*without, name));
    EXPECT_THAT(told_of(*seen, name), Not(HasSubstr("192.0.2")));
  }
  for (const auto* many : {"@vault", "db-*", "*,@vault", "db-1,web-1", "*,!db-1"}) {
    const auto here = hosts::require_hosts(*seen, many);
    const auto there = hosts::require_hosts(*without, many);
    ASSERT_FALSE(here) << many;
    EXPECT_EQ(here.error().message(), there.error().message());
  }
  EXPECT_EQ(hosts::require_hosts(*seen, "*")->size(), 2U) << "everything is what it may see";
}

TEST(Sight, ANewHostOfTheSelectorIsSeenAfterAReload) {
  Sight sight;
  const auto before = snapshot_of(house);
  EXPECT_EQ(sight.of(before, holder("web-*,web-9"))->find("web-9"), nullptr);
  const auto after = snapshot_of(std::string(house) + "  web-9: {host: 192.0.2.9, user: u}\n");
  EXPECT_NE(sight.of(after, holder("web-*,web-9"))->find("web-9"), nullptr);
  EXPECT_EQ(sight.of(before, holder("web-*,web-9"))->find("web-9"), nullptr);
}

TEST(Sight, AModeIsNeverMoreThanTheTokens) {
  Sight sight;
  const auto whole = snapshot_of(house);
  const auto mode = [&](const char* limit, const char* host) {
    return hosts::to_string(sight.of(whole, holder("*", limit))->find(host)->mode);
  };
  EXPECT_EQ(mode("readonly", "web-1"), "readonly");
  EXPECT_EQ(mode("readonly", "web-2"), "readonly");
  EXPECT_EQ(mode("readonly", "db-1"), "restricted");
  EXPECT_EQ(mode("standard", "web-1"), "standard");
  EXPECT_EQ(mode("standard", "web-2"), "readonly");
  EXPECT_EQ(mode("of a later version", "web-1"), "readonly") << "what is not known allows the least";
}

TEST(Discretion, AHostOnTheWayIsNotNamedToWhoDoesNotSeeIt) {
  Sight sight;
  const auto whole = snapshot_of(house);
  const auto seen = sight.of(whole, holder("web-*"));
  const auto& target = *whole->find("web-2");
  const auto hidden = [&](const char* text) { return names_hidden_hop(text, target, *whole, *seen); };
  EXPECT_TRUE(hidden("web-2: jump host: bastion: connection refused"));
  EXPECT_TRUE(hidden("cannot reach 192.0.2.4:22"));
  EXPECT_TRUE(hidden("Next: mcp-ssh hosts trust bastion."));
  EXPECT_FALSE(hidden("web-2: permission denied; bastions are fine, and my-bastion is another"));
  EXPECT_FALSE(names_hidden_hop("bastion", target, *whole, *whole)) << "it sees it";
  EXPECT_EQ(address_told("192.0.2.2:22 through bastion", target, *whole, *seen), "192.0.2.2:22");
  const auto told = failed_on_the_way(base::ErrorCode::connect_failed, target).message();
  EXPECT_FALSE(hidden(told.c_str()));
  EXPECT_THAT(told, HasSubstr("web-2: connect: "));
}

}  // namespace
}  // namespace mcpssh::gateway
