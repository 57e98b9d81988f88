// What `mcp-ssh run` sends for the words it was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/run/command_words.hpp"
#include "cli/run/outlet.hpp"

namespace mcpssh::cli {
namespace {

using Words = std::vector<std::string>;

TEST(RunWords, AreJoinedAsSshJoinsThem) {
  EXPECT_EQ(command_text(Words{"uptime"}, false), "uptime");
  EXPECT_EQ(command_text(Words{"ls", "-l", "|", "wc"}, false), "ls -l | wc");
  EXPECT_EQ(command_text(Words{"echo $HOME; date"}, false), "echo $HOME; date");
  EXPECT_EQ(command_text(Words{"show", "ip", "route"}, false), "show ip route");
}

TEST(RunWords, StayWordsWhenQuoted) {
  EXPECT_EQ(command_text(Words{"ls", "-l", "/srv/www"}, true), "ls -l /srv/www");
  EXPECT_EQ(command_text(Words{"rm", "my file"}, true), "rm 'my file'");
  EXPECT_EQ(command_text(Words{"echo", "$HOME", "*", "", "a;b"}, true), "echo '$HOME' '*' '' 'a;b'");
  EXPECT_EQ(command_text(Words{"echo", "it's"}, true), R"(echo 'it'\''s')");
  EXPECT_EQ(command_text(Words{"echo", "~root", "{a,b}", "a\nb"}, true), "echo '~root' '{a,b}' 'a\nb'");
}

TEST(RunWords, AnEqualsSignMakesNoAssignmentAndNoZshPath) {
  EXPECT_EQ(command_text(Words{"A=1", "env"}, true), "'A=1' env");
  EXPECT_EQ(command_text(Words{"dd", "if=/dev/null", "=ls"}, true), "dd if=/dev/null '=ls'");
}

TEST(RunWords, VariablesNeedANameAndMayHoldAnything) {
  const auto got = variables_of(Words{"A=1", "B=", "C=x=y z"});
  EXPECT_EQ(got, (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", ""}, {"C", "x=y z"}}));
  EXPECT_THROW(variables_of(Words{"A"}), base::Error);
  EXPECT_THROW(variables_of(Words{"=1"}), base::Error);
}

TEST(TerminalText, IsTheSameHoweverTheStreamIsCut) {
  const std::string said = "a\x1b[31mred\x1b[0m\x1b]0;title\x07 gr\xc3\xbc\xc3\x9f\r\nb\xffz\x1b[2J";
  TerminalText whole;
  const auto expected = whole.feed(said) + whole.finish();
  EXPECT_THAT(expected, testing::Not(testing::HasSubstr("\x1b")));
  for (std::size_t cut = 0; cut <= said.size(); ++cut) {
    TerminalText parts;
    auto got = parts.feed(said.substr(0, cut));
    got += parts.feed(said.substr(cut));
    got += parts.finish();
    EXPECT_EQ(got, expected) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace mcpssh::cli
