// What happens to a verdict other than allow: granted, put before a human, or refused. All of it is recorded.
#include <unistd.h>

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/always.hpp"
#include "gateway/core.hpp"
#include "gateway/digest.hpp"
#include "gateway/known_keys.hpp"
#include "gateway/refusal_rules.hpp"
#include "gateway/target.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

std::string findings_text(const guard::Verdict& verdict) {
  std::vector<std::string> lines;
  for (const auto& finding : verdict.findings) lines.push_back(finding.reason + " [" + finding.rule + "]");
  return base::join(lines, "; ");
}

std::string place_of(const Call& call) {
  return call.host->name + " (" + call.host->user + "@" + call.host->address + ")";
}

/// The same for approvers, who see it apart from the question to the client.
approvals::Item item_of(const Call& call, const guard::Verdict& verdict) {
  approvals::Item item;
  item.call = call.id.str();
  item.digest = call.digest;
  item.where = place_of(call);
  item.text = verdict.canonical;
  for (const auto& finding : verdict.findings) item.reasons.push_back({finding.rule, finding.reason});
  item.agent_says = base::printable(call.action.reason, 200);
  item.host = call.host->name;
  item.always = always_rule(call.action.what, *call.host, call.policies->policy(call.host->name));
  return item;
}

approvals::Request request_of(const Call& call, bool elicit) {
  approvals::Request asking;
  asking.principal = call.action.principal;
  asking.tool = call.action.tool;
  asking.batch = call.action.batch;
  asking.also_client = elicit;
  asking.needed = approvals_needed(*call.snapshot, *call.host);
  return asking;
}

/// Written by the server from its own reading of the command; the agent's words stand apart and short.
Waiting question_about(const Call& call, const guard::Verdict& verdict) {
  Waiting out;
  out.where = place_of(call);
  out.what = verdict.canonical + "\n\nWhy it asks: " + findings_text(verdict);
  if (!call.action.reason.empty())
    out.what += "\nThe agent says (unverified): " + base::printable(call.action.reason, 200);
  out.question = "Allow this on " + out.where + "?\n\n" + out.what;
  return out;
}

using approvals::Ending;

/// Nobody's silence is a human's "no".
Ending ending_of(const Call& call, bool same_policies, bool in_time) {
  if (!same_policies || (call.decision && call.decision->answer == Decision::Answer::voided))
    return Ending::voided;
  if (!call.decision) return in_time ? Ending::cancelled : Ending::timed_out;
  switch (call.decision->answer) {
    case Decision::Answer::approved:
      return Ending::approved;
    case Decision::Answer::declined:
      return Ending::declined;
    default:
      return Ending::cancelled;
  }
}

void tell_answer(const Call& call, Ending ending, base::MonoTime::duration took, audit::Record& record) {
  record.approved_by = call.decision ? call.decision->by : "nobody";
  record.human_factor = call.decision ? call.decision->human_factor : "";
  record.state = to_string(ending);
  record.duration_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

std::string cause_of(Ending ending) {
  switch (ending) {
    case Ending::declined:
      return "a human was asked and declined";
    case Ending::timed_out:
      return "a human was asked and did not answer in time";
    case Ending::voided:
      return "the configuration changed while a human was asked, so the approval is void";
    default:
      return "the question to a human was put away without an answer";
  }
}

Fault fault_of(Ending ending) {
  if (ending == Ending::voided) return Fault::approval_void;
  return ending == Ending::declined ? Fault::declined : Fault::unanswered;
}

/// What is known of the host's keys when a human looks at it; empty when no line of known_hosts has a say:
/// checking is off, pins or an authority decide, or nothing is on record.
base::Task<std::vector<std::string>> keys_on_record(const hosts::Snapshot& snapshot,
                                                    const hosts::Host& host) {
  auto target = address_for(snapshot, host);
  std::vector<std::string> fingerprints;
  if (target.host_key_checking == ssh::HostKeyChecking::off || !target.pins.empty()) co_return fingerprints;
  const ssh::HostKey none;
  const auto answer = co_await known_keys::look_up(std::move(target), none);
  if (!answer.by_authority)
    for (const auto& key : answer.on_record) fingerprints.push_back(key.fingerprint());
  co_return fingerprints;
}

}  // namespace

base::Task<bool> Gateway::Core::refuse(std::shared_ptr<Call> call, base::Error error) {
  call->outcome.state = State::refused;
  call->outcome.error = failure_of(error.at_host(call->action.host));
  call->decision_name = "blocked";
  auto record = record_of(*call, audit::Kind::refused);
  record.detail = error.what();
  co_await ledger.settle(std::move(record));
  co_return false;
}

base::Task<void> Gateway::Core::record_failure(std::shared_ptr<Call> call, base::Error why) {
  // What the asker put away is no refusal.
  if (why.code() == ErrorCode::cancelled) co_return;
  if (!call->too_much) call->outcome.rules.emplace_back(refusals::rule_before(why.code()));
  call->decision_name = "blocked";
  auto record = record_of(*call, audit::Kind::refused);
  record.detail = why.what();
  // Of these there may be any number at no cost.
  if (call->too_much)
    sum_up(std::move(record));
  else
    co_await ledger.settle(std::move(record));
}

approvals::Route Gateway::Core::route_of(const Call& call, const guard::Verdict& verdict) const {
  approvals::Asker asker;
  asker.principal = call.action.principal;
  asker.can_elicit = call.action.can_elicit;
  asker.confirm_dangerous = call.action.confirm_dangerous;
  asker.channels.approvers = options.approvers;
  asker.channels.approvers_closed = approvers_closed;
  asker.channels.needed = approvals_needed(*call.snapshot, *call.host);
  if (asker.principal.user.value_or(::geteuid()) == 0)
    asker.channels.approvers_closed =
        "the asker's processes run as root, who can become anybody: run the server as another user";
  asker.channels.trust_elicitation = call.snapshot->settings.trust_elicitation;
  return approvals::route(approval_setting(*call.snapshot, *call.host), asker, verdict, verdict.unlocked);
}

base::Task<bool> Gateway::Core::admit(std::shared_ptr<Call> call, guard::Verdict verdict) {
  if (verdict.decision == guard::Decision::allow) co_return true;
  call->trusted_keys = co_await keys_on_record(*call->snapshot, *call->host);
  call->digest = digest_of(call->action, *call->snapshot, *call->host, call->trusted_keys);
  if (const auto held = declines.holds(call->digest); held.count() > 0) {
    call->outcome.rules.emplace_back(refusals::declined);
    Error declined(
        Fault::declined,
        "a human declined exactly this " + std::to_string((3600 - held.count()) / 60) + " minutes ago",
        "do something else, or wait an hour");
    co_return co_await refuse(call, std::move(declined));
  }
  const auto route = route_of(*call, verdict);
  switch (route.kind) {
    case approvals::Route::Kind::granted:
      call->outcome.approved_by = route.approved_by;
      call->decision_name = "confirmed";
      co_return true;
    case approvals::Route::Kind::ask_human:
      co_return co_await ask_human(call, std::move(verdict), route.elicit);
    case approvals::Route::Kind::refused:
      break;
  }
  Error blocked(Fault::blocked, "blocked: " + findings_text(verdict), route.why);
  co_return co_await refuse(call, std::move(blocked));
}

base::Task<bool> Gateway::Core::ask_human(std::shared_ptr<Call> call, guard::Verdict verdict, bool elicit) {
  const auto until = requests.open(request_of(*call, elicit), item_of(*call, verdict));
  if (!until) {
    Error full(until.error().fault(), until.error().cause() + "; " + findings_text(verdict),
               until.error().next_move());
    co_return co_await refuse(call, std::move(full));
  }
  call->waiting = question_about(*call, verdict);
  call->waiting->elicit = elicit;
  changed(*call);
  const auto asked = options.clock.mono();
  auto asking = record_of(*call, audit::Kind::approval);
  asking.state = "asked";
  asking.detail = requests.of(call->id.str())->id + ": " + findings_text(verdict);
  co_await ledger.settle(std::move(asking));
  bool in_time = true;
  while (in_time && !call->decision && !call->cancelled && !call->stop_asked)
    in_time = co_await call->changed.wait_until(*until);
  call->waiting.reset();
  const Ending ending = ending_of(*call, call->policies == policies, in_time);
  requests.leave(call->id.str(), ending, call->decision ? call->decision->by : "");
  const auto took = options.clock.mono() - asked;
  meters.approval(to_string(ending), took);
  call->unanswered = !call->decision || call->decision->answer == Decision::Answer::cancelled;
  if (ending == Ending::declined) declines.remember(call->digest);
  auto record = record_of(*call, audit::Kind::approval);
  tell_answer(*call, ending, took, record);
  record.detail = findings_text(verdict);
  co_await ledger.write(std::move(record));
  if (ending == Ending::approved) {
    call->outcome.approved_by = call->decision->by;
    call->decision_name = "confirmed";
    co_return true;
  }
  if (ending == Ending::voided) call->outcome.rules.emplace_back(refusals::changed_policy);
  Error denied(fault_of(ending), cause_of(ending) + ": " + findings_text(verdict),
               "do something else, or ask the user what to do");
  co_return co_await refuse(call, std::move(denied));
}

bool Gateway::Core::client_may_approve(const Call& call) const {
  const auto* request = requests.of(call.id.str());
  return call.waiting && call.waiting->elicit && request != nullptr && options.clock.mono() < request->until;
}

void Gateway::Core::settle_question(Call& call, Decision decision) {
  const auto ending = decision.answer == Decision::Answer::approved   ? Ending::approved
                      : decision.answer == Decision::Answer::declined ? Ending::declined
                      : decision.answer == Decision::Answer::voided   ? Ending::voided
                                                                      : Ending::cancelled;
  requests.leave(call.id.str(), ending, decision.by);
  call.decision = std::move(decision);
  call.waiting.reset();
  changed(call);
}

void Gateway::Core::settle_all(const approvals::Request& request, const Decision& decision) {
  for (const auto& item : request.items)
    if (const auto call = find(base::CallId(item.call)); call && call->waiting)
      settle_question(*call, decision);
}

std::optional<ApprovalNote> Gateway::Core::approval_of(const Call& call) const {
  const auto* request = call.done || !call.waiting ? nullptr : requests.of(call.id.str());
  if (request == nullptr) return std::nullopt;
  const auto left = std::max(request->until - options.clock.mono(), base::MonoTime::duration::zero());
  return ApprovalNote{request->id, std::chrono::duration_cast<std::chrono::milliseconds>(left)};
}

}  // namespace mcpssh::gateway
