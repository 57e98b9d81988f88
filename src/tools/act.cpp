#include "tools/act.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "tools/asking.hpp"
#include "tools/open_calls.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::tools {
namespace {

using Time = std::chrono::steady_clock::time_point;

Time now() {
  return std::chrono::steady_clock::now();
}

std::string headway_of(const gateway::CallNote& note) {
  if (note.approval) return note.host + ": waiting for approval " + note.approval->id;
  if (note.question) return note.host + ": " + waiting_text(*note.question);
  return note.host + ": running for " + base::human_duration(note.elapsed) + ", " +
         base::human_bytes(note.bytes_out + note.bytes_err) + " so far, as " + note.call.str();
}

void report_progress(gateway::Gateway& gateway, mcp::Call& call, const base::CallId& id) {
  const auto note = gateway.note(id);
  if (!note) return;
  const double seconds = std::chrono::duration<double>(note->elapsed).count();
  call.progress(seconds, std::nullopt, headway_of(*note));
}

std::string headway(gateway::Gateway& gateway, const base::CallId& id) {
  const auto note = gateway.note(id);
  return note ? headway_of(*note) : "";
}

/// What became of a question the gateway put: decided, here or by an approver elsewhere, or the answer the
/// modern era wants first.
base::Task<std::optional<mcp::ToolResult>> ask(gateway::Gateway& gateway, mcp::Call& call, base::CallId id,
                                               std::string question) {
  using namespace base::asio::experimental::awaitable_operators;
  auto first =
      co_await (call.elicit(std::move(question), approval_schema()) || gateway.answered(id, Time::max()));
  if (first.index() == 1) co_return std::nullopt;
  const auto elicited = std::get<0>(std::move(first));
  if (const auto decision = decision_of(elicited)) {
    gateway.decide(id, *decision);
    co_return std::nullopt;
  }
  mcp::ToolResult pending;
  pending.ask_state = id.str();
  co_return pending;
}

/// Until the outcome, or a question, or the time to answer without it.
base::Task<gateway::Progress> wait_with_progress(gateway::Gateway& gateway, mcp::Call& call, base::CallId id,
                                                 Time deadline, Options options) {
  for (;;) {
    auto progress = co_await gateway.wait(id, std::min(deadline, now() + options.progress_every));
    if (!std::holds_alternative<gateway::Running>(progress) || now() >= deadline) co_return progress;
    report_progress(gateway, call, id);
  }
}

/// Until when a call is waited for.
struct Times {
  Patience patience;
  std::chrono::milliseconds answer_within;
  bool is_task = false;

  [[nodiscard]] Time answer_by() const {
    return patience == Patience::to_the_end ? Time::max() : now() + answer_within;
  }
  /// No client waits as long as a person may think.
  [[nodiscard]] Time approval_by() const {
    if (is_task) return Time::max();
    return patience == Patience::background ? now() : now() + answer_within;
  }
};

bool waits_for_approval(const gateway::Gateway& gateway, const base::CallId& id) {
  const auto note = gateway.note(id);
  return note && note->approval;
}

/// Until an approver answered: true; or `deadline`.
base::Task<bool> answered_elsewhere(gateway::Gateway& gateway, mcp::Call& call, base::CallId id,
                                    Time deadline, Options options) {
  while (waits_for_approval(gateway, id)) {
    if (now() >= deadline) co_return false;
    report_progress(gateway, call, id);
    co_await gateway.answered(id, std::min(deadline, now() + options.progress_every));
  }
  co_return true;
}

}  // namespace

gateway::Action action_for(const mcp::Call& call, const mcp::Arguments& arguments, std::string tool,
                           std::string host, gateway::What what) {
  gateway::Action action;
  action.principal = call.principal();
  action.host = std::move(host);
  action.what = std::move(what);
  action.tool = std::move(tool);
  action.reason = arguments.string("reason").value_or("");
  action.confirm_dangerous = arguments.flag("confirm_dangerous");
  action.can_elicit = call.can_elicit();
  if (const auto seconds = arguments.number("timeout"))
    action.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  return action;
}

base::Task<mcp::ToolResult> act(gateway::Gateway& gateway, mcp::Call& call, gateway::Action action,
                                Patience patience, Options options) {
  const auto resumed = call.resumed_state();
  const base::CallId id = resumed ? base::CallId(*resumed) : gateway.submit(std::move(action));
  OpenCalls open(gateway, {id});
  Times times{patience, options.answer_within};
  Time deadline = times.answer_by();
  for (;;) {
    if (patience == Patience::background) co_await gateway.begun(id, deadline);
    auto progress = co_await wait_with_progress(gateway, call, id,
                                                patience == Patience::background ? now() : deadline, options);
    if (auto* outcome = std::get_if<gateway::Outcome>(&progress)) {
      open.release();
      co_return result_of(*outcome);
    }
    const auto* waiting = std::get_if<gateway::Waiting>(&progress);
    if (waiting != nullptr && !waiting->elicit) {
      const bool answered = co_await answered_elsewhere(gateway, call, id, times.approval_by(), options);
      if (answered) {
        deadline = times.answer_by();
        continue;
      }
    } else if (waiting != nullptr) {
      auto pending = co_await ask(gateway, call, id, waiting->question);
      deadline = times.answer_by();  // a person's time to think is not the command's
      if (!pending) continue;
      open.release();
      co_return std::move(*pending);
    }
    if (patience == Patience::answer && call.become_task(headway(gateway, id))) {
      times.is_task = true;
      deadline = Time::max();
      continue;
    }
    open.release();
    co_return still_running(gateway.keep(id));
  }
}

}  // namespace mcpssh::tools
