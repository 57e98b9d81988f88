#pragma once
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "guard/judge.hpp"

/// What the tests of this room share: short ways to a verdict, and the cases of cases.txt.
namespace mcpssh::guard::test {

inline Verdict verdict_of(std::string text, const Policy& policy = {}, Dialect dialect = Dialect::posix,
                          std::string platform = {}) {
  return judge(Command{std::move(text), dialect, {}, std::move(platform)}, {}, policy).verdict;
}

inline std::string decision_of(std::string text, const Policy& policy = {}, Dialect dialect = Dialect::posix,
                               std::string platform = {}) {
  return std::string(to_string(verdict_of(std::move(text), policy, dialect, std::move(platform)).decision));
}

inline std::string first_rule(const Verdict& verdict) {
  return verdict.findings.empty() ? std::string("-") : verdict.findings.front().rule;
}

inline Pattern pattern(std::string_view text) {
  return Pattern::compile(text).value();
}

struct Case {
  Dialect dialect;
  std::string decision;
  std::string rule;
  std::string command;
  std::string platform;  ///< of a device: "cli cisco_ios | ..."
};

/// U+2424 stands for a newline in files of one command a line.
inline std::string with_newlines(std::string text) {
  constexpr std::string_view newline = "\u2424";
  for (auto at = text.find(newline); at != std::string::npos; at = text.find(newline))
    text.replace(at, newline.size(), "\n");
  return text;
}

inline std::vector<Case> read_cases() {
  std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/cases.txt");
  std::vector<Case> out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> parts;
    std::string_view rest = line;
    for (int i = 0; i < 3; ++i) {
      const auto end = rest.find(" | ");
      parts.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 3);
    }
    const bool cli = parts[0].starts_with("cli");
    out.push_back({cli ? Dialect::cli : Dialect::posix, parts[1], parts[2], with_newlines(std::string(rest)),
                   cli && parts[0].size() > 4 ? parts[0].substr(4) : ""});
  }
  return out;
}

/// Commands of the labelled lines nobody tuned for (unseen.jsonl) in one dialect.
inline std::vector<std::string> unseen_commands(std::string_view shell) {
  std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/unseen.jsonl");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) {
    const auto value = base::parse_json(line).value();
    if (base::find_string(value.as_object(), "shell") == shell)
      out.push_back(base::find_string(value.as_object(), "command").value());
  }
  return out;
}

}  // namespace mcpssh::guard::test
