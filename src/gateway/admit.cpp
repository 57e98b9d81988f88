// What happens to a verdict other than allow: granted, put before a human, or refused. All of it is recorded.
#include <algorithm>

#include "base/text.hpp"
#include "gateway/core.hpp"

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
std::string question_text(const Call& call, const guard::Verdict& verdict) {
  std::string text = "Allow this on " + call.host->name + " (" + call.host->user + "@" + call.host->address +
                     ")?\n\n" + verdict.canonical + "\n\nWhy it asks: " + findings_text(verdict);
  if (!call.action.reason.empty())
    text += "\nThe agent says (unverified): " + base::printable(call.action.reason, 200);
  return text;
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
  call->waiting = Waiting{question_text(*call, verdict)};
  call->changed.notify();
  const auto deadline = std::chrono::steady_clock::now() + human_timeout;
  while (!call->decision && !call->cancelled && !call->stop_asked) {
    if (!co_await call->changed.wait_until(deadline)) break;
  }
  call->waiting.reset();
  const Decision decision = call->decision.value_or(Decision{false, "nobody"});
  if (call->decision && !decision.approved && decision.by.starts_with("human"))
    declines.remember(call->digest);
  auto record = record_of(*call, audit::Kind::approval);
  record.approved_by = decision.by;
  record.state = decision.approved ? "approved" : "denied";
  record.detail = findings_text(verdict);
  co_await ledger.write(std::move(record));
  if (decision.approved && call->policies == policies) {
    call->outcome.approved_by = decision.by;
    call->decision_name = "confirmed";
    co_return true;
  }
  std::string cause = "a human was asked and did not approve: ";
  if (call->policies != policies)
    cause = "the configuration changed while a human was asked, so the approval is void: ";
  Error denied(ErrorCode::refused, cause + findings_text(verdict),
               "do something else, or ask the user what to do");
  co_return co_await refuse(call, std::move(denied));
}

}  // namespace mcpssh::gateway
