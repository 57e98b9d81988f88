#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

using Match = Pattern::Match;
using testing::HasSubstr;

struct Search {
  std::string pattern;
  std::string subject;
  bool found;
};

TEST(Pattern, SearchesAsPythonDoes) {
  // Expected values by Python's re.search(pattern, subject), written down by hand.
  const std::vector<Search> searches{
      {"rm", "farm", true},
      {"^rm", "farm", false},
      {"rm$", "farm\n", true},
      {"rm\\Z", "farm\n", false},
      {"rm\\Z", "farm", true},
      {"rm.x", "rm\nx", false},
      {"^b", "a\nb", false},
      {"(?m)^b", "a\nb", true},
      {"(?i)RELOAD", "reload", true},
      {"RELOAD", "reload", false},
      {"(?P<verb>rm) (?P=verb)", "rm rm", true},
      {"\\d", "\u0663", true},  // ARABIC-INDIC DIGIT THREE
      {"\\w+", "\u00e9", true},
      {"^\\W$", "\u00e9", false},
      {"\\s", "\u00a0", true},
      {"\\bshutdown\\b", "no shutdown now", true},
      {"\\bshutdown\\b", "shutdowns", false},
      {"^.$", "\u00e9", true},
      {"a{,2}b", "b", true},
      {"^a{,2}b", "aaab", false},
      {"^a{,x}$", "a{,x}", true},
      {"^[[:alpha:]]$", "a]", true},  // Python: the class "[:alph", then a bracket
      {"^[[:alpha:]]$", "b", false},
      {"^[]a]$", "]", true},
      {"^\\u00e9$", "\u00e9", true},
      {"^\\U0001F600$", "\U0001F600", true},
      {"^\\v$", "\v", true},
      {"^\\v$", "\n", false},
      {"rm -rf /(?!tmp)", "rm -rf /tmp", false},
      {"(?<=dd )if=", "dd if=x", true},
      {"mkfs|reboot", "last reboot", true},
      {"", "", true},
  };
  for (const Search& s : searches)
    EXPECT_EQ(pattern(s.pattern).search(s.subject), s.found ? Match::yes : Match::no)
        << s.pattern << " in " << s.subject;
}

TEST(Pattern, FullMatchTakesTheWholeSubject) {
  EXPECT_EQ(pattern("ls|ls -l").full_match("ls -l"), Match::yes);
  EXPECT_EQ(pattern("ls").full_match("ls -l"), Match::no);
  EXPECT_EQ(pattern("systemctl restart (nginx|php)").full_match("systemctl restart nginx; id"), Match::no);
  EXPECT_EQ(pattern("ls.*").full_match("ls\nid"), Match::no);
}

TEST(Pattern, AMatchLimitCountsAsReachedAndSoAsAHit) {
  const Pattern costly = pattern("(a+)+$");
  EXPECT_EQ(costly.search(std::string(60, 'a') + "!"), Match::limit_reached);
  Policy policy;
  policy.deny_patterns.push_back(costly);
  EXPECT_EQ(first_rule(verdict_of("echo " + std::string(60, 'a') + "!", policy)), "pattern.user");
}

TEST(Pattern, WhatCannotBeCheckedIsNeverANo) {
  EXPECT_EQ(pattern("x").search("\xff"), Match::limit_reached);
}

TEST(Pattern, ABadPatternSaysWhereAndWhy) {
  const auto unclosed = Pattern::compile("ok (never");
  ASSERT_FALSE(unclosed);
  EXPECT_EQ(unclosed.error().code(), base::ErrorCode::invalid_config);
  EXPECT_THAT(unclosed.error().cause(), HasSubstr("at offset 9"));
  const auto repeat = Pattern::compile("a(*ACCEPT)");
  ASSERT_FALSE(repeat);
  EXPECT_THAT(repeat.error().cause(), HasSubstr("at offset 2"));
  for (const char* bad : {"[a", "a**", "(?P<x", "\\u12", "(*UTF)x", "x)", "\\C", "\xff"})
    EXPECT_FALSE(Pattern::compile(bad)) << bad;
}

TEST(Pattern, OffsetsAreThoseOfTheTextAsWritten) {
  const auto error = Pattern::compile("\\u00e9\\u00e9(");
  ASSERT_FALSE(error);
  EXPECT_THAT(error.error().cause(), HasSubstr("at offset 13"));
}

TEST(DenyPatterns, AreSearchedInTheRawText) {
  Policy policy;
  policy.deny_patterns.push_back(pattern("secret-project"));
  const Verdict verdict = verdict_of("cat '/srv/secret-project/x'", policy);
  EXPECT_EQ(verdict.decision, Decision::ask);
  EXPECT_EQ(verdict.findings.at(0).effect, Effect::user_pattern);
  EXPECT_THAT(verdict.findings.at(0).reason, HasSubstr("secret-project"));
}

TEST(DenyPatterns, AreSearchedInTheCanonicalTextOfEveryCommand) {
  Policy policy;
  policy.deny_patterns.push_back(pattern("^uptime -p$"));
  for (const std::string command :
       {"uptime   -p", "up''time \"-p\"", "sudo uptime -p", "ls; uptime -p", "sh -c 'uptime -p'",
        "A=uptime; $A -p", "timeout 5 nice uptime -p", "echo $(uptime -p)"})
    EXPECT_EQ(first_rule(verdict_of(command, policy)), "pattern.user") << command;
  EXPECT_EQ(decision_of("uptime -s", policy), "allow");
}

TEST(DenyPatterns, HoldOnNetworkDevicesToo) {
  Policy policy;
  policy.deny_patterns.push_back(pattern("router bgp"));
  EXPECT_EQ(
      first_rule(verdict_of("configure terminal\nrouter   bgp 65000", policy, Dialect::cli, "cisco_ios")),
      "pattern.user");
}

TEST(DenyPatterns, AddToTheBuiltInRulesAndNeverReplaceThem) {
  Policy policy;
  policy.deny_patterns.push_back(pattern("rm -rf /"));
  EXPECT_EQ(decision_of("rm -rf /", policy), "deny");
  EXPECT_EQ(decision_of("echo 'rm -rf /'", policy), "ask");
}

}  // namespace
}  // namespace mcpssh::guard::test
