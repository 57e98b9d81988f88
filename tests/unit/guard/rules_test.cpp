// Every rule has examples: commands it speaks about, and near ones it does not. They stand in rules/*.txt:
//   [disk.mkfs]
//   yes: mkfs.ext4 /dev/sdb1
//   no: mkfs.ext4 --help
// "yes cisco_ios: write erase" is a line of a device of that platform.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

struct Example {
  std::string rule, platform, command, place;
  bool speaks = false;
};

std::vector<Example> read_examples(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Example> out;
  std::string rule;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      rule = line.substr(1, line.size() - 2);
      continue;
    }
    const auto colon = line.find(": ");
    const std::string place = path.filename().string() + ":" + std::to_string(number);
    EXPECT_NE(colon, std::string::npos) << place;
    if (colon == std::string::npos) continue;
    const std::string head = line.substr(0, colon);
    EXPECT_TRUE(head.starts_with("yes") || head.starts_with("no")) << place;
    const auto blank = head.find(' ');
    out.push_back({rule, blank == std::string::npos ? "" : head.substr(blank + 1),
                   with_newlines(line.substr(colon + 2)), place, head.starts_with("yes")});
  }
  return out;
}

std::vector<Example> all_examples() {
  std::vector<Example> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/rules"))
    std::ranges::move(read_examples(entry.path()), std::back_inserter(out));
  return out;
}

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
