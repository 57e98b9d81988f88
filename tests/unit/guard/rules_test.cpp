// Every rule has examples: commands it speaks about, and near ones it does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "examples.hpp"

namespace mcpssh::guard::test {
namespace {

bool speaks(const Example& example) {
  const auto dialect = example.platform.empty() ? Dialect::posix : Dialect::cli;
  const Verdict verdict = judge(Command{example.command, dialect, {}, example.platform}, {}, {}).verdict;
  const auto names = [&](const Finding& finding) { return finding.rule == example.rule; };
  return std::ranges::any_of(verdict.findings, names) || std::ranges::any_of(verdict.remarks, names);
}

TEST(Rules, SpeakAboutTheirExamplesAndNotAboutTheNearOnes) {
  for (const Example& example : all_examples())
    EXPECT_EQ(speaks(example), example.speaks)
        << example.place << " [" << example.rule << "] " << example.command;
}

TEST(Rules, EachHasAnExampleOfEitherKind) {
  std::set<std::string> spoken, silent;
  for (const Example& example : all_examples()) (example.speaks ? spoken : silent).insert(example.rule);
  // What no command line brings about; modes_test, forward_test and session_test have their stories.
  const std::set<std::string_view> elsewhere{"mode.readonly",       "mode.restricted",
                                             "guard.internal",      "tunnel.unlisted",
                                             "tunnel.off",          "tunnel.dynamic",
                                             "tunnel.remote",       "tunnel.beyond-loopback",
                                             "request.unsupported", "pattern.user",
                                             "user.deny",           "shell.unknown-dialect",
                                             "shell.history",       "text.too-long",
                                             "text.encoding",       "text.invisible",
                                             "text.not-shown",      "read"};
  for (const BuiltinRule& rule : builtin_rules()) {
    if (elsewhere.contains(rule.id)) continue;
    EXPECT_TRUE(spoken.contains(std::string(rule.id))) << rule.id << " has no yes:";
    EXPECT_TRUE(silent.contains(std::string(rule.id))) << rule.id << " has no no:";
  }
}

}  // namespace
}  // namespace mcpssh::guard::test
