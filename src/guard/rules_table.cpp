#include "guard/rules_table.hpp"

#include <fmt/format.h>

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

/// A cell of a table, where "|" would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string rules_table() {
  std::string out =
      "| rule | effect | standard | readonly | full | what it is about |\n|---|---|---|---|---|---|\n";
  for (const BuiltinRule& row : builtin_rules()) {
    const Rule& rule = *find_rule(row.id);
    out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", rule.id, to_string(rule.effect),
                       to_string(rule.decision(Mode::standard)), to_string(rule.decision(Mode::readonly)),
                       to_string(rule.decision(Mode::full)), cell(rule.stops));
  }
  return out;
}

}  // namespace mcpssh::guard
