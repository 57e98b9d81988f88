// Lines in stateful shells, and commands on devices that have no exec channel: both are a dialogue over a
// PTY.
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/hop.hpp"
#include "gateway/core.hpp"
#include "outputs/clean.hpp"

namespace mcpssh::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto start_timeout = 20s;   // slow devices take seconds to print their banner
constexpr auto recover_timeout = 5s;  // Ctrl-C and back to the prompt

/// Runs on the connection's thread: the stream and the dialogue are born, used and destroyed there.
base::Task<std::unique_ptr<device::Session>> begin_dialogue(std::shared_ptr<ssh::Connection> connection,
                                                            hosts::ShellKind kind, std::string prompt_regex,
                                                            std::size_t max_text) {
  ssh::PtyRequest pty;
  auto stream = co_await connection->open_shell(std::move(pty));
  device::Options options;
  options.max_text = max_text;
  auto session = kind == hosts::ShellKind::cli
                     ? device::cli_session(std::move(stream), std::move(prompt_regex), std::move(options))
                     : device::posix_session(std::move(stream), std::move(options));
  co_await session->start(start_timeout);
  co_return session;
}

outputs::Captured captured(std::string_view text, bool truncated, std::uint64_t received) {
  outputs::Captured out;
  out.head = outputs::clean(text);
  out.total = truncated ? std::max<std::uint64_t>(received, text.size()) : text.size();
  out.dropped = truncated ? out.total - text.size() : 0;  // the text itself says where
  return out;
}

State state_of(const device::Reply& reply) {
  using End = device::Reply::End;
  switch (reply.end) {
    case End::prompt:
      return reply.exit_code ? State::exited : State::replied;
    case End::question:
      return State::question;
    case End::closed:
      return reply.failure ? State::connection_lost : State::shell_ended;
    case End::timed_out:
      return State::timed_out;
  }
  return State::connection_lost;
}

void fill(Outcome& outcome, const device::Reply& reply) {
  outcome.state = state_of(reply);
  outcome.exit_code = reply.exit_code;
  outcome.prompt = reply.prompt;
  outcome.question = reply.question;
  outcome.line_sent = reply.line_sent;
  outcome.out = captured(reply.text, reply.truncated, reply.bytes);
  outcome.earlier = captured(reply.between, false, 0);
  if (reply.failure) outcome.error = failure_of(reply.failure->at_host(outcome.host));
}

/// What the guard believes of the shell from here on. Every line reaches a POSIX shell whole, so nothing of
/// it goes on in the next one; where an unfinished line left the shell is not known, and it may be the root.
void keep_guard_state(const Call& call, Shell& shell) {
  const State state = call.outcome.state;
  shell.question = state == State::question ? call.outcome.question : "";
  const bool finished = state == State::exited || state == State::replied;
  if (!finished || !call.next_guard_state) {
    // "??": a trap moves it at any time (SessionState); that outlives a line that did not end.
    const auto lost = [](const std::string& directory) { return directory == "??"; };
    const bool for_good = lost(shell.guard_state.directory) ||
                          (call.next_guard_state && lost(call.next_guard_state->directory));
    shell.guard_state.directory = for_good ? "??" : "?\n/";
    shell.guard_state.device = {guard::CliState::Mode::either};
  } else if (call.outcome.line_sent) {
    shell.guard_state = *call.next_guard_state;
  }
  shell.guard_state.pending.clear();
}

}  // namespace

base::Task<void> Gateway::Core::open_dialogue(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell) {
  shell->lease = co_await connect(call);
  const auto connection = shell->lease.connection();
  auto opening = begin_dialogue(connection, call->host->shell, call->host->prompt_regex, budget_of(*call));
  shell->dialogue = co_await base::hop(connection->executor(), std::move(opening));
  shell->first_prompt = shell->dialogue->prompt();
  shell->last_used = options.clock.mono();
  watching.start("idle watch", watch_idle(shell));
}

base::Task<void> Gateway::Core::perform_line(std::shared_ptr<Call> call, std::string line) {
  const auto shell = call->shell;
  if (!shell->dialogue) co_await open_dialogue(call, shell);
  require_still_approved(*call, shell->lease.connection()->facts());
  const auto there = shell->lease.connection()->executor();
  const bool is_command = std::holds_alternative<Exec>(call->action.what);
  call->outcome.session = is_command ? "" : shell->name;
  shell->lines += 1;
  call->began = true;
  changed(*call);
  try {
    auto running = shell->dialogue->line(std::move(line), timeout_of(*call));
    auto reply = co_await base::hop(there, std::move(running));
    fill(call->outcome, reply);
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::invalid_argument) throw;  // nothing was sent
    // The line may have reached the host: what it did is unknown.
    call->outcome.state = State::connection_lost;
    call->outcome.error = failure_of(error.at_host(call->host->name));
  } catch (const boost::system::system_error& error) {
    if (error.code() != base::asio::error::operation_aborted) throw;
    call->outcome.state = State::cancelled;
  }
  // What follows must not be cut short, or the shell would stay unusable and the outcome be lost.
  co_await base::asio::this_coro::reset_cancellation_state(base::asio::disable_cancellation());
  keep_guard_state(*call, *shell);
  const State state = call->outcome.state;
  if (state == State::timed_out || state == State::cancelled) co_await interrupt(call, shell);
  shell->last_used = options.clock.mono();
  shell->changed.notify();
  const bool ended = state == State::connection_lost || state == State::shell_ended;
  // A device command must not leave a mode or a question behind for the next one.
  const bool moved = is_command && (state != State::replied || call->outcome.prompt != shell->first_prompt);
  if (ended || moved) co_await shells.close(shell);
}

base::Task<void> Gateway::Core::interrupt(std::shared_ptr<Call> call, std::shared_ptr<Shell> shell) {
  const auto there = shell->lease.connection()->executor();
  bool recovered = false;
  try {
    auto recovering = shell->dialogue->recover(recover_timeout);
    recovered = co_await base::hop(there, std::move(recovering));
  } catch (const std::exception& error) {
    options.log.info(call->host->name + ": " + error.what());
  }
  // Also with the prompt back: what the line put into the background got no Ctrl-C.
  call->outcome.remains = Remains::unproved;
  if (!recovered) co_await shells.close(shell);
}

base::Task<void> Gateway::Core::watch_idle(std::shared_ptr<Shell> shell) {
  while (!shell->closed) {
    const auto deadline = shell->last_used + snapshot->settings.idle_timeout;
    if (shell->turn.taken()) {
      const auto turn = co_await shell->turn.take();  // only to wait for the end of the line that runs
    } else if (options.clock.mono() >= deadline) {
      audit::Record record;
      record.kind = audit::Kind::disconnect;
      record.host = shell->host;
      record.session = shell->name;
      record.principal.name = "system";
      record.state = "idle";
      recording.start("record of an idle shell", settle(std::move(record)));
      co_await shells.close_when_free(shell);
    } else {
      co_await shell->changed.wait_until(deadline);
    }
  }
}

}  // namespace mcpssh::gateway
