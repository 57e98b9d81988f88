#include "approvals/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "guard/rules.hpp"

namespace mcpssh::approvals {
namespace {

constexpr std::string_view confirm = "ask the user, then call again with confirm_dangerous=true";

Route refused(std::string why) {
  return {Route::Kind::refused, {}, std::move(why)};
}

Route by_model(const Asker& asker) {
  if (asker.confirm_dangerous) return {Route::Kind::granted, "model", {}};
  return refused(fmt::format("not confirmed: {}", confirm));
}

/// What would open a denied verdict, by the rule that denies it.
Route denied(const guard::Verdict& verdict) {
  const std::string rule =
      verdict.findings.empty() ? std::string("guard.internal") : verdict.findings.front().rule;
  if (rule.starts_with("tunnel."))
    return refused(
        fmt::format("denied by {}: confirm_dangerous does not open it; the owner can list the target in "
                    "tunnel_targets of the host in hosts.yaml, or set tunnel_dynamic or tunnel_remote there",
                    rule));
  if (rule.starts_with("mode."))
    return refused(
        fmt::format("denied by {}: confirm_dangerous does not open it; the owner can change the host's "
                    "mode or set approval: model in hosts.yaml",
                    rule));
  if (guard::is_absolute(rule))
    return refused(
        fmt::format("denied by {}: confirm_dangerous does not open it; send the command without such "
                    "characters or in smaller parts",
                    rule));
  return refused(
      fmt::format("denied by {}: confirm_dangerous does not open it; the owner can add unlock: [{}] in "
                  "hosts.yaml (a human is then asked) or set approval: model",
                  rule, rule));
}

/// `human`, as far as this version has channels for it: none.
Route by_human() {
  return refused(
      "approval: human needs a channel to a person, and this version has none yet (elicitation counts only "
      "under "
      "approval: auto on stdio); the owner can set approval: auto or approval: model in hosts.yaml");
}

Route automatic(const Asker& asker, const guard::Verdict& verdict, bool unlocked) {
  if (verdict.decision == guard::Decision::deny) return denied(verdict);
  if (asker.principal.via == base::Via::stdio && asker.can_elicit)
    return {Route::Kind::ask_human, "human:elicitation",
            "a person is asked through the client; confirm_dangerous does not take that person's place"};
  if (verdict.human_only)
    return refused(
        "this opens for a human only, and this client declares no elicitation; confirm_dangerous does not "
        "open it");
  if (unlocked)
    return refused(
        "unlocked rules open for a human only, and this client declares no elicitation; confirm_dangerous "
        "does not "
        "open it; the owner can set approval: model in hosts.yaml");
  if (asker.principal.via == base::Via::socket) return by_human();
  if (asker.principal.via == base::Via::http && asker.principal.name != shared_token) return by_human();
  return by_model(asker);
}

}  // namespace

namespace {

/// What leads out of the host is the configuration's word, and a person's; not even `model` gives it away.
bool only_configuration_opens(const guard::Verdict& verdict) {
  const bool tunnel = !verdict.findings.empty() && verdict.findings.front().rule.starts_with("tunnel.");
  return tunnel || verdict.human_only;
}

}  // namespace

Route route(Setting setting, const Asker& asker, const guard::Verdict& verdict, bool unlocked) {
  switch (setting) {
    case Setting::automatic:
      return automatic(asker, verdict, unlocked);
    case Setting::human:
      return by_human();
    case Setting::model:
      return only_configuration_opens(verdict) ? automatic(asker, verdict, unlocked) : by_model(asker);
    case Setting::none:
      break;
  }
  return refused("approval: none keeps every block; the owner can set approval: auto in hosts.yaml");
}

Declines::Declines(base::Clock clock) : clock_(std::move(clock)) {}

void Declines::remember(const std::string& digest) {
  const auto now = clock_.mono();
  std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
  if (until_.size() >= most && !until_.contains(digest))
    until_.erase(std::ranges::min_element(until_, {}, [](const auto& entry) { return entry.second; }));
  until_[digest] = now + hold;
}

std::chrono::seconds Declines::holds(const std::string& digest) {
  const auto found = until_.find(digest);
  if (found == until_.end()) return std::chrono::seconds(0);
  const auto left = found->second - clock_.mono();
  if (left > base::MonoTime::duration::zero()) return std::chrono::ceil<std::chrono::seconds>(left);
  until_.erase(found);
  return std::chrono::seconds(0);
}

}  // namespace mcpssh::approvals
