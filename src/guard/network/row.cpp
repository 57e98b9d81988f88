#include "guard/network/row.hpp"

#include "base/text.hpp"
#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

bool fits(CliWords words, std::string_view pattern) {
  const auto blank = pattern.find(' ');
  const auto keyword = pattern.substr(0, blank);
  const auto rest = blank == std::string_view::npos ? std::string_view() : pattern.substr(blank + 1);
  if (keyword.empty()) return true;
  if (keyword == "$") return words.empty();
  if (keyword == "**") {
    // One "**" a pattern, as a rule: the work stays linear in the words. So far in, two letters are a name.
    const auto next = rest.substr(0, rest.find(' '));
    for (std::size_t at = 0; at <= words.size(); ++at) {
      const bool name = at < words.size() && words[at].lower.size() < 3 && words[at].lower != next;
      if (!name && fits(words.subspan(at), rest)) return true;
    }
    return false;
  }
  return !words.empty() && stands_for(words[0].lower, keyword) && fits(words.subspan(1), rest);
}

}  // namespace

bool stands_for(std::string_view typed, std::string_view keyword) {
  if (keyword == "*") return true;
  if (keyword.starts_with("..")) return typed.ends_with(keyword.substr(2));
  const auto bar = keyword.find('|');
  if (bar == std::string_view::npos) return !typed.empty() && keyword.starts_with(typed);
  const auto head = keyword.substr(0, bar);
  return typed.starts_with(head) && keyword.substr(bar + 1).starts_with(typed.substr(bar));
}

bool fits_path(CliWords words, const Row& row) {
  std::size_t at = 0;
  while (at < row.lines.size()) {
    const auto end = std::min(row.lines.find(';', at), row.lines.size());
    if (fits(words, base::trim(row.lines.substr(at, end - at)))) return true;
    at = end + 1;
  }
  return false;
}

int rank_of(std::string_view rule) {
  const Rule* row = find_rule(rule);
  if (row == nullptr) return 3;
  if (rule == "read") return 0;
  return row->standard == Decision::deny ? 3 : row->standard == Decision::ask ? 2 : 1;
}

}  // namespace mcpssh::guard
