#include "tools/fan_out.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <charconv>

#include "base/clock.hpp"
#include "base/faults.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "hosts/selector.hpp"
#include "tools/asking.hpp"
#include "tools/grouping.hpp"
#include "tools/open_calls.hpp"

namespace mcpssh::tools {
namespace {

using base::CallId;
using gateway::Gateway;
using Time = std::chrono::steady_clock::time_point;

/// For what all hosts said together: about 12 k tokens.
constexpr std::size_t text_budget = std::size_t{48} * 1024;

Time now() {
  return std::chrono::steady_clock::now();
}

/// The calls of one request and what is known of each.
struct Round {
  std::vector<CallId> ids;
  std::vector<HostAnswer> answers;  ///< by the same index
  std::size_t done = 0;
};

std::vector<gateway::Action> actions_for(const hosts::Snapshot& snapshot, const gateway::Action& action) {
  const auto selected = hosts::require_hosts(snapshot, action.host);
  if (!selected) throw base::Error(selected.error());
  std::vector<gateway::Action> actions;
  for (const auto* host : *selected) {
    actions.push_back(action);
    actions.back().host = host->name;
  }
  return actions;
}

/// A call the gateway no longer knows.
gateway::Progress gone(const CallId& id, const std::string& host) {
  gateway::Outcome outcome;
  outcome.call = id;
  outcome.host = host;
  outcome.state = gateway::State::no_status;  // no longer known, and so is how it ended
  return outcome;
}

/// Takes the outcomes that came, and the questions that wait.
std::vector<std::pair<CallId, gateway::Waiting>> look(Gateway& gateway, Round& round) {
  std::vector<std::pair<CallId, gateway::Waiting>> waiting;
  for (std::size_t i = 0; i < round.ids.size(); ++i) {
    if (round.answers[i].outcome) continue;
    auto progress = gateway.poll(round.ids[i]);
    if (!progress) progress = gone(round.ids[i], round.answers[i].host);
    if (auto* outcome = std::get_if<gateway::Outcome>(&*progress)) {
      round.answers[i].outcome = std::move(*outcome);
      ++round.done;
    } else if (const auto* asks = std::get_if<gateway::Waiting>(&*progress)) {
      waiting.emplace_back(round.ids[i], *asks);
    }
  }
  return waiting;
}

base::Task<void> answered_elsewhere(Gateway& gateway, std::vector<CallId> ids) {
  for (const auto& id : ids) co_await gateway.answered(id, Time::max());
}

/// One question about all of them whom the client may be asked about; the answer is each one's decision, if
/// no approver elsewhere was first. False: it is pending (modern era).
base::Task<bool> ask(Gateway& gateway, mcp::Call& call,
                     std::vector<std::pair<CallId, gateway::Waiting>> waiting) {
  using namespace base::asio::experimental::awaitable_operators;
  std::erase_if(waiting, [](const auto& one) { return !one.second.elicit; });
  if (waiting.empty()) co_return true;
  std::vector<gateway::Waiting> questions;
  std::vector<CallId> ids;
  for (const auto& [id, question] : waiting) {
    questions.push_back(question);
    ids.push_back(id);
  }
  auto first = co_await (call.elicit(question_about(questions), approval_schema()) ||
                         answered_elsewhere(gateway, std::move(ids)));
  if (first.index() == 1) co_return true;
  const auto elicited = std::get<0>(std::move(first));
  const auto decision = decision_of(elicited);
  if (!decision) co_return false;
  for (const auto& [id, question] : waiting) gateway.decide(id, *decision);
  co_return true;
}

mcp::ToolResult pending(const std::string& batch) {
  mcp::ToolResult result;
  result.ask_state = batch;
  return result;
}

/// Until every call is judged, so that one question can name them all.
base::Task<void> all_judged(Gateway& gateway, const Round& round, Time deadline) {
  for (const auto& id : round.ids) co_await gateway.judged(id, deadline);
}

std::string headway(const Round& round) {
  return std::to_string(round.done) + "/" + std::to_string(round.ids.size()) + " hosts done";
}

void report(mcp::Call& call, const Round& round) {
  const auto total = static_cast<double>(round.ids.size());
  call.progress(static_cast<double>(round.done), total, headway(round));
}

mcp::ToolResult answer(Gateway& gateway, Round& round, OpenCalls& open, Time started) {
  for (std::size_t i = 0; i < round.ids.size(); ++i)
    if (!round.answers[i].outcome) round.answers[i].running = gateway.keep(round.ids[i]);
  open.release();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now() - started);
  return result_of(round.answers, took, text_budget);
}

}  // namespace

bool names_many(std::string_view host) {
  return host == "all" || host.find_first_of("@*?[,!") != std::string_view::npos;
}

std::expected<std::size_t, base::Error> step_of(std::string_view batch, std::size_t hosts) {
  const bool percent = batch.ends_with('%');
  const auto digits = percent ? batch.substr(0, batch.size() - 1) : batch;
  std::size_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = failure == std::errc() && end == digits.data() + digits.size();
  if (!whole || number == 0 || (percent && number > 100))
    return std::unexpected(base::Error(
        base::ErrorCode::invalid_argument,
        "batch must be a number of hosts or a percentage, not \"" + base::printable(batch, 40) + "\"",
        "for example 5 or \"10%\""));
  return percent ? std::max<std::size_t>(hosts * number / 100, 1) : number;
}

base::Task<mcp::ToolResult> act_on_many(Gateway& gateway, mcp::Call& call, gateway::Action action,
                                        gateway::Rolling rolling, std::string batch, Patience patience,
                                        Options options) {
  const Time started = now();
  const auto resumed = call.resumed_state();
  action.batch = resumed ? *resumed : "batch_" + base::random_hex(8);
  const std::string batch_id = action.batch;
  Round round;
  if (resumed) {
    round.ids = gateway.calls_of_batch(call.principal(), batch_id);
    if (round.ids.empty())
      throw base::Error(base::Fault::no_such_call, "the question about this call has lapsed", "call again");
  } else {
    auto actions = actions_for(*gateway.snapshot(call.principal()), action);
    if (!batch.empty()) {
      const auto step = step_of(batch, actions.size());
      if (!step) throw base::Error(step.error());
      rolling.step = *step;
    }
    round.ids = gateway.submit_batch(std::move(actions), rolling);
  }
  OpenCalls open(gateway, round.ids);
  for (const auto& id : round.ids) round.answers.push_back(HostAnswer{gateway.host_of(id), {}, {}});

  co_await all_judged(gateway, round, started + options.answer_within);
  if (auto waiting = look(gateway, round); !waiting.empty()) {
    const bool answered = co_await ask(gateway, call, std::move(waiting));
    if (!answered) {
      open.release();
      co_return pending(batch_id);
    }
  }
  const bool background = patience == Patience::background;
  Time deadline = now() + (background ? std::chrono::milliseconds(0) : options.answer_within);
  for (;;) {
    look(gateway, round);
    report(call, round);
    const bool late = now() >= deadline && (background || !call.become_task(headway(round)));
    if (late || round.done == round.ids.size()) co_return answer(gateway, round, open, started);
    if (now() >= deadline) deadline = Time::max();
    co_await gateway.something(deadline);
  }
}

}  // namespace mcpssh::tools
