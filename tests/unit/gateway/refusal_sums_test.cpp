// Refusals that cost nothing: the first of a kind as it is, then sums, and none is lost.
#include "gateway/rights/refusal_sums.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "gateway/refusal_rules.hpp"

namespace mcpssh::gateway {
namespace {

using std::chrono::seconds;

struct RefusalSumsTest : testing::Test {
  base::Clock clock() {
    base::Clock clock;
    clock.mono = [this] { return now; };
    return clock;
  }
  static audit::Record refusal(const std::string& who, const std::string& tool, const std::string& rule) {
    audit::Record record;
    record.kind = audit::Kind::refused;
    record.principal.name = who;
    record.tool = tool;
    record.rules = {rule};
    record.detail = "because";
    return record;
  }
  base::MonoTime now{seconds(1000)};
  RefusalSums sums{clock()};
};

TEST_F(RefusalSumsTest, TheFirstIsWrittenAsItIsAndTheOthersOfItsMinuteAreOneSum) {
  const auto first = sums.take(refusal("ci", "ssh_run", "token.pace"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->detail, "because");
  EXPECT_FALSE(sums.due()) << "nothing waits";
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(sums.take(refusal("ci", "ssh_run", "token.pace")));
  ASSERT_TRUE(sums.due());
  EXPECT_EQ(*sums.due(), now + seconds(60));
  now += seconds(59);
  EXPECT_TRUE(sums.sums().empty());
  now += seconds(1);
  const auto written = sums.sums();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].state, "summed");
  EXPECT_EQ(written[0].detail, "1000 more: because");
  EXPECT_EQ(written[0].rules, std::vector<std::string>{"token.pace"});
  EXPECT_FALSE(sums.due());
  EXPECT_FALSE(sums.take(refusal("ci", "ssh_run", "token.pace"))) << "a flood goes on in sums";
  now += seconds(61);
  EXPECT_EQ(sums.sums().size(), 1U);
  now += seconds(61);
  EXPECT_TRUE(sums.take(refusal("ci", "ssh_run", "token.pace"))) << "after a quiet minute it is a first one";
}

TEST_F(RefusalSumsTest, AskersToolsAndRulesAreKindsOfTheirOwn) {
  EXPECT_TRUE(sums.take(refusal("ci", "ssh_run", "token.pace")));
  EXPECT_TRUE(sums.take(refusal("other", "ssh_run", "token.pace")));
  EXPECT_TRUE(sums.take(refusal("ci", "ssh_shell", "token.pace")));
  EXPECT_TRUE(sums.take(refusal("ci", "ssh_run", "token.tools")));
}

TEST_F(RefusalSumsTest, AtTheEndWhatIsOpenIsGivenBeforeItIsDue) {
  EXPECT_TRUE(sums.take(refusal("ci", "ssh_run", "token.pace")));
  EXPECT_FALSE(sums.take(refusal("ci", "ssh_run", "token.pace")));
  EXPECT_TRUE(sums.sums().empty());
  EXPECT_EQ(sums.sums(true).size(), 1U);
  EXPECT_TRUE(sums.sums(true).empty());
}

TEST(RefusalRules, EachHasANameOfItsOwnAndStandsInTheDocs) {
  std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/docs/journal.md");
  std::ostringstream text;
  text << file.rdbuf();
  std::set<std::string_view> known;
  for (const auto rule : refusals::all()) {
    EXPECT_TRUE(known.insert(rule).second) << rule;
    EXPECT_NE(text.str().find("`" + std::string(rule) + "`"), std::string::npos) << rule;
  }
}

TEST(RefusalRules, NoCodeIsWithoutOne) {
  for (int code = 0; code <= static_cast<int>(base::ErrorCode::internal); ++code)
    EXPECT_FALSE(refusals::rule_before(static_cast<base::ErrorCode>(code)).empty());
  EXPECT_FALSE(refusals::rule_after(base::ErrorCode::connect_failed))
      << "a host that is down refuses nothing";
}

}  // namespace
}  // namespace mcpssh::gateway
