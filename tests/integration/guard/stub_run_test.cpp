// The guard's reading beside what really happens: lines run in real shells where every program is a stub, and
// each program that ran has to be one the guard had seen in the text, with these very words; or it had said
// that it cannot read it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "guard/argv_rule.hpp"
#include "guard/labelled_lines.hpp"
#include "guard/sandbox.hpp"
#include "guard/shell/posix.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

/// U+2424 stands for a newline in files of one command a line.
std::string with_newlines(std::string text) {
  constexpr std::string_view newline = "\u2424";
  for (auto at = text.find(newline); at != std::string::npos; at = text.find(newline))
    text.replace(at, newline.size(), "\n");
  return text;
}

std::ifstream open_lines(const std::string& name) {
  return std::ifstream(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/" + name);
}

std::vector<std::string> cases() {
  auto file = open_lines("cases.txt");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("posix | ")) continue;
    const auto verdict = line.find(" | ", 8);
    const auto rule = line.find(" | ", verdict + 3);
    out.push_back(with_newlines(line.substr(rule + 3)));
  }
  return out;
}

std::vector<std::string> rule_lines() {
  auto file = open_lines("rules/shell.txt");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) {
    for (const std::string_view kind : {"yes: ", "no: "})
      if (line.starts_with(kind)) out.push_back(with_newlines(line.substr(kind.size())));
  }
  return out;
}

/// Those without a fork bomb: it is bounded, but takes the time of all others.
std::vector<std::string> lines() {
  auto out = cases();
  // Some of those that are mostly plain commands.
  const auto labelled = labelled_lines();
  for (std::size_t i = 0; i < labelled.size(); i += 4) out.push_back(labelled[i]);
  const auto rules = rule_lines();
  out.insert(out.end(), rules.begin(), rules.end());
  std::erase_if(out, [](const std::string& line) {
    return line.size() > 2000 || line.contains(":|:") || line.contains("| f &") || line.contains('\0');
  });
  return out;
}

/// Everything in the lines that may be the name of a program.
std::set<std::string> names_in(const std::vector<std::string>& lines) {
  std::set<std::string> names;
  for (const auto& line : lines) {
    std::string name;
    for (const char c : line + " ") {
      const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '_' || c == '-' || c == '.' || c == '+';
      if (part) {
        name += c;
      } else {
        if (!name.empty() && name[0] != '.' && name[0] != '-' && name.size() < 60) names.insert(name);
        name.clear();
      }
    }
  }
  for (const auto* name : {"rm", "mkfs", "mkfs.ext4", "reboot", "dd", "shutdown", "systemctl", "["})
    names.insert(name);
  return names;
}

/// The rules by which the guard says that it does not know everything that runs.
bool says_it_cannot_tell(const guard::Reading& reading) {
  static const std::set<std::string_view> rules{
      "shell.opaque-command", "shell.opaque-code", "shell.script",       "shell.unreadable",
      "shell.too-complex",    "shell.interactive", "shell.redefinition", "shell.code-variable",
      "shell.unknown-option", "shell.fork-bomb"};
  return reading.unchecked || std::ranges::any_of(reading.findings, [](const guard::Finding& found) {
           return rules.contains(found.rule);
         });
}

guard::ArgvRule exactly(const Sandbox::Argv& argv) {
  guard::ArgvRule rule;
  for (const auto& word : argv) rule.words.push_back({word});
  return rule;
}

guard::ArgvRule called(const std::string& name) {
  guard::ArgvRule rule;
  rule.words = {{name}};
  rule.more = true;
  return rule;
}

bool foreseen(const guard::Reading& reading, const guard::ArgvRule& rule) {
  return std::ranges::any_of(reading.invocations,
                             [&](guard::Words words) { return guard::may_match(rule, words); });
}

/// What xargs runs when it is told nothing, and the shell with which a program runs the code it was given:
/// what that starts is looked at itself.
bool is_go_between(const guard::Reading& reading, const Sandbox::Argv& argv) {
  if (argv[0] == "echo") return foreseen(reading, called("xargs"));
  return argv[0] == "sh" && argv.size() == 3 && argv[1] == "-c" && foreseen(reading, called("flock"));
}

/// The names of files that find and xargs put in are not in the text.
bool with_found_names(const guard::Reading& reading) {
  return foreseen(reading, called("find")) || foreseen(reading, called("xargs"));
}

/// dash takes "(( i++ ))" and "((0 && 1))" for commands. The guard follows there only what is a program's
/// name.
bool is_counter(const std::string& line, const std::string& name) {
  if (!line.contains("((")) return false;
  guard::Environment environment;
  const auto reading = guard::read_posix(base::shell_quote(name), environment, false);
  return std::ranges::any_of(
      reading.findings, [](const guard::Finding& found) { return found.rule == "shell.unknown-program"; });
}

std::string text_of(const Sandbox::Argv& argv) {
  std::vector<std::string> words;
  for (const auto& word : argv) words.push_back(base::shell_quote(word));
  return base::join(words, " ");
}

TEST(StubRun, WhateverARealShellRunsTheGuardHadSeenOrHadNotClaimedToHaveRead) {
  const auto all = lines();
  const Sandbox sandbox(names_in(all));
  std::size_t compared = 0, programs = 0, told_unreadable = 0;
  for (const auto& line : all) {
    guard::Environment environment;
    const auto reading = guard::read_posix(line, environment, false);
    if (says_it_cannot_tell(reading)) {
      ++told_unreadable;
      continue;
    }
    ++compared;
    for (const auto& argv : sandbox.run("bash", line)) {
      ++programs;
      if (is_go_between(reading, argv) || (line.contains("sh -c") && is_counter(line, argv[0]))) continue;
      const auto rule = with_found_names(reading) ? called(argv[0]) : exactly(argv);
      EXPECT_TRUE(foreseen(reading, rule)) << line << "\n  bash ran: " << text_of(argv);
    }
    // Another shell reads braces and $'...' otherwise, but it starts no other programs. One in two is enough.
    if (compared % 2 == 0) continue;
    for (const auto& argv : sandbox.run("dash", line)) {
      ++programs;
      if (is_go_between(reading, argv) || is_counter(line, argv[0])) continue;
      EXPECT_TRUE(foreseen(reading, called(argv[0]))) << line << "\n  dash ran: " << text_of(argv);
    }
  }
  EXPECT_GE(compared, 300U);
  EXPECT_GE(programs, 2 * compared * 3 / 4) << "a sandbox in which nothing runs proves nothing";
  RecordProperty("compared", static_cast<int>(compared));
  RecordProperty("programs", static_cast<int>(programs));
  RecordProperty("told_unreadable", static_cast<int>(told_unreadable));
}

TEST(StubRun, TheSandboxSeesWhatRunsAndKeepsItIn) {
  const Sandbox sandbox({"rm", "curl"});
  const TempDir outside;
  const auto file = outside.write("file", "text");
  const auto calls = sandbox.run(
      "bash", "env A=b rm -rf '" + file.string() + "' \"x  y\" | xargs -n1 curl; echo a | xargs curl");
  const std::vector<Sandbox::Argv> expected{{"env", "A=b", "rm", "-rf", file.string(), "x  y"},
                                            {"rm", "-rf", file.string(), "x  y"}};
  for (const auto& argv : expected) EXPECT_NE(std::ranges::find(calls, argv), calls.end()) << text_of(argv);
  EXPECT_NE(std::ranges::find(calls, Sandbox::Argv{"curl", "a"}), calls.end());
  EXPECT_TRUE(sandbox.run("dash", ": > " + file.string()).empty());
  EXPECT_EQ(std::filesystem::file_size(file), 4U);
  EXPECT_FALSE(sandbox.run("bash", "while :; do rm x; done").empty()) << "and it ends";
}

}  // namespace
}  // namespace mcpssh::test
