#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "guard/policy.hpp"
#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

TEST(Cases, EveryCommandGetsTheVerdictAndTheRuleItsLineSays) {
  for (const Case& c : read_cases()) {
    const Verdict verdict = verdict_of(c.command, {}, c.dialect, c.platform);
    EXPECT_EQ(to_string(verdict.decision), c.decision) << c.command;
    EXPECT_EQ(first_rule(verdict), c.rule) << c.command;
  }
}

TEST(Cases, TheTableIsBigEnoughToMeanSomething) {
  const auto cases = read_cases();
  const auto count = [&](Dialect dialect, bool allowed) {
    return std::ranges::count_if(
        cases, [&](const Case& c) { return c.dialect == dialect && (c.decision == "allow") == allowed; });
  };
  EXPECT_GE(count(Dialect::posix, false), 240);
  EXPECT_GE(count(Dialect::posix, true), 150);
  EXPECT_GE(count(Dialect::cli, false), 60);
  EXPECT_GE(count(Dialect::cli, true), 40);
}

TEST(Cases, EveryRuleTheCasesNameIsDocumentedAndAgreesOnItsClass) {
  std::set<std::string_view> deny_class;
  std::set<std::string_view> known;
  for (const BuiltinRule& rule : builtin_rules()) {
    EXPECT_TRUE(known.insert(rule.id).second) << rule.id << " stands twice";
    EXPECT_FALSE(rule.stops.empty());
    if (rule.standard == Decision::deny) deny_class.insert(rule.id);
  }
  for (const Case& c : read_cases()) {
    if (c.decision == "allow") continue;
    EXPECT_TRUE(known.contains(c.rule)) << c.rule;
    EXPECT_EQ(deny_class.contains(c.rule), c.decision == "deny") << c.command;
  }
}

TEST(Verdict, SpansUnderlineTheCommandThatIsMeant) {
  const std::string text = "ls -l; rm -rf /etc; pwd";
  const Verdict verdict = verdict_of(text);
  ASSERT_EQ(verdict.findings.size(), 1u);
  const Span span = verdict.findings[0].span;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), "rm -rf /etc");
}

TEST(Verdict, SpansOfNestedCodeUnderlineTheCommandThatHoldsIt) {
  const std::string text = "ls; sh -c 'cd /; rm -rf *'";
  const Span span = verdict_of(text).findings.at(0).span;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), "sh -c 'cd /; rm -rf *'");
}

TEST(Verdict, TheCanonicalTextShowsOneCommandALineWithQuotesNormalised) {
  EXPECT_EQ(verdict_of(R"(A=1 r''m  -fr "/tmp/a b" > 'out'; sudo ls|wc)").canonical,
            "A=1 rm -fr '/tmp/a b' > out\nsudo ls\nwc");
}

TEST(Verdict, TheCanonicalTextShowsTheCodeInsideCarriers) {
  EXPECT_EQ(verdict_of("sh -c 'X=/; rm -rf $X'").canonical, "sh -c 'X=/; rm -rf $X'\nX=/\nrm -rf /");
}

TEST(Verdict, TheCanonicalTextKeepsOpaquePartsAsWrittenAndIsPrintable) {
  EXPECT_EQ(verdict_of("ls \"$DIR\"/$(date +%F)").canonical, "date +%F\nls $DIR/$(date +%F)");
  EXPECT_EQ(verdict_of("echo $'\\x1b[31m'").canonical, "echo '\\x1b[31m'");
}

TEST(Verdict, TheStrictestFindingComesFirstAndDecides) {
  const Verdict verdict = verdict_of("reboot; mkfs.ext4 /dev/sda; $X");
  EXPECT_EQ(verdict.decision, Decision::deny);
  ASSERT_EQ(verdict.findings.size(), 3u);
  EXPECT_EQ(verdict.findings[0].rule, "disk.mkfs");
}

TEST(Requests, WhatThisVersionDoesNotJudgeAsks) {
  for (const Request& request :
       {Request(Answer{"y", "Proceed?"}), Request(Keys{"q"}), Request(Path{"/etc/passwd", true})}) {
    const Verdict verdict = judge(request, {}, {}).verdict;
    EXPECT_EQ(verdict.decision, Decision::ask);
    EXPECT_EQ(first_rule(verdict), "request.unsupported");
  }
}

TEST(Requests, OnlyAFunctionReturns) {
  EXPECT_EQ(decision_of("cd /; cd /tmp/nope || return; rm -rf *"), "ask");
  EXPECT_EQ(decision_of("cd /; cd /tmp/nope || { echo no; return; }; rm -rf *"), "ask");
  EXPECT_EQ(decision_of("f() { cd /; cd /tmp/nope || return; rm -rf *; }; f"), "allow");
}

TEST(Requests, TheDirectoryACommandStartsInCounts) {
  const auto from = [](std::string directory) {
    return judge(Command{"rm -rf *", Dialect::posix, std::move(directory)}, {}, {}).verdict.decision;
  };
  EXPECT_EQ(from("/"), Decision::deny);
  EXPECT_EQ(from("/etc"), Decision::deny);
  EXPECT_EQ(from("~"), Decision::deny);
  EXPECT_EQ(from("/tmp/app/build"), Decision::allow);
  EXPECT_EQ(from("/srv/app/build"), Decision::ask);
  EXPECT_EQ(from(""), Decision::ask);
}

}  // namespace
}  // namespace mcpssh::guard::test
