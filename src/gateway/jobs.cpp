// Calls that outlive their request: kept, read on, forgotten.
#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <map>
#include <utility>

#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::Fault;

/// Finished calls whose outcome can still be read. Their output is bounded by the allowance.
constexpr std::size_t most_finished = 500;
/// One that nobody fetched: a client that was asked for an approval may never come back.
constexpr auto uncollected_for = std::chrono::minutes(5);

std::chrono::milliseconds since(base::MonoTime start, base::MonoTime now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
}

void fill_text(const Spools& spools, const OutputQuery& query, bool ended, OutputView& view) {
  const outputs::Spool& spool = spools.of(query.is_stderr);
  if (!query.grep.empty()) {
    auto found = spool.grep(query.grep, query.offset.value_or(0), query.budget);
    view.text = std::move(found.text);
    view.from = query.offset.value_or(0);
    view.next = found.total;
    view.lost = found.skipped;
    view.matches = found.lines;
    view.cut = found.cut;
    return;
  }
  auto window = query.tail ? spool.tail(*query.tail, query.budget, ended)
                           : spool.window(query.offset.value_or(0), query.budget, ended);
  view.text = std::move(window.text);
  view.from = window.from;
  view.next = window.next;
  view.lost = window.lost;
}

/// What a dialogue answered, which is there in one piece and only when it ended.
void fill_reply(const Outcome& outcome, OutputView& view) {
  view.by_offset = false;
  view.text = outcome.out.head + outcome.out.tail;
  view.total_out = view.next = outcome.out.total;
  view.lost = outcome.out.dropped;
}

}  // namespace

std::shared_ptr<Call> Gateway::Core::find(const base::CallId& id) const {
  const auto found = calls.find(id);
  return found == calls.end() ? nullptr : found->second;
}

std::shared_ptr<Call> Gateway::Core::find(const base::Principal& principal, const base::CallId& id) {
  auto call = find(id);
  const bool own = call && call->action.principal.name == principal.name && !call->cancelled;
  if (own && seen_by(principal)->find(call->action.host) != nullptr) return call;
  if (const auto lost = lost_calls.find(id); lost != lost_calls.end() && lost->second == principal.name)
    throw Error(Fault::no_such_call,
                "call " + id.str() +
                    " waited for a person's approval, or its turn, when its server ended: nothing was run",
                "send it again, and a person is asked anew");
  throw Error(Fault::no_such_call, "no call " + base::printable(id.str(), 40) + " of yours is known",
              "ssh_list_sessions names those that run; finished ones are forgotten, oldest first");
}

void Gateway::Core::remember_lost(const audit::Recovery& found) {
  for (const auto& record : found.unanswered) {
    lost_calls.emplace(record.call, record.principal.name);
    requests.remember_lost(record.detail.substr(0, record.detail.find(':')), record.principal);
  }
}

base::Task<void> Gateway::Core::look_back() {
  try {
    co_await ledger.mend();
  } catch (const Error& error) {
    options.log.debug(error.message());
  }
}

void Gateway::Core::changed(Call& call) {
  call.changed.notify();
  something.notify();
}

/// The oldest go first; one that somebody still waits for stays.
void Gateway::Core::keep_finished(const std::shared_ptr<Call>& call) {
  finished.push_back(call->id);
  if (auto* exec = std::get_if<Exec>(&call->action.what)) exec->input = std::string();  // may be large
  const auto now = options.clock.mono();
  const auto crowded = [&] {
    return finished.size() > most_finished || allowance->used() > allowance->size() / 4 * 3;
  };
  for (auto next = finished.begin(); next != finished.end() && crowded();) {
    const auto old = find(*next);
    const bool wanted = old && !old->collected && !old->kept && now - old->ended < uncollected_for;
    if (wanted) {
      ++next;
      continue;
    }
    calls.erase(*next);
    next = finished.erase(next);
  }
}

Progress Gateway::Core::progress_of(Call& call) {
  if (!call.done && call.waiting) return *call.waiting;
  if (!call.done) return Running{};
  Outcome outcome = call.outcome;
  call.collected = true;
  if (call.spools) {  // the spools have it
    call.outcome.out.head.clear();
    call.outcome.out.tail.clear();
    call.outcome.err.head.clear();
    call.outcome.err.tail.clear();
  }
  something.notify();
  return outcome;
}

CallNote Gateway::keep(const base::CallId& id) {
  const auto call = core_->find(id);
  if (call) call->kept = true;
  return note(id).value_or(CallNote());
}

std::optional<CallNote> Gateway::note(const base::CallId& id) const {
  const auto call = core_->find(id);
  if (!call) return std::nullopt;
  CallNote out;
  out.call = id;
  out.host = call->action.host;
  out.began = call->began;
  out.elapsed = since(call->started, core_->options.clock.mono());
  out.timeout = core_->timeout_of(*call);
  out.approval = core_->approval_of(*call);
  out.question = core_->login_question_of(*call);
  if (call->spools) {
    out.bytes_out = call->spools->out.total();
    out.bytes_err = call->spools->err.total();
  }
  return out;
}

std::vector<SessionNote> Gateway::jobs(const base::Principal& principal) const {
  std::multimap<std::pair<std::chrono::milliseconds, std::uint64_t>, SessionNote> oldest_first;
  const auto now = core_->options.clock.mono();
  const auto seen = snapshot(principal);
  for (const auto& [id, call] : core_->calls) {
    if (call->action.principal.name != principal.name || (call->done && !call->kept)) continue;
    if (seen->find(call->action.host) == nullptr) continue;
    if (text_of(call->action.what).empty()) continue;
    SessionNote out;
    out.kind = SessionNote::Kind::job;
    out.host = call->action.host;
    out.name = id.str();
    out.detail = base::printable(text_of(call->action.what), 120);
    out.idle = since(call->started, call->done ? call->ended : now);
    out.in_use = call->done ? 0 : 1;
    out.state = call->done ? to_string(call->outcome.state) : call->waiting ? "waiting" : "running";
    if (call->spools) out.bytes = call->spools->out.total() + call->spools->err.total();
    oldest_first.emplace(std::pair(-out.idle, call->number), std::move(out));
  }
  std::vector<SessionNote> notes;
  for (auto& [age, note] : oldest_first) notes.push_back(std::move(note));
  return notes;
}

/// Until the stream has more than was asked from, or the call has ended and its end is on record.
base::Task<void> Gateway::Core::wait_for_output(std::shared_ptr<Call> call, OutputQuery query) {
  using namespace base::asio::experimental::awaitable_operators;
  const bool latest = query.tail || !query.grep.empty();
  const std::uint64_t now = latest && call->spools ? call->spools->of(query.is_stderr).total() : 0;
  const std::uint64_t seen = query.offset.value_or(now);
  const auto enough = [&] {
    return call->done || (call->spools && call->spools->of(query.is_stderr).total() > seen);
  };
  while (!enough() && options.clock.mono() < query.until) {
    if (const auto feed = call->feed) {
      auto more = Feed::more(feed, query.is_stderr, seen, query.until);
      const auto first =
          co_await (base::hop(feed->executor(), std::move(more)) || call->changed.wait_until(query.until));
      // The feed has ended; what is left is the end record.
      if (first.index() == 0 && !enough()) co_await call->changed.wait_until(query.until);
    } else {
      co_await call->changed.wait_until(query.until);
    }
  }
}

base::Task<OutputView> Gateway::read_output(base::Principal principal, OutputQuery query) {
  if (!core_->find(query.call)) co_await core_->look_back();
  const auto call = core_->find(principal, query.call);
  co_await core_->wait_for_output(call, query);
  OutputView view;
  view.call = call->id;
  view.host = call->action.host;
  view.command = base::printable(text_of(call->action.what), 120);
  view.running = !call->done;
  view.elapsed = since(call->started, call->done ? call->ended : core_->options.clock.mono());
  view.approval = core_->approval_of(*call);
  view.question = core_->login_question_of(*call);
  if (call->done) view.outcome = call->outcome;
  if (call->spools) {
    view.total_out = call->spools->out.total();
    view.total_err = call->spools->err.total();
    fill_text(*call->spools, query, call->done, view);
  } else {
    fill_reply(call->outcome, view);
  }
  co_return view;
}

}  // namespace mcpssh::gateway
