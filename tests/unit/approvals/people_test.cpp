#include "approvals/people.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

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

TEST(OneTimeCodes, CountOnlyWhereTheAskersProcessesCannotReadTheSecret) {
  const Approver alice{1001, "alice", true};
  EXPECT_EQ(why_no_code(alice, asker(base::Via::socket, 1001), server), "")
      << "a client of a service's socket";
  EXPECT_EQ(why_no_code(alice, asker(base::Via::socket, 1001), 0), "");
  for (const auto via : {base::Via::stdio, base::Via::http})
    EXPECT_NE(why_no_code(alice, asker(via), server).find("server's own user"), std::string::npos);
  EXPECT_NE(why_no_code({server, "me", true}, asker(base::Via::stdio, server), server), "");
  EXPECT_NE(why_no_code(alice, asker(base::Via::socket, 0), server).find("root"), std::string::npos);
  EXPECT_NE(why_no_code(alice, asker(base::Via::stdio), 0).find("root"), std::string::npos);
  EXPECT_NE(why_no_code({1001, "alice", false}, asker(base::Via::socket, 1001), server).find("no approver"),
            std::string::npos);
}

/// What the account database of this machine says.
Approver found(std::uint32_t user, std::optional<std::uint32_t> group) {
  base::asio::io_context loop;
  std::optional<Approver> who;
  base::asio::co_spawn(loop, approver_of(user, group),
                       [&](const std::exception_ptr&, Approver told) { who = std::move(told); });
  loop.run();
  return who.value();
}

TEST(Approvers, AreWhomTheAccountDatabaseKnows) {
  EXPECT_EQ(found(0, std::nullopt), (Approver{0, "root", true}));
  EXPECT_EQ(found(1, 1), (Approver{1, "daemon", true}));
  EXPECT_EQ(found(1, 0), (Approver{1, "daemon", false}));
  EXPECT_EQ(found(1, std::nullopt), (Approver{1, "daemon", false}));
  EXPECT_EQ(found(4'000'000'000, 1), (Approver{4'000'000'000, "4000000000", false}));
}

TEST(Approvers, AreShownWithNameAndNumberAndNothingThatMovesACursor) {
  EXPECT_EQ(described({1001, "alice"}), "alice (1001)");
  EXPECT_EQ(described({1001, "al\x1b[2Jice"}), "al\\x1b[2Jice (1001)");
}

}  // namespace
}  // namespace mcpssh::approvals
