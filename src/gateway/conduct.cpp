// How one call goes through the house: judge, approve, record, act, record. Nothing here knows how to act.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "base/faults.hpp"
#include "base/limits.hpp"
#include "gateway/core.hpp"
#include "gateway/digest.hpp"
#include "gateway/judgement.hpp"
#include "gateway/refusal_rules.hpp"
#include "guard/judge.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

/// Commands on a CLI device go through a dialogue of their own, kept apart from the named shells.
constexpr std::string_view command_dialogue = "(commands)";

std::optional<std::string> shell_name(const Call& call) {
  if (const auto* line = std::get_if<ShellLine>(&call.action.what))
    return line->session.empty() ? "default" : line->session;
  const bool device = call.host->shell == hosts::ShellKind::cli;
  if (device && std::holds_alternative<Exec>(call.action.what)) return std::string(command_dialogue);
  return std::nullopt;
}

/// A message of the client's is 4 MiB at most; what is larger than this belongs into a file.
constexpr std::size_t most_input = std::size_t{1024} * 1024;

bool sends_text(const What& what) {
  return std::holds_alternative<Exec>(what) || std::holds_alternative<ShellLine>(what);
}

void check_limits(const Action& action) {
  const std::string& text = text_of(action.what);
  if (std::holds_alternative<Exec>(action.what) && text.empty())
    throw Error(ErrorCode::invalid_argument, "the command is empty", "say what to run");
  const auto* exec = std::get_if<Exec>(&action.what);
  if (exec != nullptr && exec->input.size() > most_input)
    throw Error(Fault::too_long, "stdin is longer than 1 MiB", "put it into a file on the host");
  if (sends_text(action.what) && text.size() > base::limits::command_bytes)
    throw Error(Fault::too_long, "the command is longer than 64 KiB",
                "put the text into a file on the host and run that");
}

guard::Request request_for(const Call& call, const ShellLine& line) {
  if (!call.shell->question.empty()) return guard::Answer{line.line, call.shell->question};
  return guard::Line{line.line, dialect_of(*call.host), call.host->platform};
}

void require_possible(const Call& call) {
  check_limits(call.action);
  if (const auto* tunnel = std::get_if<Tunnel>(&call.action.what)) check_tunnel(*tunnel);
  if (const auto* exec = std::get_if<Exec>(&call.action.what)) {
    if (auto fine = check_exec(*exec, *call.host); !fine) throw Error(fine.error());
  } else if (std::holds_alternative<ShellLine>(call.action.what) &&
             dialect_of(*call.host) == guard::Dialect::other) {
    throw Error(ErrorCode::invalid_argument, "there is no shell that keeps its state on a Windows host",
                "use ssh_run");
  }
}

void fail(Call& call, const Error& error) {
  call.outcome.state = State::never_started;
  call.outcome.error = failure_of(error);
}

/// Something broke that nobody foresaw: bytes may have reached the host, so the outcome is not known.
void fail_unknown(Call& call, const char* why) {
  call.outcome.state = State::connection_lost;
  call.outcome.error = failure_of(Error(ErrorCode::internal, why).at_host(call.host->name));
}

}  // namespace

base::Task<void> Gateway::Core::conduct(std::shared_ptr<Call> call) {
  call->started = options.clock.mono();
  call->outcome.call = call->id;
  call->outcome.host = call->action.host;
  std::optional<Error> failure;
  try {
    co_await judge_and_act(call);
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    options.log.error(call->id.str() + ": " + error.what());
    failure = Error(ErrorCode::internal, error.what());
  }
  if (failure) {
    fail(*call, failure->at_host(call->action.host));
    if (!call->begin_recorded) co_await record_failure(call, *std::move(failure));
  }
  call->ended = options.clock.mono();
  call->outcome.duration = std::chrono::duration_cast<std::chrono::microseconds>(call->ended - call->started);
  call->done = true;
  if (sends_text(call->action.what)) meters.command(call->outcome, call->began);
  call->waiting.reset();
  if (!call->followed) call->feed.reset();
  call->shell.reset();
  call->burden = Burden();
  call->connection = 0;
  if (call->cancelled)
    calls.erase(call->id);
  else
    keep_finished(call);
  changed(*call);
}

std::optional<Error> Gateway::Core::turned_away(Call& call) {
  const auto refusal = [&call](std::string_view rule, Error error) {
    call.outcome.rules.emplace_back(rule);
    return error;
  };
  const Action& action = call.action;
  if (closing && !std::holds_alternative<Stop>(action.what))
    return refusal(
        refusals::closing,
        Error(Fault::closing, "the server is shutting down and takes no new calls", "try again later"));
  if (auto frozen = frozen_out(call)) return frozen;
  const auto& rights = action.principal.rights;
  if (rights && !rights->may_use(action.tool))
    return refusal(refusals::token_tools,
                   Error(Fault::token_rights, "this token may not use " + action.tool));
  const auto found = hosts::require_host(*call.seen, action.host);
  if (!found) return refusal(refusals::unknown_host, found.error());
  call.host = call.snapshot->find((*found)->name);
  return std::nullopt;
}

base::Task<void> Gateway::Core::judge_and_act(std::shared_ptr<Call> call) {
  if (call->too_much) {
    call->outcome.rules.emplace_back(refusals::open_calls);
    throw Error(*call->too_much);
  }
  if (auto refusal = turned_away(*call)) {
    co_await refuse(call, *std::move(refusal));
    co_return;
  }
  require_possible(*call);
  call->digest = digest_of(call->action, *call->snapshot, *call->host);

  std::optional<base::TurnQueue::Turn> turn;
  if (const auto name = shell_name(*call)) {
    auto taken = co_await shell_turn(call, *name);
    if (!taken) co_return;
    turn.emplace(*std::move(taken));
  }
  std::exception_ptr failure;
  try {
    co_await judge_record_act(call);
  } catch (...) {
    failure = std::current_exception();
  }
  if (call->shell && !call->shell->dialogue) co_await shells.close(call->shell);
  if (failure) std::rethrow_exception(failure);
}

base::Task<void> Gateway::Core::judge_record_act(std::shared_ptr<Call> call) {
  if (sends_text(call->action.what) || std::holds_alternative<Tunnel>(call->action.what)) {
    if (auto error = beyond_token(*call)) {
      co_await refuse(call, std::move(*error));
      co_return;
    }
    auto verdict = judge(*call);
    meters.decision(verdict);
    for (const auto& finding : verdict.findings) call->outcome.rules.push_back(finding.rule);
    const bool admitted = co_await admit(call, std::move(verdict));
    if (!admitted) co_return;
  }
  const bool go = co_await my_turn(call);
  if (!go) co_return;
  if (auto frozen = frozen_out(*call)) {
    co_await refuse(call, *std::move(frozen));
    co_return;
  }
  const bool begun = co_await record_begin(call);
  if (!begun) co_return;
  co_await act(call);
  co_await record_end(call);
}

guard::Verdict Gateway::Core::judge(Call& call) const {
  const auto& policy = call.policies->policy(call.host->name);
  const auto mode = capped(policy.mode, mode_limit(call.action.principal));
  if (mode == policy.mode) return judge_under(call, policy);
  auto less = policy;
  less.mode = mode;
  return judge_under(call, less);
}

guard::Verdict Gateway::Core::judge_under(Call& call, const guard::Policy& policy) const {
  if (const auto* tunnel = std::get_if<Tunnel>(&call.action.what)) return judge_tunnel(*tunnel, policy);
  if (const auto* exec = std::get_if<Exec>(&call.action.what)) {
    if (call.shell) call.next_guard_state = call.shell->guard_state;
    return judge_exec(*exec, *call.host, policy);
  }
  const auto request = request_for(call, std::get<ShellLine>(call.action.what));
  auto judgement = guard::judge(request, call.shell->guard_state, policy);
  // An answer goes to a program, not to the shell: it changes nothing the guard knows.
  if (!std::holds_alternative<guard::Answer>(request)) call.next_guard_state = judgement.state;
  return std::move(judgement.verdict);
}

base::Task<bool> Gateway::Core::my_turn(std::shared_ptr<Call> call) {
  const bool held = call->held;
  call->ready = held;
  if (call->ready) changed(*call);
  while (call->held && !call->cancelled && !call->stop_asked) co_await call->changed.wait();
  call->ready = false;
  if (held && !call->cancelled && !call->stop_asked && call->snapshot != snapshot) {
    call->outcome.rules.emplace_back(refusals::changed_policy);
    Error old(Fault::policy_changed, "the configuration changed while this waited its turn", "send it again");
    co_return co_await refuse(call, std::move(old));
  }
  if (!call->cancelled && !call->stop_asked) co_return true;
  call->outcome.state = State::cancelled;
  co_return false;
}

base::Task<bool> Gateway::Core::record_begin(std::shared_ptr<Call> call) {
  if (call->cancelled) {
    call->outcome.state = State::cancelled;
    co_return false;
  }
  auto begin = record_of(*call, audit::Kind::begin);
  if (const auto* exec = std::get_if<Exec>(&call->action.what)) begin.detail = particulars(*exec);
  if (const auto* stop = std::get_if<Stop>(&call->action.what)) begin.detail = stop->call;
  if (const auto* tunnel = std::get_if<Tunnel>(&call->action.what)) begin.detail = described(*tunnel);
  if (const auto* diagnose = std::get_if<Diagnose>(&call->action.what))
    begin.detail = diagnose->part == Diagnose::Part::network ? "network" : "sftp";
  if (!call->action.batch.empty()) begin.detail += (begin.detail.empty() ? "" : "; ") + call->action.batch;
  co_await ledger.write(std::move(begin));
  call->begin_recorded = true;
  co_return true;
}

base::Task<void> Gateway::Core::act(std::shared_ptr<Call> call) {
  if (call->stop_asked) {  // while the begin record was written; a signal without a listener would be lost
    call->outcome.state = State::cancelled;
    co_return;
  }
  std::optional<audit::Record> alarm;
  call->own_rules = call->outcome.rules.size();
  try {
    auto work = perform(call);
    co_await base::asio::co_spawn(
        executor, std::move(work),
        base::asio::bind_cancellation_slot(call->stop.slot(), base::asio::use_awaitable));
  } catch (const Error& error) {
    const Error full = error.at_host(call->host->name);
    fail(*call, full);
    const auto rule =
        error.fault() == Fault::frozen ? std::optional(refusals::frozen) : refusals::rule_after(error.code());
    if (rule && call->own_rules == call->outcome.rules.size()) call->outcome.rules.emplace_back(*rule);
    if (error.code() == ErrorCode::cancelled) call->outcome.state = State::cancelled;
    if (error.code() == ErrorCode::host_key_changed) {
      alarm = record_of(*call, audit::Kind::security);
      alarm->detail = full.what();
    }
  } catch (const boost::system::system_error& error) {
    fail_unknown(*call, error.what());
    if (error.code() == base::asio::error::operation_aborted) call->outcome.state = State::cancelled;
  } catch (const std::exception& error) {
    fail_unknown(*call, error.what());
  }
  keep_way_to_ourselves(*call);
  if (alarm) co_await ledger.settle(*std::move(alarm));
}

base::Task<void> Gateway::Core::record_end(std::shared_ptr<Call> call) {
  auto end = record_of(*call, audit::Kind::end);
  const Outcome& outcome = call->outcome;
  end.state = to_string(outcome.state);
  end.exit_code = outcome.exit_code;
  end.timed_out = outcome.state == State::timed_out;
  end.bytes_out = outcome.out.total;
  end.bytes_err = outcome.err.total;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(options.clock.mono() - call->started);
  end.duration_us = static_cast<std::uint64_t>(took.count());
  if (outcome.error) end.detail = call->whole_cause.empty() ? outcome.error->message : call->whole_cause;
  if (!outcome.signal.empty()) end.detail = "signal " + outcome.signal;
  if (outcome.remains != Remains::nothing_to_stop) end.detail = to_string(outcome.remains);
  call->outcome.end_recorded = co_await ledger.settle(std::move(end));
}

}  // namespace mcpssh::gateway
