// One stateless command on an exec channel.
#include "base/hop.hpp"
#include "base/limits.hpp"
#include "gateway/core.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;

/// Filled on the connection's thread, read here after the hop back.
struct Streams {
  explicit Streams(std::size_t budget) : out(budget), err(budget) {}
  outputs::Capture out;
  outputs::Capture err;
};

State state_of(ssh::ExecResult::End end) {
  switch (end) {
    case ssh::ExecResult::End::exited:
      return State::exited;
    case ssh::ExecResult::End::signalled:
      return State::signalled;
    case ssh::ExecResult::End::timed_out:
      return State::timed_out;
    case ssh::ExecResult::End::cancelled:
      return State::cancelled;
    case ssh::ExecResult::End::closed:
      return State::no_status;
    case ssh::ExecResult::End::connection_lost:
      return State::connection_lost;
  }
  return State::connection_lost;
}

Remains remains_of(ssh::ExecResult::Stop stop) {
  switch (stop) {
    case ssh::ExecResult::Stop::not_needed:
      return Remains::nothing_to_stop;
    case ssh::ExecResult::Stop::proved_gone:
      return Remains::proved_gone;
    case ssh::ExecResult::Stop::still_running:
      return Remains::still_running;
    case ssh::ExecResult::Stop::unproved:
      return Remains::unproved;
  }
  return Remains::unproved;
}

void fill(Outcome& outcome, const ssh::ExecResult& result, const Streams& streams) {
  outcome.state = state_of(result.end);
  if (outcome.state == State::exited) outcome.exit_code = result.exit_code;
  outcome.signal = result.signal;
  outcome.remains = remains_of(result.stop);
  outcome.remote_pid = result.remote_pid;
  outcome.output_may_continue = result.output_may_continue;
  if (result.end == ssh::ExecResult::End::connection_lost)
    outcome.error = Failure{base::ErrorCode::connection_lost, result.detail};
  outcome.out = streams.out.finish();
  outcome.err = streams.err.finish();
}

/// The guard read the command as POSIX shell text; another shell would read other commands in it.
void require_proven_shell(const ssh::Connection& connection) {
  if (!connection.facts().login_shell.empty()) return;
  throw Error(base::ErrorCode::refused,
              "the login shell there did not prove to be a POSIX shell, so the guard cannot read for it",
              "set `shell: cli` if it is a device; other login shells are not supported by this version");
}

bool is_of_the_connection(base::ErrorCode code) {
  return code == base::ErrorCode::channel_failed || code == base::ErrorCode::connection_lost;
}

}  // namespace

base::Task<void> Gateway::Core::perform_exec(std::shared_ptr<Call> call) {
  bool may_retry = true;
  for (;;) {
    auto lease = co_await connect(call);
    require_proven_shell(*lease.connection());
    require_still_approved(*call);
    const auto streams = std::make_shared<Streams>(budget_of(*call));
    ssh::Sink sink = [streams](std::string_view bytes, bool is_stderr) {
      (is_stderr ? streams->err : streams->out).append(bytes);
    };
    ssh::ExecRequest request;
    request.command = std::get<Exec>(call->action.what).command;
    request.timeout = timeout_of(*call);
    const auto connection = lease.connection();
    try {
      auto running = connection->exec(std::move(request), std::move(sink));
      auto result = co_await base::hop(connection->executor(), std::move(running));
      fill(call->outcome, result, *streams);
      co_return;
    } catch (const Error& error) {
      // exec throws only when nothing was sent: a pooled connection that died unnoticed is worth one new one.
      if (lease.fresh || !may_retry || !is_of_the_connection(error.code())) throw;
      may_retry = false;
    }
  }
}

}  // namespace mcpssh::gateway
