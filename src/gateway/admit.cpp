// What happens to a verdict other than allow: granted, put before a human, or refused. All of it is recorded.
#include <array>

#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/digest.hpp"
#include "gateway/known_keys.hpp"
#include "gateway/target.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;

/// Below the 60 s after which most clients give a call up would be too short for a person; they wait on
/// progress.
constexpr auto human_timeout = std::chrono::seconds(120);

std::string findings_text(const guard::Verdict& verdict) {
  std::vector<std::string> lines;
  for (const auto& finding : verdict.findings) lines.push_back(finding.reason + " [" + finding.rule + "]");
  return base::join(lines, "; ");
}

/// Written by the server from its own reading of the command; the agent's words stand apart and short.
Waiting question_about(const Call& call, const guard::Verdict& verdict) {
  Waiting out;
  out.where = call.host->name + " (" + call.host->user + "@" + call.host->address + ")";
  out.what = verdict.canonical + "\n\nWhy it asks: " + findings_text(verdict);
  if (!call.action.reason.empty())
    out.what += "\nThe agent says (unverified): " + base::printable(call.action.reason, 200);
  out.question = "Allow this on " + out.where + "?\n\n" + out.what;
  return out;
}

/// How a question ended. Nobody's silence is a human's "no".
enum class Ending { approved, declined, timed_out, cancelled, voided };

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

std::string_view name_of(Ending ending) {
  constexpr std::array<std::string_view, 5> names{"approved", "declined", "timed_out", "cancelled", "void"};
  return names[static_cast<std::size_t>(ending)];
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
  call->outcome.error = Failure{error.code(), error.at_host(call->action.host).what()};
  call->decision_name = "blocked";
  auto record = record_of(*call, audit::Kind::refused);
  record.detail = error.message();
  co_await ledger.settle(std::move(record));
  co_return false;
}

base::Task<bool> Gateway::Core::admit(std::shared_ptr<Call> call, guard::Verdict verdict) {
  if (verdict.decision == guard::Decision::allow) co_return true;
  call->trusted_keys = co_await keys_on_record(*call->snapshot, *call->host);
  call->digest = digest_of(call->action, *call->snapshot, *call->host, call->trusted_keys);
  if (const auto held = declines.holds(call->digest); held.count() > 0) {
    Error declined(
        ErrorCode::refused,
        "a human declined exactly this " + std::to_string((3600 - held.count()) / 60) + " minutes ago",
        "do something else, or wait an hour");
    co_return co_await refuse(call, std::move(declined));
  }
  approvals::Asker asker;
  asker.principal = call->action.principal;
  asker.can_elicit = call->action.can_elicit;
  asker.confirm_dangerous = call->action.confirm_dangerous;
  const auto setting = approval_setting(*call->snapshot, *call->host);
  const auto route = approvals::route(setting, asker, verdict, verdict.unlocked);
  switch (route.kind) {
    case approvals::Route::Kind::granted:
      call->outcome.approved_by = route.approved_by;
      call->decision_name = "confirmed";
      co_return true;
    case approvals::Route::Kind::ask_human:
      co_return co_await ask_human(call, std::move(verdict));
    case approvals::Route::Kind::refused:
      break;
  }
  Error blocked(ErrorCode::refused, "blocked: " + findings_text(verdict), route.why);
  co_return co_await refuse(call, std::move(blocked));
}

base::Task<bool> Gateway::Core::ask_human(std::shared_ptr<Call> call, guard::Verdict verdict) {
  call->waiting = question_about(*call, verdict);
  changed(*call);
  const auto asked = std::chrono::steady_clock::now();
  const auto deadline = asked + human_timeout;
  bool in_time = true;
  while (in_time && !call->decision && !call->cancelled && !call->stop_asked)
    in_time = co_await call->changed.wait_until(deadline);
  call->waiting.reset();
  const Ending ending = ending_of(*call, call->policies == policies, in_time);
  meters.approval(name_of(ending), std::chrono::steady_clock::now() - asked);
  call->unanswered = !call->decision || call->decision->answer == Decision::Answer::cancelled;
  if (ending == Ending::declined && call->decision->by.starts_with("human")) declines.remember(call->digest);
  auto record = record_of(*call, audit::Kind::approval);
  record.approved_by = call->decision ? call->decision->by : "nobody";
  record.state = name_of(ending);
  record.detail = findings_text(verdict);
  co_await ledger.write(std::move(record));
  if (ending == Ending::approved) {
    call->outcome.approved_by = call->decision->by;
    call->decision_name = "confirmed";
    co_return true;
  }
  Error denied(ErrorCode::refused, cause_of(ending) + ": " + findings_text(verdict),
               "do something else, or ask the user what to do");
  co_return co_await refuse(call, std::move(denied));
}

}  // namespace mcpssh::gateway
