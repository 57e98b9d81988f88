// Rules of the owner's, on the first line (words, "*", "**" at the end), and a command. What surely matches
// also may; a rule that forbids makes nothing milder, and what it surely means is denied; a rule that allows
// opens no denial.
#include "guard/argv_rule.hpp"
#include "guard/shell/posix.hpp"
#include "guard_checks.hpp"

namespace {

using namespace mcpssh;
using fuzz::require;
using guard::Decision;

guard::ArgvRule rule_of(std::string_view line) {
  guard::ArgvRule rule;
  for (const std::string_view word : base::split(line.substr(0, 300), ' ')) {
    if (word.empty()) continue;
    rule.words.emplace_back();
    if (word != "*") rule.words.back().emplace_back(word);
  }
  if (!rule.words.empty() && rule.words.back() == std::vector<std::string>{"**"}) {
    rule.words.pop_back();
    rule.more = true;
  }
  return rule;
}

guard::Verdict decide(std::string_view text, const guard::Policy& policy) {
  return fuzz::checked(guard::judge(guard::Command{std::string(text)}, {}, policy));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const auto rule = rule_of(fuzz::first_line(text));
  if (rule.words.empty()) return 0;
  guard::Environment environment;
  const auto reading = guard::read_posix(text, environment, false);
  bool sure = false;
  for (guard::Words words : reading.invocations) {
    const bool surely = guard::surely_matches(rule, words);
    require(!surely || guard::may_match(rule, words));
    sure = sure || surely;
  }
  const auto plain = decide(text, {});
  guard::Policy forbids, allows;
  forbids.deny.push_back(rule);
  allows.allow.push_back(rule);
  const auto forbidden = decide(text, forbids);
  require(forbidden.decision >= plain.decision);
  require(!sure || forbidden.decision == Decision::deny);
  const auto allowed = decide(text, allows);
  require(allowed.decision <= plain.decision);
  // "text.not-shown" is denied only because somebody would have to be asked.
  const bool only_shown = !plain.findings.empty() && plain.findings.front().rule == "text.not-shown";
  require(plain.decision != Decision::deny || allowed.decision == Decision::deny || only_shown);
  return 0;
}
