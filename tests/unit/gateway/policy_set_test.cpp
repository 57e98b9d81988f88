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

TEST(PolicySet, RulesAboutWordsAreTriedOnTheirExamples) {
  const auto compile = [](std::string_view rules) {
    return PolicySet::compile(parse(std::string(host) + std::string(rules)));
  };
  const auto good = compile(
      "    allow:\n      - run: [systemctl, stop, {in: [sshd, dbus]}]\n        examples: [sudo systemctl "
      "stop sshd]\n"
      "        counter_examples: [systemctl stop NetworkManager]\n"
      "    deny:\n      - run: rm **\n        examples: [rm x]\n        counter_examples: [rmdir x]\n");
  ASSERT_TRUE(good.has_value()) << good.error().what();
  EXPECT_EQ((*good)->policy("a").allow.size(), 1u);
  EXPECT_EQ((*good)->policy("a").deny.size(), 1u);
  const auto wrong = compile("    allow:\n      - run: [mytool, status]\n        examples: [mytool state]\n");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().what(), HasSubstr("hosts.yaml:6"));
  EXPECT_THAT(wrong.error().what(), HasSubstr("mytool state"));
  const auto wide = compile("    deny:\n      - run: rm **\n        counter_examples: [rm x]\n");
  ASSERT_FALSE(wide.has_value());
  EXPECT_THAT(wide.error().what(), HasSubstr("user.deny"));
}

TEST(PolicySet, RulesAboutWordsNeedAShellWithWords) {
  const auto set = PolicySet::compile(
      parse(std::string(host) + "    shell: cli\n    allow:\n      - run: [show, version]\n"));
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error().what(), HasSubstr("deny_patterns"));
}

TEST(PolicySet, WhatTheOwnerForbidsIsForbiddenOnADeviceToo) {
  const auto compile = [](std::string_view rule) {
    return PolicySet::compile(parse(
        std::string(host) + "    shell: cli\n    platform: cisco_ios\n    deny:\n" + std::string(rule)));
  };
  const auto set = compile(
      "      - run: [write, memory]\n        examples: [wr mem, do write memory]\n"
      "        counter_examples: [show memory]\n");
  ASSERT_TRUE(set.has_value()) << set.error().what();
  EXPECT_EQ((*set)->policy("a").deny.size(), 1u);
  const auto wrong = compile("      - run: [write, memory]\n        examples: [show memory]\n");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().what(), HasSubstr("show memory"));
}

TEST(PolicySet, UnknownProgramsMayBeAllowed) {
  const auto set = PolicySet::compile(parse(std::string(host) + "    unknown: allow\n"));
  ASSERT_TRUE(set.has_value());
  EXPECT_TRUE((*set)->policy("a").unknown_allowed);
}

}  // namespace
}  // namespace mcpssh::gateway
