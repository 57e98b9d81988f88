#include "guard/effects/rules.hpp"

#include <array>
#include <unordered_map>
#include <vector>

namespace mcpssh::guard {
namespace {

std::array<std::span<const Rule>, 4> tables() {
  return {file_rules(), shell_rules(), system_rules(), device_rules()};
}

Decision in_readonly(const Rule& rule) {
  if (rule.effect == Effect::read) return rule.standard;
  return rule.effect == Effect::secret && rule.standard != Decision::deny ? Decision::ask : Decision::deny;
}

Decision in_full(const Rule& rule) {
  if (rule.standard == Decision::deny) return Decision::ask;
  switch (rule.effect) {
    case Effect::user:
    case Effect::power:
    case Effect::kernel:
    case Effect::user_pattern:
      return rule.standard;
    default:
      return Decision::allow;
  }
}

}  // namespace

Decision Rule::decision(Mode mode) const {
  if (is_absolute(id)) return standard;
  if (mode == Mode::readonly) return readonly.value_or(guard::in_readonly(*this));
  if (mode == Mode::full) return full.value_or(guard::in_full(*this));
  return standard;
}

const std::vector<BuiltinRule>& builtin_rules() {
  static const std::vector<BuiltinRule> rules = [] {
    std::vector<BuiltinRule> out;
    for (const auto table : tables())
      for (const Rule& rule : table) out.push_back({rule.id, rule.standard, rule.effect, rule.stops});
    return out;
  }();
  return rules;
}

const Rule* find_rule(std::string_view id) {
  static const std::unordered_map<std::string_view, const Rule*> by_id = [] {
    std::unordered_map<std::string_view, const Rule*> out;
    for (const auto table : tables())
      for (const Rule& rule : table) out.emplace(rule.id, &rule);
    return out;
  }();
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

Finding finding(std::string_view id, std::string reason, Span span) {
  const Rule* rule = find_rule(id);
  if (rule == nullptr)
    return {std::string(id), Decision::deny, Effect::exec_unknown, std::move(reason), span};
  return {std::string(id), rule->standard, rule->effect, std::move(reason), span};
}

bool is_absolute(std::string_view id) {
  return id.starts_with("text.") || id.starts_with("mode.") || id.starts_with("tunnel.") ||
         id == "guard.internal" || id == "user.deny";
}

}  // namespace mcpssh::guard
