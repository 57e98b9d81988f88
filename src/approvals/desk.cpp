#include "approvals/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "guard/effects/rules.hpp"

namespace mcpssh::approvals {
namespace {

constexpr std::string_view confirm = "ask the user, then call again with confirm_dangerous=true";

Route refused(std::string why) {
  return {Route::Kind::refused, {}, std::move(why)};
}

/// `mcp-ssh run`: who asks is whoever types at a terminal of this machine.
bool at_terminal(const Asker& asker) {
  return asker.principal.via == base::Via::local;
}

Route by_model(const Asker& asker) {
  const bool typed = at_terminal(asker);
  if (asker.confirm_dangerous) return {Route::Kind::granted, typed ? "--yes" : "model", {}};
  if (typed && asker.can_elicit) return {Route::Kind::ask_human, "terminal", "you are asked", true};
  if (typed) return refused("not confirmed: run it at a terminal, where you are asked, or give --yes");
  return refused(fmt::format("not confirmed: {}", confirm));
}

/// What would open a denied verdict, by the rule that denies it.
Route denied(const guard::Verdict& verdict) {
  const std::string rule =
      verdict.findings.empty() ? std::string("guard.internal") : verdict.findings.front().rule;
  if (rule.starts_with("tunnel."))
    return refused(fmt::format(
        "denied by {}: confirm_dangerous does not open it; the owner can list the target in "
        "tunnel_targets or tunnel_remote_targets of the host in hosts.yaml, or set tunnel_dynamic or "
        "tunnel_remote there",
        rule));
  if (rule == "user.deny")
    return refused("the owner forbids this command by a `deny` rule in hosts.yaml; nothing else opens it");
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

/// Approvers are set up and cannot answer: what they were set up for opens in no other way.
Route closed(const Asker& asker) {
  return refused(
      fmt::format("a person has to approve it, and no approver can: {}; confirm_dangerous does not open it",
                  asker.channels.approvers_closed));
}

/// Nobody is there whose answer would be a person's.
Route nobody(std::string_view whose) {
  return refused(fmt::format(
      "{} a person who is another user than the asker, and there is no way to one: the owner can set "
      "approvers_group in hosts.yaml (docs/approvals.md), or trust_elicitation, approval: auto or approval: "
      "model",
      whose));
}

/// Several people are needed, and there are none who could be told apart.
Route too_few(const Asker& asker) {
  return refused(fmt::format(
      "{} different people have to approve it (approvals_needed), and there is no way to them: the "
      "owner can set approvers_group in hosts.yaml (docs/approvals.md)",
      asker.channels.needed));
}

/// A person is asked, if the owner has set up a way to one.
std::optional<Route> person(const Asker& asker, bool elicit) {
  Route route;
  route.kind = Route::Kind::ask_human;
  const bool several = asker.channels.needed > 1;  // nobody knows who is behind a client
  route.elicit = asker.can_elicit && elicit && !several;
  if (!route.elicit && asker.channels.approvers && !asker.channels.approvers_closed.empty())
    return closed(asker);
  if (!route.elicit && !asker.channels.approvers) return std::nullopt;
  route.approved_by = !route.elicit ? "human:socket" : at_terminal(asker) ? "terminal" : "human:elicitation";
  route.why = route.elicit ? "a person is asked through the client; confirm_dangerous does not take that "
                             "person's place"
              : several    ? fmt::format(
                              "{} different people have to approve it; confirm_dangerous does not "
                                 "take their place",
                              asker.channels.needed)
                        : "a person has to approve it; confirm_dangerous does not take that person's place";
  return route;
}

Route by_human(const Asker& asker, const guard::Verdict& verdict) {
  if (verdict.decision == guard::Decision::deny) return denied(verdict);
  // A terminal of the asker's own user is no proof of a person: any of its processes can open one.
  const bool trusted = asker.channels.trust_elicitation && !at_terminal(asker);
  if (auto asked = person(asker, trusted)) return *std::move(asked);
  return asker.channels.needed > 1 ? too_few(asker) : nobody("approval: human needs");
}

Route automatic(const Asker& asker, const guard::Verdict& verdict, bool unlocked) {
  if (verdict.decision == guard::Decision::deny) return denied(verdict);
  const auto via = asker.principal.via;
  const bool trusted = via == base::Via::stdio || asker.channels.trust_elicitation;
  const bool typed = at_terminal(asker);
  // Where the owner has set up approvers, whoever sits at a terminal of the asker's user is not one of them.
  const bool at_own = typed && !asker.channels.approvers;
  const bool confirmed = at_own && asker.confirm_dangerous && !unlocked && !verdict.human_only;
  if (!confirmed)
    if (auto asked = person(asker, trusted || at_own)) return *std::move(asked);
  if (asker.channels.needed > 1) return too_few(asker);
  if (typed && (verdict.human_only || unlocked))
    return refused("this opens only for a person who is asked at a terminal; --yes does not open it");
  if (verdict.human_only)
    return refused(
        "this opens for a human only, and there is no way to one: this client declares no elicitation, and "
        "hosts.yaml sets no approvers_group; confirm_dangerous does not open it");
  if (unlocked)
    return refused(
        "unlocked rules open for a human only, and there is no way to one: this client declares no "
        "elicitation, and hosts.yaml sets no approvers_group; confirm_dangerous does not open it; the owner "
        "can set approval: model in hosts.yaml");
  if (via == base::Via::socket) return nobody("for clients of another user approval: auto needs");
  if (via == base::Via::http && asker.principal.name != shared_token)
    return nobody("for named tokens approval: auto needs");
  return by_model(asker);
}

/// What leads out of the host is the configuration's word, and a person's; not even `model` gives it away.
bool only_configuration_opens(const guard::Verdict& verdict) {
  const bool tunnel = !verdict.findings.empty() && verdict.findings.front().rule.starts_with("tunnel.");
  const bool forbidden =
      std::ranges::find(verdict.findings, "user.deny", &guard::Finding::rule) != verdict.findings.end();
  return tunnel || forbidden || verdict.human_only;
}

}  // namespace

Route route(Setting setting, const Asker& asker, const guard::Verdict& verdict, bool unlocked) {
  switch (setting) {
    case Setting::automatic:
      return automatic(asker, verdict, unlocked);
    case Setting::human:
      return by_human(asker, verdict);
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

bool Declines::lift(const std::string& digest) {
  return until_.erase(digest) > 0;
}

}  // namespace mcpssh::approvals
