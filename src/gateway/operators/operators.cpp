// Answers to requests for approval.
#include "gateway/operators/operators.hpp"

#include <unistd.h>

#include <algorithm>

#include "gateway/core.hpp"

namespace mcpssh::gateway {
namespace {

using approvals::Approver;
using approvals::HumanFactor;
using base::Error;
using base::ErrorCode;

std::string name_of(const Approver& who, HumanFactor factor) {
  return (factor == HumanFactor::none ? "socket " : "human:socket ") + described(who);
}

Error not_a_person(const Approver& who) {
  return {
      ErrorCode::refused,
      described(who) +
          " is no approver, or its processes could be the asker's, so this would be the asker's own answer",
      "approve it as another user of the approvers' group, or as root (sudo); anybody may deny it"};
}

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

void Operators::close_to_approvers(std::string why) {
  gateway_.core_->approvers_closed = std::move(why);
}

std::uint64_t Operators::revision() const {
  return gateway_.core_->requests.revision();
}

std::chrono::milliseconds Operators::left(const approvals::Request& request) const {
  const auto left = request.until - gateway_.core_->options.clock.mono();
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(left, base::MonoTime::duration::zero()));
}

base::Task<void> Operators::changed() {
  co_await gateway_.core_->something.wait();
}

base::Task<std::string> Operators::answer(std::string id, bool approve, Approver who) {
  auto& core = *gateway_.core_;
  const auto* request = core.requests.find(id);
  const auto* past = core.requests.past(id);
  const bool declined = past != nullptr && past->ending == approvals::Ending::declined;
  if (request == nullptr && approve && declined)
    co_return co_await lift(approvals::Past(*past), std::move(who));
  const auto factor =
      request == nullptr ? HumanFactor::none : approvals::factor_of(who, request->principal, ::geteuid());
  if (request != nullptr && approve && factor == HumanFactor::none) {
    auto attempt = who;
    co_await record("approve", "refused", id + ": the asker's own user does not approve", std::move(attempt),
                    factor);
    throw not_a_person(who);
  }
  const auto by = name_of(who, factor);
  // From here to the end nothing suspends: of all who answer at once one gets the request.
  const auto ending = approve ? approvals::Ending::approved : approvals::Ending::declined;
  const auto taken = core.requests.take(id, ending, by);
  if (!taken) throw Error(taken.error());
  Decision decision;
  decision.answer = approve ? Decision::Answer::approved : Decision::Answer::declined;
  decision.by = by;
  decision.human_factor = to_string(factor);
  for (const auto& item : taken->items) {
    const auto call = core.find(base::CallId(item.call));
    if (call && call->waiting) core.settle_question(*call, decision);
  }
  co_return (approve ? "approved: " : "denied: ") + count_of(taken->items.size()) + " of " +
      taken->principal.name;
}

base::Task<std::string> Operators::lift(approvals::Past past, Approver who) {
  auto& core = *gateway_.core_;
  const auto factor = approvals::factor_of(who, past.principal, ::geteuid());
  if (factor == HumanFactor::none) {
    auto attempt = who;
    co_await record("approve", "refused", past.id + ": the asker's own user lifts no decline",
                    std::move(attempt), factor);
    throw not_a_person(who);
  }
  std::size_t lifted = 0;
  for (const auto& digest : past.digests) lifted += core.declines.lift(digest) ? 1 : 0;
  core.requests.forgive(past.principal.name);
  if (lifted == 0)
    throw Error(ErrorCode::not_found, "the decline of " + past.id + " no longer holds",
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
  record.state = std::move(state);
  record.detail = std::move(detail);
  record.approved_by = name_of(who, factor);
  record.human_factor = to_string(factor);
  co_await gateway_.core_->ledger.settle(std::move(record));
}

}  // namespace mcpssh::gateway
