// Answers to requests for approval.
#include "gateway/operators/operators.hpp"

#include <unistd.h>

#include <algorithm>

#include "approvals/shown.hpp"
#include "base/faults.hpp"
#include "gateway/core.hpp"
#include "gateway/refusal_rules.hpp"

namespace mcpssh::gateway {
namespace {

using approvals::Approver;
using approvals::HumanFactor;
using base::Error;
using base::Fault;

std::string count_of(std::size_t actions) {
  return actions == 1 ? "1 action" : std::to_string(actions) + " actions";
}

}  // namespace

std::vector<const approvals::Request*> Operators::pending() const {
  std::vector<const approvals::Request*> open;
  for (const auto& [id, request] : gateway_.core_->requests.all())
    if (left(request).count() > 0) open.push_back(&request);
  std::ranges::sort(open, {}, [](const auto* request) { return request->asked_mono; });
  return open;
}

std::filesystem::path Operators::configuration() const {
  return gateway_.core_->snapshot->path;
}

void Operators::close_to_approvers(std::string why) {
  gateway_.core_->approvers_closed = std::move(why);
}

std::uint64_t Operators::revision() const {
  const auto& core = *gateway_.core_;
  return core.requests.revision() + core.questions.revision();
}

std::chrono::milliseconds Operators::left(const approvals::Request& request) const {
  const auto left = request.until - gateway_.core_->options.clock.mono();
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(left, base::MonoTime::duration::zero()));
}

base::Task<void> Operators::changed() {
  co_await gateway_.core_->something.wait();
}

base::Task<std::string> Operators::answer(Answer answer, Approver who) {
  if (answer.approve) co_return co_await approve(std::move(answer), std::move(who));
  auto& core = *gateway_.core_;
  const auto* request = core.requests.find(answer.id);
  const auto factor =
      request == nullptr ? HumanFactor::none : approvals::factor_of(who, request->principal, ::geteuid());
  const auto by = approvals::named(who, factor);
  const auto taken = core.requests.take(answer.id, approvals::Ending::declined, by);
  if (!taken) throw Error(taken.error());
  Decision decision;
  decision.answer = Decision::Answer::declined;
  decision.by = by;
  decision.human_factor = to_string(factor);
  core.settle_all(*taken, decision);
  co_return "denied: " + count_of(taken->items.size()) + " of " + taken->principal.name;
}

base::Task<std::string> Operators::approve(Answer answer, Approver who) {
  auto& core = *gateway_.core_;
  const auto* request = core.requests.find(answer.id);
  const auto* past = core.requests.past(answer.id);
  // Who was shown an open request and came too late meant that one: the decline of another stays.
  if (request == nullptr && past != nullptr && past->ending == approvals::Ending::declined &&
      answer.shown.empty())
    co_return co_await lift(approvals::Past(*past), std::move(answer), std::move(who));
  // Before a code is used up for nothing.
  if (const auto fine = core.requests.may_approve(answer.id, who.user); !fine) throw Error(fine.error());
  require_shown(answer);
  const auto factor = co_await proved(who, request->principal, answer);
  co_return co_await approve_now(std::move(answer), std::move(who), factor);
}

/// From here until the request is taken nothing suspends: of all who answer at once one is the last one
/// needed.
base::Task<std::string> Operators::approve_now(Answer answer, Approver who, HumanFactor factor) {
  auto& core = *gateway_.core_;
  if (core.requests.find(answer.id) != nullptr) require_shown(answer);
  const auto taken =
      core.requests.approve(answer.id, approvals::Given{who.user, approvals::named(who, factor), factor});
  if (!taken) throw Error(taken.error());
  if (!*taken) {
    core.something.notify();
    const auto* open = core.requests.find(answer.id);
    const auto so_far = std::to_string(open->given.size()) + " of " + std::to_string(open->needed);
    co_await record("approve", "approved_in_part", answer.id + ": " + so_far, std::move(who), factor);
    co_return "approved by you; that is " + so_far + ": another person has to approve it before it runs";
  }
  const approvals::Request& request = **taken;
  Decision decision;
  decision.answer = Decision::Answer::approved;
  decision.by = approvals::names_of(request.given);
  decision.human_factor = approvals::factors_of(request.given);
  core.settle_all(request, decision);
  co_return "approved: " + count_of(request.items.size()) + " of " + request.principal.name;
}

void Operators::require_shown(const Answer& answer) const {
  const auto* request = gateway_.core_->requests.find(answer.id);
  if (request == nullptr || approvals::digest_of_shown(approvals::shown(*request)) == answer.shown) return;
  throw Error(Fault::approval_void,
              answer.shown.empty() ? "an approval has to say which text was shown, and this one does not"
                                   : "the request changed: look again",
              "run mcp-ssh approve " + answer.id + " again, and read what it shows");
}

base::Task<std::string> Operators::lift(approvals::Past past, Answer answer, Approver who) {
  auto& core = *gateway_.core_;
  const auto factor = co_await proved(who, past.principal, std::move(answer));
  std::size_t lifted = 0;
  for (const auto& digest : past.digests) lifted += core.declines.lift(digest) ? 1 : 0;
  core.requests.forgive(past.principal.name);
  if (lifted == 0)
    throw Error(Fault::no_such_request, "the decline of " + past.id + " no longer holds",
                "it may be asked again");
  co_await record("approve", "decline_lifted", past.id, std::move(who), factor);
  co_return "the decline of " + count_of(lifted) +
      " is lifted: nothing was run, and the same may be asked for again";
}

base::Task<void> Operators::record(std::string tool, std::string state, std::string detail, Approver who,
                                   HumanFactor factor) {
  audit::Record record;
  record.kind = tool == "approve" ? audit::Kind::approval : audit::Kind::security;
  record.principal.name = "user:" + who.name;
  record.principal.via = base::Via::local;
  record.tool = std::move(tool);
  if (state == "refused") record.rules.emplace_back(refusals::no_person);
  record.state = std::move(state);
  record.detail = std::move(detail);
  record.approved_by = approvals::named(who, factor);
  record.human_factor = to_string(factor);
  co_await gateway_.core_->ledger.settle(std::move(record));
}

}  // namespace mcpssh::gateway
