// So many tool calls within any minute, and no more.
#include "gateway/rights/pace.hpp"

#include <gtest/gtest.h>

namespace mcpssh::gateway {
namespace {

using std::chrono::seconds;

struct PaceTest : testing::Test {
  base::Clock clock() {
    base::Clock clock;
    clock.mono = [this] { return now; };
    return clock;
  }
  base::MonoTime now{seconds(1000)};
  Pace pace{clock()};
};

TEST_F(PaceTest, TheCallThatIsOneTooManyIsToldWhenThereIsRoom) {
  EXPECT_EQ(pace.take("ci", 2), seconds(0));
  now += seconds(20);
  EXPECT_EQ(pace.take("ci", 2), seconds(0));
  EXPECT_EQ(pace.take("ci", 2), seconds(40));
  now += seconds(39);
  EXPECT_EQ(pace.take("ci", 2), seconds(1)) << "what was refused did not count";
  now += seconds(1);
  EXPECT_EQ(pace.take("ci", 2), seconds(0));
  EXPECT_EQ(pace.take("ci", 2), seconds(20));
}

TEST_F(PaceTest, EachPrincipalHasItsOwn) {
  EXPECT_EQ(pace.take("ci", 1), seconds(0));
  EXPECT_EQ(pace.take("other", 1), seconds(0));
  EXPECT_EQ(pace.take("ci", 1), seconds(60));
}

TEST_F(PaceTest, ARateThatBecameLessHoldsAtOnce) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(pace.take("ci", 10), seconds(0));
    now += seconds(1);
  }
  EXPECT_EQ(pace.take("ci", 1), seconds(59)) << "the youngest call has to be a minute old";
  now += seconds(59);
  EXPECT_EQ(pace.take("ci", 1), seconds(0));
}

TEST_F(PaceTest, NoMinuteHoldsMoreThanAllowed) {
  std::vector<base::MonoTime> made;
  for (int i = 0; i < 1000; ++i) {
    if (pace.take("ci", 7) == seconds(0)) made.push_back(now);
    now += std::chrono::milliseconds(731);
  }
  ASSERT_GT(made.size(), 70U);
  for (std::size_t i = 7; i < made.size(); ++i) EXPECT_GE(made[i] - made[i - 7], seconds(60));
}

}  // namespace
}  // namespace mcpssh::gateway
