#include "gateway/always.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/judgement.hpp"

namespace mcpssh::gateway {
namespace {

/// What the rest of a rule, a shell and YAML all read as itself.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._/:=,@%+-").contains(c);
}

}  // namespace

std::vector<std::string> always_rule(const What& what, const hosts::Host& host, const guard::Policy& policy) {
  const auto* exec = std::get_if<Exec>(&what);
  if (exec == nullptr || dialect_of(host) != guard::Dialect::posix || !composed(*exec).empty() || exec->tty)
    return {};
  std::vector<std::string> words;
  for (const auto word : base::split(exec->command, ' ')) {
    if (word.empty()) continue;
    if (!std::ranges::all_of(word, is_plain)) return {};
    words.emplace_back(word);
  }
  auto with_rule = policy;
  guard::ArgvRule rule;
  for (const auto& word : words) rule.words.push_back({word});
  with_rule.allow.push_back(std::move(rule));
  constexpr std::size_t most_words = 64;  // of a rule in hosts.yaml
  if (words.empty() || words.size() > most_words ||
      judge_exec(*exec, host, with_rule).decision != guard::Decision::allow)
    return {};
  return words;
}

}  // namespace mcpssh::gateway
