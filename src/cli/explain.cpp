// mcp-ssh explain: the gist of docs/troubleshooting.md, where the page is not at hand.
#include <fmt/format.h>

#include <iostream>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "guard/policy.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::string_view page = "docs/troubleshooting.md";

int list_all() {
  for (const auto& row : base::faults()) std::cout << fmt::format("{:22} {}\n", row.code, row.meaning);
  return 0;
}

std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (const auto& row : base::faults()) words.emplace_back(row.code);
  for (const auto& rule : guard::builtin_rules()) words.emplace_back(rule.id);
  return words;
}

}  // namespace

int explain(const std::string& code) {
  std::string_view word = code;
  if (word.starts_with('[')) word.remove_prefix(1);
  if (word.ends_with(']')) word.remove_suffix(1);
  if (word.empty()) return list_all();
  if (const auto fault = base::fault_named(word)) {
    const auto& row = base::row_of(*fault);
    std::cout << fmt::format("{}: {}\nNext: {}\nMore: {}, \"{}\"\n", row.code, row.meaning, row.remedy, page,
                             row.code);
    return 0;
  }
  for (const auto& rule : guard::builtin_rules()) {
    if (rule.id != word) continue;
    std::cout << fmt::format(
        "{}: a rule of the guard: {}\nNext: mcp-ssh check 'COMMAND' shows what it found; "
        "docs/rules.md has what each mode says\n",
        rule.id, rule.stops);
    return 0;
  }
  const auto near = base::nearest(word, all_words());
  throw base::Error(base::Fault::usage, fmt::format("there is no code `{}`", base::printable(word, 60)),
                    near ? "did you mean " + *near + "?" : "mcp-ssh explain lists them all");
}

}  // namespace mcpssh::cli
