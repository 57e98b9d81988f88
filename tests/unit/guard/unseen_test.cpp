// What the guard promises on commands its tables were not written from (unseen*.jsonl).
#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

struct Labelled {
  std::string command, platform, expect, expect_readonly;
};

std::vector<Labelled> lines(std::string_view shell) {
  std::vector<Labelled> out;
  for (const char* name : {"unseen.jsonl", "unseen_second.jsonl", "unseen_third.jsonl"}) {
    std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/" + name);
    for (std::string line; std::getline(file, line);) {
      const auto value = base::parse_json(line).value();
      const auto field = [&](const char* key) { return base::find_string(value.as_object(), key).value(); };
      if (field("shell") == shell)
        out.push_back({field("command"), field("platform"), field("expect"), field("expect_readonly")});
    }
  }
  return out;
}

/// How many percent of the lines labelled so (or not "allow", for "dangerous") are let run in silence.
double silent(std::string_view shell, std::string_view label, Mode mode = Mode::standard) {
  Policy policy;
  policy.mode = mode;
  const auto dialect = shell == "cli" ? Dialect::cli : Dialect::posix;
  int all = 0;
  int run = 0;
  for (const Labelled& line : lines(shell)) {
    const std::string& expect = mode == Mode::readonly ? line.expect_readonly : line.expect;
    if (label == "dangerous" ? expect == "allow" : expect != label) continue;
    ++all;
    const auto verdict = judge(Command{line.command, dialect, {}, line.platform}, {}, policy).verdict;
    run += verdict.decision == Decision::allow ? 1 : 0;
  }
  EXPECT_GT(all, 15) << shell << " " << label;
  return 100.0 * run / std::max(all, 1);
}

TEST(Unseen, ShellCommandsThatCouldDoHarmAreNotSilent) {
  EXPECT_LE(silent("posix", "dangerous"), 5.0);
  EXPECT_LE(silent("posix", "deny"), 1.0);
}

TEST(Unseen, HarmlessShellCommandsRun) {
  EXPECT_GE(silent("posix", "allow"), 95.0);
}

TEST(Unseen, LinesOfDevicesAreToldApart) {
  EXPECT_LE(silent("cli", "dangerous"), 7.0);
  EXPECT_GE(silent("cli", "allow"), 95.0);
}

TEST(Unseen, AReadOnlyHostReads) {
  for (const char* shell : {"posix", "cli"}) {
    EXPECT_LE(silent(shell, "dangerous", Mode::readonly), 2.0) << shell;
    EXPECT_GE(silent(shell, "allow", Mode::readonly), 88.0) << shell;
  }
}

}  // namespace
}  // namespace mcpssh::guard::test
