#include "ssh/exec/prelude.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

const std::string nonce = "00ff00ff";

TEST(Prelude, IsTakenOutHoweverTheStreamIsCut) {
  const std::string stream = "motd\n00ff00ff 4242\nthe command's own\n00ff00ff 1\n";
  for (std::size_t first = 0; first <= stream.size(); ++first)
    for (std::size_t second = first; second <= stream.size(); ++second) {
      Prelude prelude(nonce, false);
      std::string passed = prelude.feed(stream.substr(0, first));
      passed += prelude.feed(stream.substr(first, second - first));
      passed += prelude.feed(stream.substr(second));
      passed += prelude.flush();
      ASSERT_EQ(passed, "motd\nthe command's own\n00ff00ff 1\n") << first << " " << second;
      ASSERT_EQ(prelude.pid(), 4242);
      ASSERT_TRUE(prelude.begun());
    }
}

TEST(Prelude, MayFollowTextWithoutANewline) {
  Prelude prelude(nonce, false);
  EXPECT_EQ(prelude.feed("warning: 00ff00ff 77\nx"), "warning: x");
  EXPECT_EQ(prelude.pid(), 77);
}

TEST(Prelude, HoldsBackOnlyWhatMayBecomeALineOfOurs) {
  Prelude prelude(nonce, false);
  EXPECT_EQ(prelude.feed("progress 00f"), "progress ");
  EXPECT_EQ(prelude.feed("x"), "00fx");
  EXPECT_EQ(prelude.feed("00ff00ff 12"), "");
  EXPECT_EQ(prelude.flush(), "00ff00ff 12");
  EXPECT_FALSE(prelude.pid());
}

TEST(Prelude, PassesOnWhatIsNoPidLine) {
  for (const std::string not_one :
       {"00ff00ff x1\n", "00ff00ff 12x\n", "00ff00ff -5\n", "00ff00ff 1\n", "00ff00ff \n", "00ff00ff go\n",
        "00ff00ff 99999999999999999999\n", "00ff00ff 1234567890123456"}) {
    Prelude prelude(nonce, false);
    EXPECT_EQ(prelude.feed(not_one) + prelude.flush(), not_one);
    EXPECT_FALSE(prelude.pid());
    EXPECT_FALSE(prelude.begun());
  }
}

TEST(Prelude, OfASudoIsToldFromTheCommandHoweverTheStreamIsCut) {
  const std::string stream =
      "motd\n00ff00ff 300\nWe trust you have received\n00ff00ff ask\nSorry\n00ff00ff ask\n"
      "\n00ff00ff in\ncd said this\n00ff00ff go\n00ff00ff ask\nown\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Prelude prelude(nonce, true);
    std::string passed = prelude.feed(stream.substr(0, cut)) + prelude.feed(stream.substr(cut));
    ASSERT_EQ(passed + prelude.flush(), "motd\n00ff00ff ask\nown\n") << cut;
    ASSERT_EQ(prelude.asked(), 2);
    ASSERT_TRUE(prelude.inside());
    ASSERT_TRUE(prelude.begun());
    ASSERT_EQ(prelude.said(), "cd said this\n");
  }
}

TEST(Prelude, KnowsATerminalsLineEnds) {
  Prelude prelude(nonce, true);
  EXPECT_EQ(prelude.feed("00ff00ff 300\r\n00ff00ff ask\r\n"), "");
  EXPECT_EQ(prelude.asked(), 1);
  EXPECT_EQ(prelude.feed("\r\n00ff00ff in\r\n00ff00ff go\r\nout\r\n"), "out\r\n");
  EXPECT_TRUE(prelude.begun());
}

TEST(Prelude, IsNotAskedBeforeThePidNorOnceInside) {
  Prelude prelude(nonce, true);
  EXPECT_EQ(prelude.feed("00ff00ff ask\n"), "00ff00ff ask\n");  // a login script cannot know the nonce
  EXPECT_EQ(prelude.asked(), 0);
  prelude.feed("00ff00ff 300\n00ff00ff in\n00ff00ff ask\n");
  EXPECT_EQ(prelude.asked(), 0);
  EXPECT_EQ(prelude.said(), "00ff00ff ask\n");
}

TEST(Prelude, KeepsTheLastWordsOfAnEndlessRefusal) {
  Prelude prelude(nonce, true);
  prelude.feed("00ff00ff 300\n");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(prelude.feed("noise noise noise\n"), "");
  prelude.feed("00ff00ff no-directory\nthe end");
  EXPECT_EQ(prelude.flush(), "");
  EXPECT_LE(prelude.said().size(), 2048U);
  EXPECT_TRUE(prelude.said().ends_with("noise\nthe end"));
  EXPECT_TRUE(prelude.no_directory());
  EXPECT_FALSE(prelude.begun());
}

}  // namespace
}  // namespace mcpssh::ssh
