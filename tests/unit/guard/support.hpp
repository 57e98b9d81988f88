#pragma once
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "guard/judge.hpp"

/// What the tests of this room share: short ways to a verdict, and the cases of cases.txt.
namespace mcpssh::guard::test {

inline Verdict verdict_of(std::string text, const Policy& policy = {}, Dialect dialect = Dialect::posix) {
  return judge(Command{std::move(text), dialect}, {}, policy).verdict;
}

inline std::string decision_of(std::string text, const Policy& policy = {},
                               Dialect dialect = Dialect::posix) {
  return std::string(to_string(verdict_of(std::move(text), policy, dialect).decision));
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
};

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
    std::string command(rest);
    constexpr std::string_view newline = "\u2424";
    for (auto at = command.find(newline); at != std::string::npos; at = command.find(newline))
      command.replace(at, newline.size(), "\n");
    out.push_back(
        {parts[0] == "cli" ? Dialect::cli : Dialect::posix, parts[1], parts[2], std::move(command)});
  }
  return out;
}

}  // namespace mcpssh::guard::test
