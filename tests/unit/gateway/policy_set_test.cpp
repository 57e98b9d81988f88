#include "gateway/policy_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::gateway {
namespace {

using testing::HasSubstr;

hosts::Snapshot parse(std::string_view yaml) {
  auto parsed = hosts::parse(yaml, "hosts.yaml", [](std::string_view) { return std::nullopt; });
  if (!parsed) throw base::Error(parsed.error());
  return *std::move(parsed);
}

constexpr std::string_view host = "hosts:\n  a:\n    host: h\n    user: u\n";

TEST(PolicySet, AppliesTheFilesPatternsToEveryHost) {
  const auto snapshot =
      parse(std::string(host) + "    deny_patterns: ['two']\nsettings:\n  deny_patterns: ['one']\n");
  const auto set = PolicySet::compile(snapshot);
  ASSERT_TRUE(set.has_value()) << set.error().what();
  EXPECT_EQ((*set)->policy("a").deny_patterns.size(), 2u);
}

TEST(PolicySet, APatternThatDoesNotCompileNamesFileLineAndPattern) {
  const auto set =
      PolicySet::compile(parse("hosts: {}\nsettings:\n  deny_patterns:\n    - ok\n    - '[z-a]'\n"));
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().what(), HasSubstr("hosts.yaml:5"));
  EXPECT_THAT(set.error().what(), HasSubstr("[z-a]"));
}

TEST(PolicySet, APromptThatDoesNotCompileStopsTheStartToo) {
  const auto set = PolicySet::compile(parse(std::string(host) + "    shell: cli\n    prompt_regex: '('\n"));
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().what(), HasSubstr("prompt_regex"));
}

TEST(PolicySet, AnUnknownUnlockNamesTheNearestRule) {
  const auto set = PolicySet::compile(parse(std::string(host) + "    unlock: [disk.mkf]\n"));
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().what(), HasSubstr("disk.mkfs"));
}

}  // namespace
}  // namespace mcpssh::gateway
