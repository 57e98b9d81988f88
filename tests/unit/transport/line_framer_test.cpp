#include "transport/local/line_framer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Lines as text, "!" for one that was too long.
std::vector<std::string> shown(const std::vector<Line>& lines) {
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(line ? *line : "!");
  return texts;
}

TEST(LineFramer, GivesEveryLineOfOneRead) {
  LineFramer framer(100);
  EXPECT_THAT(shown(framer.feed("a\nb\nc")), ElementsAre("a", "b"));
  EXPECT_THAT(shown(framer.feed("d\n")), ElementsAre("cd"));
  EXPECT_FALSE(framer.finish());
}

TEST(LineFramer, PutsALineTogetherFromSingleBytes) {
  LineFramer framer(100);
  EXPECT_THAT(shown(framer.feed("{")), IsEmpty());
  EXPECT_THAT(shown(framer.feed("}")), IsEmpty());
  EXPECT_THAT(shown(framer.feed("\r")), IsEmpty());
  EXPECT_THAT(shown(framer.feed("\n")), ElementsAre("{}"));
}

TEST(LineFramer, TakesCrLfAndLeavesOutBlankLines) {
  LineFramer framer(100);
  EXPECT_THAT(shown(framer.feed("\n\r\na\r\n\nb\rc\n")), ElementsAre("a", "b\rc"));
}

TEST(LineFramer, KeepsZeroBytes) {
  LineFramer framer(100);
  EXPECT_THAT(shown(framer.feed(std::string("a\0b\n", 4))), ElementsAre(std::string("a\0b", 3)));
}

TEST(LineFramer, GivesTheLastLineWithoutItsNewline) {
  LineFramer framer(100);
  framer.feed("a\nlast");
  EXPECT_EQ(framer.finish(), "last");
  EXPECT_FALSE(framer.finish());
}

TEST(LineFramer, ReportsAnOversizeLineOnceAndGoesOnAfterIt) {
  LineFramer framer(4);
  EXPECT_THAT(shown(framer.feed("1234\n12345\n1\n")), ElementsAre("1234", "!", "1"));
  for (int i = 0; i < 100; ++i) EXPECT_THAT(shown(framer.feed("xxxxxxxx")), IsEmpty());
  EXPECT_THAT(shown(framer.feed("x\nok\n")), ElementsAre("!", "ok"));
}

TEST(LineFramer, ReportsAnOversizeLastLine) {
  LineFramer framer(4);
  framer.feed("123456");
  const auto last = framer.finish();
  ASSERT_TRUE(last);
  ASSERT_FALSE(last->has_value());
  EXPECT_EQ(last->error().code(), base::ErrorCode::limit_reached);
}

}  // namespace
}  // namespace mcpssh::transport
