#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "approvals/desk.hpp"

namespace mcpssh::approvals {
namespace {

using base::Via;
using guard::Decision;
using testing::HasSubstr;
using Kind = Route::Kind;

guard::Verdict verdict(Decision decision, std::string rule = "disk.mkfs") {
  guard::Verdict out;
  out.decision = decision;
  guard::Finding finding;
  finding.rule = std::move(rule);
  finding.decision = decision;
  out.findings.push_back(std::move(finding));
  return out;
}

Asker asker(Via via, bool can_elicit, bool confirms, std::string name = "local") {
  Asker out;
  out.principal.via = via;
  out.principal.name = std::move(name);
  out.can_elicit = can_elicit;
  out.confirm_dangerous = confirms;
  return out;
}

enum class Class { ask, deny, unlocked };

Route decide(Setting setting, const Asker& who, Class verdict_class) {
  const bool deny = verdict_class == Class::deny;
  return route(setting, who, verdict(deny ? Decision::deny : Decision::ask),
               verdict_class == Class::unlocked);
}

struct Row {
  Setting setting;
  Via via;
  bool can_elicit;
  bool confirms;
  Class verdict_class;
  Kind kind;
};

TEST(Route, EveryCombinationIsAsTheTableSays) {
  using enum Setting;
  constexpr auto granted = Kind::granted;
  constexpr auto human_asked = Kind::ask_human;
  constexpr auto refused = Kind::refused;
  const std::vector<Row> table{
      // automatic, stdio with elicitation: a person is asked, whatever the model confirms
      {automatic, Via::stdio, true, false, Class::ask, human_asked},
      {automatic, Via::stdio, true, true, Class::ask, human_asked},
      {automatic, Via::stdio, true, false, Class::unlocked, human_asked},
      {automatic, Via::stdio, true, true, Class::unlocked, human_asked},
      {automatic, Via::stdio, true, false, Class::deny, refused},
      {automatic, Via::stdio, true, true, Class::deny, refused},
      // automatic, stdio without elicitation: the model's confirmation opens questions only
      {automatic, Via::stdio, false, false, Class::ask, refused},
      {automatic, Via::stdio, false, true, Class::ask, granted},
      {automatic, Via::stdio, false, false, Class::unlocked, refused},
      {automatic, Via::stdio, false, true, Class::unlocked, refused},
      {automatic, Via::stdio, false, false, Class::deny, refused},
      {automatic, Via::stdio, false, true, Class::deny, refused},
      // automatic, at a terminal of this machine: asked there, unless --yes was typed
      {automatic, Via::local, true, false, Class::ask, human_asked},
      {automatic, Via::local, true, false, Class::unlocked, human_asked},
      {automatic, Via::local, true, true, Class::unlocked, human_asked},
      {automatic, Via::local, true, false, Class::deny, refused},
      {automatic, Via::local, true, true, Class::deny, refused},
      {automatic, Via::local, false, false, Class::ask, refused},
      {automatic, Via::local, false, true, Class::ask, granted},
      {automatic, Via::local, true, true, Class::ask, granted},
      {automatic, Via::local, false, true, Class::unlocked, refused},
      {automatic, Via::local, false, true, Class::deny, refused},
      // automatic, a named token over HTTP: as human, and elicitation is not trusted there
      {automatic, Via::http, false, false, Class::ask, refused},
      {automatic, Via::http, false, true, Class::ask, refused},
      {automatic, Via::http, true, true, Class::ask, refused},
      {automatic, Via::http, true, true, Class::unlocked, refused},
      {automatic, Via::http, true, true, Class::deny, refused},
      // human: no channel in this version
      {human, Via::stdio, true, true, Class::ask, refused},
      {human, Via::stdio, false, true, Class::ask, refused},
      {human, Via::stdio, true, true, Class::unlocked, refused},
      {human, Via::stdio, true, true, Class::deny, refused},
      {human, Via::http, true, true, Class::ask, refused},
      {human, Via::local, true, true, Class::ask, refused},
      {human, Via::local, true, false, Class::ask, refused},
      // model: the confirmation overrides every block
      {model, Via::stdio, false, false, Class::ask, refused},
      {model, Via::stdio, false, true, Class::ask, granted},
      {model, Via::stdio, true, true, Class::ask, granted},
      {model, Via::stdio, false, true, Class::unlocked, granted},
      {model, Via::stdio, false, false, Class::deny, refused},
      {model, Via::stdio, false, true, Class::deny, granted},
      {model, Via::http, false, true, Class::deny, granted},
      {model, Via::local, false, true, Class::deny, granted},
      {model, Via::local, true, false, Class::deny, human_asked},
      {model, Via::local, false, false, Class::ask, refused},
      // none: blocked stays blocked
      {none, Via::stdio, true, true, Class::ask, refused},
      {none, Via::stdio, true, true, Class::unlocked, refused},
      {none, Via::stdio, true, true, Class::deny, refused},
      {none, Via::http, true, true, Class::ask, refused},
      {none, Via::local, true, true, Class::ask, refused},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Row& row = table[i];
    const Route got = decide(row.setting, asker(row.via, row.can_elicit, row.confirms), row.verdict_class);
    EXPECT_EQ(got.kind, row.kind) << "row " << i;
    if (row.kind == granted)
      EXPECT_EQ(got.approved_by, row.via == Via::local ? "--yes" : "model") << "row " << i;
    if (row.kind == human_asked)
      EXPECT_EQ(got.approved_by, row.via == Via::local ? "terminal" : "human:elicitation") << "row " << i;
    if (row.kind == refused) EXPECT_TRUE(got.approved_by.empty()) << "row " << i;
    if (row.kind != granted) EXPECT_FALSE(got.why.empty()) << "row " << i;
  }
}

TEST(Route, TheOneSharedTokenIsTreatedAsTheOriginalDidAndNamedTokensAreNot) {
  EXPECT_EQ(decide(Setting::automatic, asker(Via::http, false, true, "shared"), Class::ask).kind,
            Kind::granted);
  EXPECT_EQ(decide(Setting::automatic, asker(Via::http, false, true, "shared"), Class::deny).kind,
            Kind::refused);
  EXPECT_EQ(decide(Setting::automatic, asker(Via::http, false, true, "alice"), Class::ask).kind,
            Kind::refused);
}

/// The same with ways to a person that the owner has set up.
Route decide_with(Channels channels, Setting setting, Asker who, Class verdict_class) {
  who.channels = channels;
  return decide(setting, who, verdict_class);
}

TEST(Route, WhereApproversAreSetUpOnlyAPersonsAnswerCounts) {
  const Channels approvers{true, false, ""};
  for (const auto setting : {Setting::automatic, Setting::human})
    for (const auto via : {Via::stdio, Via::http, Via::socket, Via::local})
      for (const auto name : {"shared", "alice"})
        for (const auto verdict_class : {Class::ask, Class::unlocked}) {
          const auto got = decide_with(approvers, setting, asker(via, false, true, name), verdict_class);
          EXPECT_EQ(got.kind, Kind::ask_human);
          EXPECT_FALSE(got.elicit);
          EXPECT_EQ(decide_with(approvers, setting, asker(via, false, true, name), Class::deny).kind,
                    Kind::refused);
        }
  EXPECT_EQ(decide_with(approvers, Setting::model, asker(Via::stdio, false, true), Class::ask).kind,
            Kind::granted);
  EXPECT_EQ(decide_with(approvers, Setting::none, asker(Via::stdio, false, true), Class::ask).kind,
            Kind::refused);
}

TEST(Route, ElicitationCountsOnStdioInAutoAndElsewhereWhereTheOwnerTrustsIt) {
  const Channels both{true, false}, trusted{false, true};
  EXPECT_TRUE(decide_with(both, Setting::automatic, asker(Via::stdio, true, false), Class::ask).elicit);
  EXPECT_FALSE(decide_with(both, Setting::human, asker(Via::stdio, true, false), Class::ask).elicit);
  EXPECT_FALSE(decide_with(both, Setting::automatic, asker(Via::http, true, false), Class::ask).elicit);
  EXPECT_FALSE(decide_with(both, Setting::automatic, asker(Via::socket, true, false), Class::ask).elicit);
  for (const auto via : {Via::stdio, Via::http, Via::socket})
    for (const auto setting : {Setting::automatic, Setting::human}) {
      EXPECT_TRUE(decide_with(trusted, setting, asker(via, true, false, "alice"), Class::ask).elicit);
      EXPECT_EQ(decide_with(trusted, setting, asker(via, false, true, "alice"), Class::unlocked).kind,
                Kind::refused);
    }
}

TEST(Route, WhereApproversAreSetUpTheAskersOwnTerminalIsNoneOfThem) {
  const Channels approvers{true, false}, both{true, true};
  for (const bool yes : {false, true})
    for (const auto setting : {Setting::automatic, Setting::human}) {
      const auto got = decide_with(approvers, setting, asker(Via::local, true, yes), Class::ask);
      EXPECT_EQ(got.kind, Kind::ask_human);
      EXPECT_FALSE(got.elicit);
      EXPECT_EQ(decide_with(both, setting, asker(Via::local, true, yes), Class::ask).elicit,
                setting == Setting::automatic)
          << "under human any process of the asker's user could open a terminal and say yes";
    }
  EXPECT_THAT(decide(Setting::automatic, asker(Via::local, false, false), Class::ask).why,
              HasSubstr("--yes"));
}

TEST(Route, WithoutAWayToAPersonTheRefusalSaysHowToMakeOne) {
  for (const auto& why : {decide(Setting::human, asker(Via::stdio, true, true), Class::ask).why,
                          decide(Setting::automatic, asker(Via::http, true, true, "alice"), Class::ask).why,
                          decide(Setting::automatic, asker(Via::socket, true, true), Class::ask).why})
    EXPECT_THAT(why, HasSubstr("approvers_group"));
}

TEST(Route, RefusalsNameTheSettingThatWouldChangeThem) {
  const Asker confirmed = asker(Via::stdio, false, true);
  EXPECT_THAT(decide(Setting::automatic, confirmed, Class::deny).why,
              testing::AllOf(HasSubstr("unlock: [disk.mkfs]"), HasSubstr("approval: model")));
  EXPECT_THAT(decide(Setting::automatic, confirmed, Class::unlocked).why, HasSubstr("approval: model"));
  EXPECT_THAT(decide(Setting::human, confirmed, Class::ask).why, HasSubstr("approval: auto"));
  EXPECT_THAT(decide(Setting::none, confirmed, Class::ask).why, HasSubstr("approval: auto"));
  EXPECT_THAT(decide(Setting::automatic, asker(Via::stdio, false, false), Class::ask).why,
              testing::AllOf(HasSubstr("ask the user"), HasSubstr("confirm_dangerous=true")));
}

TEST(Route, AskingAHumanSaysThatTheModelsConfirmationDoesNotCount) {
  EXPECT_THAT(decide(Setting::automatic, asker(Via::stdio, true, true), Class::ask).why,
              HasSubstr("confirm_dangerous does not"));
}

TEST(Route, WhatUnlockCannotOpenDoesNotPromiseIt) {
  const Asker confirmed = asker(Via::stdio, false, true);
  const auto why = [&](std::string rule) {
    return route(Setting::automatic, confirmed, verdict(Decision::deny, std::move(rule)), false).why;
  };
  EXPECT_THAT(why("mode.readonly"), testing::AllOf(HasSubstr("mode"), testing::Not(HasSubstr("unlock"))));
  EXPECT_THAT(why("text.invisible"), testing::Not(HasSubstr("unlock")));
}

class DeclinesTest : public testing::Test {
 protected:
  void pass(std::chrono::seconds time) { now_ += time; }

  base::MonoTime now_{};
  base::Clock clock_{[] { return base::WallTime{}; }, [this] { return now_; }};
};

TEST_F(DeclinesTest, ADeclineHoldsForAnHour) {
  Declines declines(clock_);
  declines.remember("a");
  EXPECT_EQ(declines.holds("a"), std::chrono::hours(1));
  EXPECT_EQ(declines.holds("b"), std::chrono::seconds(0));
  pass(std::chrono::minutes(59));
  EXPECT_EQ(declines.holds("a"), std::chrono::minutes(1));
  pass(std::chrono::minutes(1));
  EXPECT_EQ(declines.holds("a"), std::chrono::seconds(0));
}

TEST_F(DeclinesTest, APersonsApprovalLiftsIt) {
  Declines declines(clock_);
  declines.remember("a");
  EXPECT_FALSE(declines.lift("b"));
  EXPECT_TRUE(declines.lift("a"));
  EXPECT_EQ(declines.holds("a"), std::chrono::seconds(0));
  EXPECT_FALSE(declines.lift("a"));
}

TEST_F(DeclinesTest, DecliningAgainStartsTheHourAgain) {
  Declines declines(clock_);
  declines.remember("a");
  pass(std::chrono::minutes(30));
  declines.remember("a");
  EXPECT_EQ(declines.holds("a"), std::chrono::hours(1));
}

TEST_F(DeclinesTest, MemoryIsBoundedAndTheOldestGoesFirst) {
  Declines declines(clock_);
  for (std::size_t i = 0; i <= Declines::most; ++i) {
    declines.remember("digest " + std::to_string(i));
    pass(std::chrono::seconds(1));
  }
  EXPECT_EQ(declines.holds("digest 0"), std::chrono::seconds(0));
  EXPECT_GT(declines.holds("digest 1"), std::chrono::seconds(0));
  EXPECT_GT(declines.holds("digest " + std::to_string(Declines::most)), std::chrono::seconds(0));
}

TEST(Tunnels, AreOpenedByThePersonsWordAndTheConfigurationOnly) {
  auto ask = verdict(Decision::ask, "tunnel.dynamic");
  ask.human_only = true;
  for (const auto setting : {Setting::automatic, Setting::model, Setting::human, Setting::none}) {
    EXPECT_EQ(route(setting, asker(Via::stdio, false, true), ask, false).kind, Kind::refused);
    EXPECT_EQ(
        route(setting, asker(Via::stdio, true, true), verdict(Decision::deny, "tunnel.unlisted"), false).kind,
        Kind::refused);
  }
  EXPECT_EQ(route(Setting::automatic, asker(Via::stdio, true, false), ask, false).kind, Kind::ask_human);
  EXPECT_EQ(route(Setting::model, asker(Via::stdio, true, true), ask, false).kind, Kind::ask_human);
}

TEST(Route, WhereNoApproverCanAnswerNothingElseOpensWhatTheyWereSetUpForAndTheReasonIsSaid) {
  const Channels closed{true, false, "the socket cannot be opened"};
  for (const auto setting : {Setting::automatic, Setting::human}) {
    const auto got = decide_with(closed, setting, asker(Via::stdio, false, true), Class::ask);
    EXPECT_EQ(got.kind, Kind::refused);
    EXPECT_THAT(got.why, HasSubstr("the socket cannot be opened"));
  }
  EXPECT_EQ(decide_with(closed, Setting::automatic, asker(Via::stdio, true, false), Class::ask).kind,
            Kind::ask_human)
      << "the client's own question is another way";
}

TEST(Route, WhereSeveralPeopleAreNeededNeitherAClientNorAModelIsOneOfThem) {
  for (const auto setting : {Setting::automatic, Setting::human}) {
    auto who = asker(Via::stdio, true, true);
    who.channels.needed = 2;
    const auto alone = decide(setting, who, Class::ask);
    EXPECT_EQ(alone.kind, Kind::refused);
    EXPECT_THAT(alone.why, HasSubstr("2 different people"));
    EXPECT_THAT(alone.why, HasSubstr("approvers_group"));
    who.channels.approvers = true;
    who.channels.trust_elicitation = true;
    const auto asked = decide(setting, who, Class::ask);
    EXPECT_EQ(asked.kind, Kind::ask_human);
    EXPECT_FALSE(asked.elicit) << "nobody knows who is behind a client";
    EXPECT_EQ(asked.approved_by, "human:socket");
    who.channels.approvers_closed = "no socket";
    EXPECT_EQ(decide(setting, who, Class::ask).kind, Kind::refused);
  }
}

}  // namespace
}  // namespace mcpssh::approvals
