#include "approvals/people.hpp"

#include <gtest/gtest.h>

namespace mcpssh::approvals {
namespace {

base::Principal asker(base::Via via, std::optional<std::uint32_t> user = {}) {
  base::Principal principal;
  principal.via = via;
  principal.user = user;
  return principal;
}

constexpr std::uint32_t server = 1000;

TEST(HumanFactor, WhoHasTheServersUserCouldBeTheAskerOverStdioAndHttp) {
  for (const auto via : {base::Via::stdio, base::Via::http}) {
    EXPECT_EQ(factor_of({1000, "me", true}, asker(via), server), HumanFactor::none);
    EXPECT_EQ(factor_of({1001, "other", true}, asker(via), server), HumanFactor::other_user);
    EXPECT_EQ(factor_of({0, "root", true}, asker(via), server), HumanFactor::other_user);
  }
}

TEST(HumanFactor, AClientOfAServicesSocketIsItsOwnUserAndNotTheServices) {
  const auto client = asker(base::Via::socket, 1001);
  EXPECT_EQ(factor_of({1001, "client", true}, client, server), HumanFactor::none);
  EXPECT_EQ(factor_of({1000, "service", true}, client, server), HumanFactor::other_user);
  EXPECT_EQ(factor_of({1002, "another", true}, client, server), HumanFactor::other_user);
}

TEST(HumanFactor, WhoIsInNoApproversGroupIsNobodyWhateverNumberItHas) {
  EXPECT_EQ(factor_of({100000, "100000", false}, asker(base::Via::stdio), server), HumanFactor::none);
  EXPECT_EQ(factor_of({1001, "other"}, asker(base::Via::socket, 1002), server), HumanFactor::none);
}

TEST(HumanFactor, AnAskerWhoIsRootCanBecomeAnybodySoNobodyIsAnotherUser) {
  for (const auto& who : {Approver{0, "root", true}, Approver{1001, "bob", true}}) {
    EXPECT_EQ(factor_of(who, asker(base::Via::stdio), 0), HumanFactor::none);
    EXPECT_EQ(factor_of(who, asker(base::Via::http), 0), HumanFactor::none);
    EXPECT_EQ(factor_of(who, asker(base::Via::socket, 0), server), HumanFactor::none);
  }
}

TEST(Approvers, AreShownWithNameAndNumberAndNothingThatMovesACursor) {
  EXPECT_EQ(described({1001, "alice"}), "alice (1001)");
  EXPECT_EQ(described({1001, "al\x1b[2Jice"}), "al\\x1b[2Jice (1001)");
}

}  // namespace
}  // namespace mcpssh::approvals
