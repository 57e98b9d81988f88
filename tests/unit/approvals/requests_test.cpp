#include "approvals/requests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace mcpssh::approvals {
namespace {

using testing::HasSubstr;

class RequestsTest : public testing::Test {
 protected:
  std::string open(const std::string& call, const std::string& who = "local", const std::string& batch = {}) {
    Request asking;
    asking.principal.name = who;
    asking.batch = batch;
    asking.needed = needed_;
    Item item;
    item.call = call;
    item.digest = "digest of " + call;
    if (const auto opened = requests_.open(std::move(asking), std::move(item)); !opened)
      return opened.error().message();
    return requests_.of(call)->id;
  }
  void pass(std::chrono::seconds time) { now_ += time; }

  std::size_t needed_ = 1;
  base::MonoTime now_{};
  base::Clock clock_{[] { return base::WallTime{}; }, [this] { return now_; }};
  Requests requests_{clock_};
};

TEST_F(RequestsTest, AHundredApproversAndExactlyOneDecision) {
  const auto id = open("a");
  int won = 0;
  for (int approver = 0; approver < 100; ++approver) {
    const auto ending = approver % 2 == 0 ? Ending::declined : Ending::approved;
    const auto taken = requests_.take(id, ending, "approver " + std::to_string(approver));
    won += taken ? 1 : 0;
    if (!taken) EXPECT_THAT(taken.error().message(), HasSubstr("is over: declined by approver 0"));
  }
  EXPECT_EQ(won, 1);
}

TEST_F(RequestsTest, ARequestIsGoodForTwoMinutesAndForOneUse) {
  const auto id = open("a");
  pass(Requests::lifetime - std::chrono::seconds(1));
  EXPECT_NE(requests_.find(id), nullptr);
  pass(std::chrono::seconds(1));
  const auto late = requests_.take(id, Ending::approved, "x");
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message(), HasSubstr("has expired"));
}

TEST_F(RequestsTest, TheirTextsTogetherAreBounded) {
  const auto open_long = [&](const std::string& who, std::size_t bytes) {
    Request asking;
    asking.principal.name = who;
    Item item;
    item.call = who;
    item.text.assign(bytes, 'x');
    return requests_.open(std::move(asking), std::move(item)).has_value();
  };
  EXPECT_FALSE(open_long("a", Requests::most_bytes + 1));
  EXPECT_TRUE(open_long("b", Requests::most_bytes));
  EXPECT_FALSE(open_long("c", 1)) << "the bound is for all together";
  requests_.leave("b", Ending::cancelled, "");
  EXPECT_TRUE(open_long("c", 1));
}

TEST_F(RequestsTest, TheRevisionIsAnotherAfterEachChangeAndOnlyThen) {
  auto last = requests_.revision();
  const auto changed = [&] {
    const auto before = std::exchange(last, requests_.revision());
    return before != last;
  };
  const auto id = open("a", "local", "batch");
  EXPECT_TRUE(changed());
  const auto grown = open("b", "local", "batch");
  EXPECT_TRUE(changed());
  requests_.leave("a", Ending::cancelled, "");
  EXPECT_TRUE(changed());
  EXPECT_FALSE(requests_.take(id, Ending::approved, "x"));
  requests_.leave("unknown", Ending::cancelled, "");
  EXPECT_FALSE(changed());
  EXPECT_TRUE(requests_.take(grown, Ending::approved, "x"));
  EXPECT_TRUE(changed());
}

TEST_F(RequestsTest, NobodyHasMoreThanThreeOpenAndOthersAreNotKeptOut) {
  for (const auto* call : {"a", "b", "c"}) EXPECT_THAT(open(call), testing::StartsWith("ap-"));
  EXPECT_THAT(open("d"), HasSubstr("3 requests for approval are open already"));
  EXPECT_THAT(open("e", "alice"), testing::StartsWith("ap-"));
  requests_.leave("a", Ending::cancelled, "");
  EXPECT_THAT(open("d"), testing::StartsWith("ap-"));
}

TEST_F(RequestsTest, AServerHasSixtyFourOpenInAll) {
  for (std::size_t i = 0; i < Requests::most; ++i) open(std::to_string(i), "user " + std::to_string(i));
  EXPECT_THAT(open("more", "another"), HasSubstr("64 requests for approval are open on this server"));
}

TEST_F(RequestsTest, TheActionsOfOneCallAreOneRequestThatGetsANewIdWhenItGrows) {
  const auto before = open("a", "local", "batch_1");
  const auto after = open("b", "local", "batch_1");
  EXPECT_NE(before, after);
  EXPECT_FALSE(requests_.take(before, Ending::approved, "read only the first"));
  EXPECT_EQ(requests_.all().size(), 1u);
  const auto taken = requests_.take(after, Ending::approved, "x");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->items.size(), 2u);
  EXPECT_EQ(requests_.past(after)->digests, (std::vector<std::string>{"digest of a", "digest of b"}));
}

TEST_F(RequestsTest, BatchesOfTwoPrincipalsDoNotMix) {
  open("a", "alice", "batch_1");
  open("b", "bob", "batch_1");
  EXPECT_EQ(requests_.all().size(), 2u);
}

TEST_F(RequestsTest, ARequestEndsWithItsLastActionAndIsRememberedForAnHour) {
  open("a", "local", "batch_1");
  const auto id = open("b", "local", "batch_1");
  requests_.leave("a", Ending::declined, "x");
  EXPECT_EQ(requests_.find(id)->items.size(), 1u);
  requests_.leave("b", Ending::declined, "x");
  EXPECT_EQ(requests_.find(id), nullptr);
  ASSERT_NE(requests_.past(id), nullptr);
  EXPECT_EQ(requests_.past(id)->ending, Ending::declined);
  EXPECT_EQ(requests_.past(id)->digests.size(), 2u);
  pass(Requests::remembered);
  EXPECT_EQ(requests_.past(id), nullptr);
}

TEST_F(RequestsTest, ThreeDeclinesInARowPauseTheAskerForTenMinutesAndNobodyElse) {
  const auto decline = [&](const std::string& call) {
    EXPECT_TRUE(requests_.take(open(call), Ending::declined, "x"));
    pass(std::chrono::minutes(1));
  };
  decline("a");
  decline("b");
  EXPECT_TRUE(requests_.take(open("c"), Ending::approved, "x")) << "not in a row";
  decline("d");
  decline("e");
  decline("f");
  EXPECT_THAT(open("g"), HasSubstr("3 requests for approval in a row were declined, so nobody is asked again "
                                   "for 9 min"));
  EXPECT_THAT(open("h", "alice"), testing::StartsWith("ap-"));
  pass(Requests::pause - std::chrono::minutes(1));
  decline("i");
  EXPECT_THAT(open("j"), testing::StartsWith("ap-")) << "counted anew";
}

TEST_F(RequestsTest, APersonsApprovalEndsThePause) {
  for (const auto* call : {"a", "b", "c"}) EXPECT_TRUE(requests_.take(open(call), Ending::declined, "x"));
  EXPECT_THAT(open("d"), HasSubstr("in a row were declined"));
  requests_.forgive("local");
  EXPECT_THAT(open("d"), testing::StartsWith("ap-"));
}

TEST_F(RequestsTest, OneCallOnManyHostsIsDeclinedOnce) {
  for (const auto* call : {"a", "b", "c", "d"}) open(call, "local", "batch_1");
  for (const auto* call : {"a", "b", "c", "d"}) requests_.leave(call, Ending::declined, "x");
  EXPECT_THAT(open("e"), testing::StartsWith("ap-"));
}

TEST_F(RequestsTest, TwoDifferentPeopleHaveToApproveAndOneMayDecline) {
  needed_ = 2;
  const auto alice = Given{1001, "human:socket alice (1001)", HumanFactor::totp};
  const auto bob = Given{1002, "human:socket bob (1002)", HumanFactor::other_user};
  const auto id = open("a");
  const auto first = requests_.approve(id, alice);
  ASSERT_TRUE(first);
  EXPECT_FALSE(*first) << "it waits for the other one";
  ASSERT_NE(requests_.find(id), nullptr);
  const auto again = requests_.approve(id, alice);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message(), HasSubstr("you have approved"));
  EXPECT_EQ(requests_.find(id)->given.size(), 1u);
  const auto second = requests_.approve(id, bob);
  ASSERT_TRUE(second && *second);
  EXPECT_EQ(names_of((*second)->given), "human:socket alice (1001), human:socket bob (1002)");
  EXPECT_EQ(factors_of((*second)->given), "other_user,totp");
  EXPECT_EQ(requests_.past(id)->ending, Ending::approved);
  EXPECT_FALSE(requests_.approve(id, Given{1003, "late", HumanFactor::other_user}));

  const auto other = open("b");
  ASSERT_TRUE(requests_.approve(other, alice));
  EXPECT_TRUE(requests_.take(other, Ending::declined, "bob"));
  EXPECT_FALSE(requests_.approve(other, bob));
}

TEST_F(RequestsTest, ARequestThatGrewHasLostItsApprovals) {
  needed_ = 2;
  const auto before = open("a", "local", "batch_1");
  ASSERT_TRUE(requests_.approve(before, Given{1001, "alice", HumanFactor::other_user}));
  needed_ = 1;
  const auto after = open("b", "local", "batch_1");
  EXPECT_EQ(requests_.find(after)->needed, 2u) << "the most that any of its actions needs";
  EXPECT_TRUE(requests_.find(after)->given.empty());
}

TEST_F(RequestsTest, AnApprovalComesTooLateForWhatHasExpired) {
  needed_ = 2;
  const auto id = open("a");
  ASSERT_TRUE(requests_.approve(id, Given{1001, "alice", HumanFactor::other_user}));
  pass(Requests::lifetime);
  const auto late = requests_.approve(id, Given{1002, "bob", HumanFactor::other_user});
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message(), HasSubstr("has expired"));
}

TEST_F(RequestsTest, AnIdOfAServerThatDiedIsKnownToHaveRunNothing) {
  base::Principal local;
  requests_.remember_lost("ap-0123456789", local);
  const auto tried = requests_.approve("ap-0123456789", Given{1001, "alice", HumanFactor::other_user});
  ASSERT_FALSE(tried);
  EXPECT_THAT(tried.error().message(), HasSubstr("is over: void by the end of the server"));
  EXPECT_THAT(tried.error().message(), HasSubstr("nothing was run"));
  EXPECT_THAT(open("a"), testing::StartsWith("ap-")) << "it is no decline";
}

TEST_F(RequestsTest, WhatIsOverIsBoundedInMemory) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i <= Requests::most_past; ++i) {
    ids.push_back(open(std::to_string(i)));
    requests_.leave(std::to_string(i), Ending::cancelled, "");
  }
  EXPECT_EQ(requests_.past(ids.front()), nullptr);
  EXPECT_NE(requests_.past(ids.back()), nullptr);
}

TEST_F(RequestsTest, IdsAreNotGuessedAndAWrongOneSaysWhereToLook) {
  EXPECT_EQ(open("a").size(), 13u);
  EXPECT_NE(open("b"), open("c"));
  const auto wrong = requests_.take("ap-0000000000\x1b[2J", Ending::approved, "x");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("mcp-ssh pending"));
  EXPECT_THAT(wrong.error().message(), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace mcpssh::approvals
