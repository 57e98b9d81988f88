// One call on many hosts: judged at once, asked about once, sent as the caller wants them to follow each
// other.
#include <algorithm>

#include "gateway/core.hpp"

namespace mcpssh::gateway {
namespace {

using Batch = std::vector<std::shared_ptr<Call>>;

bool failed(const Call& call) {
  const Outcome& outcome = call.outcome;
  const bool fine = outcome.state == State::replied ||
                    (outcome.state == State::exited && outcome.exit_code.value_or(-1) == 0);
  return call.done && !fine;
}

bool runs(const Call& call) {
  return !call.held && !call.done;
}

bool is_judged(const std::shared_ptr<Call>& call) {
  return call->ready || call->done;
}

/// A question about one of them was put and nobody answered it.
bool left_alone(const std::shared_ptr<Call>& call) {
  return call->unanswered;
}

/// How many more may be sent now.
std::size_t room(const Batch& batch, const Rolling& rolling, std::size_t sent) {
  const auto running =
      static_cast<std::size_t>(std::ranges::count_if(batch, [](const auto& c) { return runs(*c); }));
  const std::size_t parallel = std::max<std::size_t>(rolling.parallel, 1);
  if (rolling.step == 0) return parallel - std::min(parallel, running);
  const std::size_t in_step = sent % rolling.step;
  if (in_step == 0 && running > 0) return 0;  // the step before has not ended
  return std::min(parallel - std::min(parallel, running), rolling.step - in_step);
}

void give_up(Call& call, std::string why) {
  call.outcome.error = failure_of(base::Error(base::ErrorCode::cancelled, std::move(why)));
  call.ask_to_stop();
}

}  // namespace

std::vector<base::CallId> Gateway::submit_batch(std::vector<Action> actions, Rolling rolling) {
  std::vector<base::CallId> ids;
  Batch batch;
  for (auto& action : actions) {
    auto call = core_->admit_call(std::move(action), true);
    ids.push_back(call->id);
    batch.push_back(std::move(call));
  }
  core_->conducting.start("batch", core_->roll(std::move(batch), rolling));
  return ids;
}

std::vector<base::CallId> Gateway::calls_of_batch(const base::Principal& principal,
                                                  const std::string& batch) const {
  std::vector<std::shared_ptr<Call>> found;
  for (const auto& [id, call] : core_->calls)
    if (call->action.batch == batch && call->action.principal.name == principal.name && !call->cancelled)
      found.push_back(call);
  std::ranges::sort(found, {}, [](const auto& call) { return call->number; });
  std::vector<base::CallId> ids;
  for (const auto& call : found) ids.push_back(call->id);
  return ids;
}

base::Task<void> Gateway::Core::roll(Batch batch, Rolling rolling) {
  while (!std::ranges::all_of(batch, is_judged)) co_await something.wait();
  const bool alone = std::ranges::any_of(batch, left_alone);
  std::size_t sent = 0;
  auto next = batch.begin();
  for (;;) {
    const bool stopped =
        rolling.stop_on_failure && std::ranges::any_of(batch, [](const auto& c) { return failed(*c); });
    if (alone || stopped) break;
    for (std::size_t left = room(batch, rolling, sent); left > 0 && next != batch.end(); ++next) {
      if ((*next)->done) continue;  // refused, or cancelled before its turn
      (*next)->held = false;
      (*next)->changed.notify();
      ++sent;
      --left;
    }
    if (next == batch.end()) co_return;
    co_await something.wait();
  }
  for (; next != batch.end(); ++next)
    if (!(*next)->done)
      give_up(**next, alone ? "not sent: the question about this call was not answered"
                            : "not sent: it failed on another host, and stop_on_failure was asked for");
}

}  // namespace mcpssh::gateway
