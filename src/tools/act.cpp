#include "tools/act.hpp"

#include <algorithm>

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

/// What became of a question the gateway put: decided, or the answer the modern era wants first.
base::Task<std::optional<mcp::ToolResult>> ask(gateway::Gateway& gateway, mcp::Call& call,
                                               const base::CallId& id, std::string question) {
  auto elicited = co_await call.elicit(std::move(question), approval_schema());
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
  const auto answer_by = [&] {
    return patience == Patience::to_the_end ? Time::max() : now() + options.answer_within;
  };
  Time deadline = answer_by();
  for (;;) {
    if (patience == Patience::background) co_await gateway.begun(id, deadline);
    auto progress = co_await wait_with_progress(gateway, call, id,
                                                patience == Patience::background ? now() : deadline, options);
    if (auto* outcome = std::get_if<gateway::Outcome>(&progress)) {
      open.release();
      co_return result_of(*outcome);
    }
    if (const auto* waiting = std::get_if<gateway::Waiting>(&progress)) {
      auto pending = co_await ask(gateway, call, id, waiting->question);
      deadline = answer_by();  // a person's time to think is not the command's
      if (!pending) continue;
      open.release();
      co_return std::move(*pending);
    }
    if (patience == Patience::answer && call.become_task(headway(gateway, id))) {
      deadline = Time::max();
      continue;
    }
    open.release();
    co_return still_running(gateway.keep(id));
  }
}

}  // namespace mcpssh::tools
