#include "ssh/pid_line.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {

const std::string nonce = "00ff00ff";

TEST(PidLine, IsAskedForInFrontOfTheCommand) {
  EXPECT_EQ(with_pid_line("ab", "ls -l"), "echo ab $$ >&2\nls -l");
}

TEST(PidLine, IsTakenOutHoweverTheStreamIsCut) {
  const std::string stream = "motd\n00ff00ff 4242\nthe command's own\n00ff00ff 1\n";
  for (std::size_t first = 0; first <= stream.size(); ++first)
    for (std::size_t second = first; second <= stream.size(); ++second) {
      PidLine line(nonce);
      std::string passed = line.feed(stream.substr(0, first));
      passed += line.feed(stream.substr(first, second - first));
      passed += line.feed(stream.substr(second));
      passed += line.flush();
      ASSERT_EQ(passed, "motd\nthe command's own\n00ff00ff 1\n") << first << " " << second;
      ASSERT_EQ(line.pid(), 4242);
    }
}

TEST(PidLine, MayFollowTextWithoutANewline) {
  PidLine line(nonce);
  EXPECT_EQ(line.feed("warning: 00ff00ff 77\nx"), "warning: x");
  EXPECT_EQ(line.pid(), 77);
}

TEST(PidLine, HoldsBackOnlyWhatMayBecomeTheLine) {
  PidLine line(nonce);
  EXPECT_EQ(line.feed("progress 00f"), "progress ");
  EXPECT_EQ(line.feed("x"), "00fx");
  EXPECT_EQ(line.feed("00ff00ff 12"), "");
  EXPECT_EQ(line.flush(), "00ff00ff 12");
  EXPECT_FALSE(line.pid());
}

TEST(PidLine, ThatIsNoneIsPassedOn) {
  for (const std::string not_one :
       {"00ff00ff x1\n", "00ff00ff 12x\n", "00ff00ff -5\n", "00ff00ff 1\n", "00ff00ff \n",
        "00ff00ff 99999999999999999999\n", "00ff00ff 1234567890123456"}) {
    PidLine line(nonce);
    EXPECT_EQ(line.feed(not_one) + line.flush(), not_one);
    EXPECT_FALSE(line.pid());
  }
}

}  // namespace
}  // namespace mcpssh::ssh
