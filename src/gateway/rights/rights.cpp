// What a principal's rights leave of what the configuration allows, and what ends when they change.
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/judgement.hpp"
#include "gateway/refusal_rules.hpp"
#include "gateway/rights/discretion.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr std::string_view read_rule = "mode.readonly";

/// Of a verdict under reads_only(). What the mode denies nothing softens, and of many denials any will do.
/// Nobody judges an answer to a question, so it is no proved read either.
bool is_read(const guard::Verdict& verdict) {
  return verdict.decision != guard::Decision::deny &&
         std::ranges::find(verdict.findings, "request.unsupported", &guard::Finding::rule) ==
             verdict.findings.end();
}

bool same_rights(const std::shared_ptr<const base::Rights>& a, const std::shared_ptr<const base::Rights>& b) {
  return a == b || (a && b && *a == *b);
}

guard::Policy reads_only(guard::Policy policy) {
  policy.mode = guard::Mode::readonly;
  return policy;
}

}  // namespace

hosts::SnapshotPtr Gateway::snapshot(const base::Principal& principal) const {
  return core_->seen_by(principal);
}

base::Task<void> Gateway::admit_tool(base::Principal principal, std::string tool) {
  const auto rights = principal.rights;
  if (!rights) co_return;
  std::optional<Error> refusal;
  std::string_view rule = refusals::token_tools;
  if (!rights->may_use(tool)) {
    refusal = Error(Fault::token_rights, "this token may not use " + base::printable(tool, 60));
  } else if (rights->calls_per_minute) {
    const auto wait = core_->pace.take(principal.name, *rights->calls_per_minute);
    rule = refusals::token_pace;
    if (wait.count() > 0)
      refusal = Error(Fault::token_pace,
                      fmt::format("this token may make {} tool calls a minute, and has made them",
                                  *rights->calls_per_minute),
                      fmt::format("call again in {} s", wait.count()));
  }
  if (!refusal) co_return;
  record_refusal(std::move(principal), std::move(tool), *refusal, rule);
  throw Error(*refusal);
}

void Gateway::record_refusal(base::Principal principal, std::string tool, const Error& why,
                             std::string_view rule) {
  if (why.code() == ErrorCode::cancelled) return;
  audit::Record record;
  record.kind = audit::Kind::refused;
  record.tool = std::move(tool);
  record.host = why.host();
  record.principal = std::move(principal);
  record.decision = "blocked";
  record.rules.emplace_back(rule.empty() ? refusals::rule_before(why.code()) : rule);
  record.detail = why.what();
  core_->sum_up(std::move(record));
}

void Gateway::Core::sum_up(audit::Record refusal) {
  if (auto first = refusal_sums.take(std::move(refusal)))
    recording.start("record of a refusal", settle(*std::move(first)));
  if (summing || closing || !refusal_sums.due()) return;
  summing = true;
  watching.start("sums of refusals", record_sums());
}

base::Task<void> Gateway::Core::record_sums() {
  while (const auto due = refusal_sums.due()) {
    co_await sums_end.wait_until(*due);
    // Each by itself: none of them is lost when the server ends meanwhile.
    for (auto& sum : refusal_sums.sums()) recording.start("sum of refusals", settle(std::move(sum)));
  }
  summing = false;
}

std::optional<Error> Gateway::Core::beyond_token(Call& call) const {
  if (mode_limit(call.action.principal) != ModeLimit::readonly ||
      std::holds_alternative<Tunnel>(call.action.what))
    return std::nullopt;
  const auto policy = reads_only(call.policies->policy(call.host->name));
  const auto verdict = judge_under(call, policy);
  if (is_read(verdict)) return std::nullopt;
  call.outcome.rules.emplace_back(read_rule);
  return Error(Fault::token_rights,
               fmt::format("blocked: this token is read-only, and this is not proved to be a read: {} [{}]",
                           base::printable(text_of(call.action.what), 100), read_rule),
               "use a token with mode standard; confirm_dangerous does not open it, nor does a person");
}

bool Gateway::Core::still_allows(const Exec& exec, const hosts::Host& host, const Action& action) const {
  auto policy = policies->policy(host.name);
  const auto limit = mode_limit(action.principal);
  if (limit == ModeLimit::readonly && !is_read(judge_exec(exec, host, reads_only(policy)))) return false;
  policy.mode = capped(policy.mode, limit);
  return judge_exec(exec, host, policy).decision == guard::Decision::allow;
}

void Gateway::Core::keep_way_to_ourselves(Call& call) const {
  auto& failure = call.outcome.error;
  if (!failure || !names_hidden_hop(failure->message, *call.host, *call.snapshot, *call.seen)) return;
  options.log.info(call.id.str() + ": " + failure->message);
  call.whole_cause = std::move(failure->message);
  failure = failure_of(failed_on_the_way(failure->code, *call.host));
}

void Gateway::rights_changed(const std::string& principal, const std::shared_ptr<const base::Rights>& now) {
  base::Principal changed;
  changed.name = principal;
  changed.rights = now;
  const auto seen = core_->seen_by(changed);
  core_->end_what(principal, [&seen](const std::string& host) { return seen->find(host) == nullptr; });
  // What waits for a person or its turn was let in under the old rights.
  for (const auto& [id, call] : core_->calls) {
    const auto& asker = call->action.principal;
    if (asker.name == principal && !call->done && !call->began && !same_rights(asker.rights, now))
      call->ask_to_stop();
  }
  if (!now || now->may_use("ssh_tunnel")) return;
  for (const auto& tunnel : core_->tunnels.of(principal, "")) tunnel->close("token");
}

void Gateway::dismiss(const std::string& principal) {
  core_->end_what(principal, [](const std::string&) { return true; });
  core_->usage.leave(principal);
}

void Gateway::Core::end_what(const std::string& principal,
                             const std::function<bool(const std::string& host)>& is_lost) {
  std::vector<std::shared_ptr<Call>> ending;
  for (const auto& [id, call] : calls)
    if (call->action.principal.name == principal && !call->done && is_lost(call->action.host))
      ending.push_back(call);
  for (const auto& call : ending) call->ask_to_stop();
  for (const auto& shell : shells.of(principal, "")) {
    if (!is_lost(shell->host)) continue;
    shells.retire(shell);
    recording.start("closing a shell", shells.close_when_free(shell));
  }
  for (const auto& tunnel : tunnels.of(principal, ""))
    if (is_lost(tunnel->host)) tunnel->close("token");
}

}  // namespace mcpssh::gateway
