#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.hpp"
#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

using namespace std::string_literals;

TEST(Text, WhatAReaderCannotSeeIsDeniedByName) {
  for (const std::string& text :
       {"ls \u202e"s, "ls '\u202e'"s, "ls \u2066x\u2069"s, "rm\u200b x"s, "ls\u00a0-l"s, "ls\u3000-l"s,
        "ls \ufeff"s, "ls \x1b[2J"s, "ls\r"s, "ls \x7f"s, "ls \x01"s, "echo '\x1b'"s, "ls \u2028"s,
        "ls \U000e0041"s, "# \u202e"s, "ls \u00ad"s}) {
    for (const Dialect dialect : {Dialect::posix, Dialect::cli}) {
      const Verdict verdict = verdict_of(text, {}, dialect);
      EXPECT_EQ(verdict.decision, Decision::deny) << base::printable(text);
      EXPECT_EQ(first_rule(verdict), "text.invisible") << base::printable(text);
      EXPECT_EQ(verdict.canonical.find_first_of("\x1b\x7f\x01\r"), std::string::npos);
    }
  }
}

TEST(Text, OtherLanguagesAndEmojiAreWelcome) {
  for (const std::string text :
       {"echo h\u00e9llo", "ls '\u65e5\u672c\u8a9e'", "echo '\U0001F468\u200d\U0001F469'",
        "grep '\u0645\u06cc\u200c\u062e' f", "printf 'a\tb\n'"})
    EXPECT_EQ(decision_of(text), "allow") << text;
}

TEST(Text, NulAndBrokenEncodingsAreDenied) {
  EXPECT_EQ(first_rule(verdict_of("ls \0 x"s)), "text.encoding");
  EXPECT_EQ(first_rule(verdict_of("ls \xff")), "text.encoding");
  EXPECT_EQ(first_rule(verdict_of("ls \xc0\xaf")), "text.encoding");
}

TEST(Limits, TextPastTheLimitIsDenied) {
  const std::string limit = "echo " + std::string(base::limits::command_bytes - 5, 'x');
  EXPECT_EQ(decision_of(limit), "allow");
  EXPECT_EQ(first_rule(verdict_of(limit + "x")), "text.too-long");
}

TEST(Limits, WhatIsTooDeepOrTooMuchAsks) {
  std::string nested = "id";
  for (int i = 0; i < 12; ++i) nested = "sh -c " + base::shell_quote(nested);
  std::string commands;
  for (int i = 0; i < 5000; ++i) commands += "id;";
  std::string doubling = "A=xxxxxxxx;";
  for (int i = 0; i < 40; ++i) doubling += "A=$A$A;";
  std::string loops = "id";
  for (int i = 0; i < 20; ++i) loops = "while :; do " + loops + "; done";
  std::string subshells = "id";
  for (int i = 0; i < 100; ++i) subshells = "( " + subshells + " )";
  const std::vector<std::string> texts{
      nested,
      commands,
      doubling + "echo $A",
      loops,
      "echo {1..100}{1..100}",
      subshells,
      std::string(60'000, '('),
      "echo $((" + std::string(30'000, '('),
      std::string(20'000, '`'),
      "echo " + std::string(30'000, '$') + "(",
  };
  for (const std::string& text : texts) EXPECT_NE(decision_of(text), "allow") << text.substr(0, 60);
}

TEST(Limits, QuestionsDoNotCrowdOutADenial) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "$A" + std::to_string(i) + "; ";
  const Verdict verdict = verdict_of(text + "rm -rf /");
  EXPECT_EQ(verdict.decision, Decision::deny);
  EXPECT_EQ(verdict.findings.size(), 32u);
}

TEST(Limits, QuestionsDoNotCrowdOutAQuestionOfAnotherMode) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "$A" + std::to_string(i) + "; ";
  Policy full;
  full.mode = Mode::full;
  EXPECT_EQ(decision_of(text, full), "allow");
  EXPECT_EQ(decision_of(text + "userdel bob", full), "ask");
  EXPECT_EQ(decision_of(text + "sh -c 'if true'", full), "ask");
}

TEST(Limits, ManyDenialsAreADenial) {
  std::string text, lines;
  for (int i = 0; i < 3500; ++i) {
    text += "mkfs /dev/sd" + std::to_string(i) + "; ";
    if (i < 1500) lines += "bash mkfs /dev/sd" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(decision_of(text), "deny");
  EXPECT_EQ(decision_of(lines, {}, Dialect::cli, "arista_eos"), "deny");
}

TEST(Limits, NothingIsReadOnceTheLimitsAreReached) {
  std::string words;
  for (int i = 0; i < 25'000; ++i) words += " x";
  std::string text = "echo" + words;
  for (const char* name : {"a", "b", "c"})
    text = "for " + std::string(name) + " in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do " + text + "; done";
  const auto verdict = verdict_of(text);
  EXPECT_TRUE(std::ranges::any_of(verdict.findings,
                                  [](const Finding& found) { return found.rule == "shell.too-complex"; }));
}

TEST(Limits, PaddingDoesNotMakeAQuestionOfADenial) {
  std::string padding = "v='";
  for (int i = 0; i < 10'000; ++i) padding += "a ";
  padding += "'; : $v $v $v $v $v $v $v $v; ";
  Policy readonly, full;
  readonly.mode = Mode::readonly;
  full.mode = Mode::full;
  for (const char* code : {"rm -rf /etc", "rm -r  -f /etc", "'rm' --recursive ~", "mkfs.ext4 /dev/sda"}) {
    EXPECT_EQ(decision_of(padding + code), "deny") << code;
    EXPECT_EQ(decision_of(padding + code, readonly), "deny") << code;
    EXPECT_EQ(decision_of(padding + code, full), "ask") << code;
  }
  EXPECT_EQ(decision_of(padding + "uptime > /dev/null"), "ask");
}

TEST(Limits, ValuesThatNameEachOtherAreReadOnlySoOften) {
  // What counts anew may mean something else each time, so each time it is read.
  std::string value = "a";
  for (int i = 0; i < 2'000; ++i) value += ", i=1, a";
  EXPECT_EQ(first_rule(verdict_of("a='" + value + "'; echo $((a))")), "shell.too-complex");
}

TEST(Limits, ValuesAndSubscriptsThatRepeatAreReadOnce) {
  std::string names, subscripts;
  for (int i = 0; i < 10'000; ++i) {
    names += "b ";
    subscripts += "b[";
  }
  const auto both = [](const std::string& many, const std::string& code) {
    return decision_of("a='" + many + code + "'; b=a; echo $((" + many + " a))");
  };
  EXPECT_EQ(both(names, ""), "allow");
  EXPECT_EQ(both(names, "x[$(reboot)]"), "ask");
  EXPECT_EQ(decision_of("echo $((" + subscripts + "))"), decision_of("echo $((b[b[))"));
  EXPECT_EQ(decision_of("echo $((" + subscripts + "$(reboot)))"), "ask");
}

TEST(Limits, LongHarmlessTextsAreReadToTheEnd) {
  std::string words = "echo";
  for (int i = 0; i < 20'000; ++i) words += " a";
  const std::vector<std::string> texts{words, "echo " + std::string(60'000, '{'),
                                       "rm -rf /tmp/" + std::string(30'000, 'a'),
                                       "echo a" + std::string(20'000, '[')};
  for (const std::string& text : texts) EXPECT_EQ(decision_of(text), "allow") << text.substr(0, 60);
}

TEST(Limits, ADangerBehindALongRowOfCommandsIsStillFound) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "echo " + std::to_string(i) + "; ";
  EXPECT_EQ(decision_of(text), "allow");
  EXPECT_EQ(decision_of(text + "rm -rf /"), "deny");
}

}  // namespace
}  // namespace mcpssh::guard::test
