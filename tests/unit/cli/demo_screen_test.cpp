#include "cli/demo/demo_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(DemoScreen, BreaksLinesBetweenWordsAndKeepsTheIndent) {
  std::ostringstream out;
  DemoScreen screen(out, 40, false);
  screen.answer("web1: exit 0 in 5 ms\nfour and twenty blackbirds baked in a pie", false);
  EXPECT_EQ(out.str(), "    web1: exit 0 in 5 ms\n    four and twenty blackbirds baked in\n    a pie\n");
}

TEST(DemoScreen, BreaksAWordThatIsLongerThanTheTerminalAndNoCharacter) {
  std::ostringstream out;
  DemoScreen screen(out, 40, false);
  std::string word;
  for (int i = 0; i < 50; ++i) word += "é";
  screen.text(word);
  const auto text = out.str();
  EXPECT_TRUE(base::is_utf8(text)) << text;
  EXPECT_EQ(text.find('\n'), 80U) << "40 characters of two bytes";
}

TEST(DemoScreen, AnswersOfManyLinesAreCutInTheMiddleAndSaySo) {
  std::ostringstream out;
  DemoScreen screen(out, 80, false);
  std::string lines = "switch1: answered\n";
  for (int i = 1; i <= 30; ++i) lines += "line " + std::to_string(i) + "\n";
  screen.answer(lines, false);
  EXPECT_THAT(out.str(), HasSubstr("line 5\n    (22 more lines, which the assistant has)\n    line 28\n"));
  EXPECT_THAT(out.str(), EndsWith("line 30\n"));
}

TEST(DemoScreen, AQuoteIsOneLine) {
  std::ostringstream out;
  DemoScreen screen(out, 40, false);
  screen.quote("2026-11-23 web1 ssh_run end exited 0 | uptime and much more");
  EXPECT_EQ(out.str(), "    2026-11-23 web1 ssh_run end exited …\n");
}

TEST(DemoScreen, ColoursOnlyWhereTheyAreWantedAndAlwaysReset) {
  std::ostringstream plain, coloured;
  DemoScreen(plain, 80, false).answer("web1: refused", true);
  DemoScreen(coloured, 80, true).answer("web1: refused", true);
  EXPECT_EQ(plain.str(), "    web1: refused\n");
  EXPECT_EQ(coloured.str(), "    \x1b[31mweb1: refused\x1b[0m\n");
}

}  // namespace
}  // namespace mcpssh::cli
