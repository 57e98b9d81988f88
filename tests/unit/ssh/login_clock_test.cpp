// How long a person may think: a host counts from the connect, whoever it waits for.
#include "ssh/login/login_clock.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

using namespace std::chrono_literals;

constexpr base::MonoTime connected{1h};

TEST(AnswerUntil, IsCountedFromTheConnectHoweverManyQuestionsCameBefore) {
  for (const auto asked : {0s, 1s, 60s, 109s})
    EXPECT_EQ(answer_until(connected, connected + asked, 0ms), connected + 110s) << asked.count();
}

TEST(AnswerUntil, AShorterTimeHoldsForEachQuestion) {
  EXPECT_EQ(answer_until(connected, connected + 5s, 20s), connected + 25s);
  EXPECT_EQ(answer_until(connected, connected + 60s, 20s), connected + 80s);
}

TEST(AnswerUntil, ALongerTimeNeverOutlastsTheHost) {
  EXPECT_EQ(answer_until(connected, connected, 10min), connected + 110s);
  EXPECT_EQ(answer_until(connected, connected + 100s, 20s), connected + 110s);
}

TEST(AnswerUntil, IsOverWhenTheHostIsAboutToHangUp) {
  for (const auto asked : {110s, 111s, 1000s})
    EXPECT_LE(answer_until(connected, connected + asked, 0ms), connected + asked) << asked.count();
}

}  // namespace
}  // namespace mcpssh::ssh
