// settings.approver_totp and approvals_needed.
#include <gmock/gmock.h>

#include "hosts/difference.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::bad;
using testing::environment;
using testing::good;
using ::testing::HasSubstr;
using testing::web1_with;

TEST(Approvers, HaveTheSecretsOfTheirCodesWhereAllSecretsMayBe) {
  const auto settings = good(
                            "settings:\n"
                            "  approver_totp:\n"
                            "    alice: {secret_file: /etc/mcp-ssh/totp-alice}\n"
                            "    bob: {secret_env: BOB}\n"
                            "    carol: {secret_command: [pass, totp/carol]}\n"
                            "    dave: {secret_credential: totp-dave}\n")
                            .settings;
  ASSERT_EQ(settings.approver_totp.size(), 4u);
  EXPECT_EQ(settings.approver_totp[0].first, "alice");
  EXPECT_EQ(settings.approver_totp[0].second.source, SecretRef::Source::file);
  EXPECT_EQ(settings.approver_totp[0].second.name, "/etc/mcp-ssh/totp-alice");
  EXPECT_EQ(settings.approver_totp[0].second.purpose, "one-time codes of alice");
  EXPECT_EQ(settings.approver_totp[1].second.source, SecretRef::Source::environment);
  EXPECT_EQ(settings.approver_totp[2].second.command.size(), 2u);
  EXPECT_EQ(settings.approver_totp[3].second.source, SecretRef::Source::credential);
}

TEST(Approvers, OnesWithoutASecretOrWithTwoAreErrors) {
  EXPECT_THAT(bad("settings:\n  approver_totp: [alice]\n"), HasSubstr("must be a mapping of user names"));
  EXPECT_THAT(bad("settings:\n  approver_totp:\n    alice: {}\n"), HasSubstr("hosts.yaml:3"));
  EXPECT_THAT(bad("settings:\n  approver_totp:\n    alice: {secret: JBSWY3DP}\n"),
              HasSubstr("secrets do not go into this file"));
  EXPECT_THAT(bad("settings:\n  approver_totp:\n    alice: {secret_env: A, secret_file: /b}\n"),
              HasSubstr("both say where"));
  EXPECT_THAT(bad("settings:\n  approver_totp:\n    '-a': {secret_env: A}\n"), HasSubstr("approver_totp"));
}

TEST(Approvers, TheirSecretsOfTheEnvironmentAreKnownForRedaction) {
  const auto snapshot = good("settings:\n  approver_totp: {bob: {secret_env: BOB}}\n");
  const auto all = all_secrets(snapshot, environment({{"BOB", "JBSWY3DPEHPK3PXP"}}));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].reveal(), "JBSWY3DPEHPK3PXP");
}

TEST(ApprovalsNeeded, AreOneUnlessTheFileOrTheHostSaysOtherwise) {
  EXPECT_EQ(good(web1_with("")).settings.approvals_needed, 1u);
  EXPECT_FALSE(good(web1_with("")).find("web1")->approvals_needed);
  EXPECT_EQ(good(web1_with("    approvals_needed: 2")).find("web1")->approvals_needed, 2u);
  EXPECT_EQ(good("settings: {approvals_needed: 2}\n").settings.approvals_needed, 2u);
  for (const auto* value : {"0", "6", "two", "-1"})
    EXPECT_THAT(bad("settings: {approvals_needed: " + std::string(value) + "}\n"),
                HasSubstr("approvals_needed"));
}

TEST(Approvers, WhatChangesIsTold) {
  const auto before = good("settings: {approvals_needed: 2, approver_totp: {alice: {secret_file: /a}}}\n");
  const auto after = good("settings: {approver_totp: {alice: {secret_file: /b}}}\n");
  const auto lines = policy_difference(before, after);
  EXPECT_THAT(lines, ::testing::Contains("settings: approvals_needed 2 -> 1"));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("approver_totp without `alice: file /a`")));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("approver_totp with `alice: file /b`")));
}

}  // namespace
}  // namespace mcpssh::hosts
