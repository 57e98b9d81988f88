// One stateless command on an exec channel.
#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/limits.hpp"
#include "gateway/core.hpp"
#include "gateway/judgement.hpp"
#include "gateway/refusal_rules.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;

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
    case ssh::ExecResult::End::not_started:
      return State::never_started;
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

void fill(Outcome& outcome, const ssh::ExecResult& result, const Spools& spools, std::size_t budget) {
  outcome.state = state_of(result.end);
  if (outcome.state == State::exited) outcome.exit_code = result.exit_code;
  outcome.signal = result.signal;
  outcome.remains = remains_of(result.stop);
  outcome.remote_pid = result.remote_pid;
  outcome.output_may_continue = result.output_may_continue;
  if (result.end == ssh::ExecResult::End::connection_lost)
    outcome.error = failure_of(Error(base::ErrorCode::connection_lost, result.detail));
  if (result.end == ssh::ExecResult::End::not_started)
    outcome.error = failure_of(Error(base::ErrorCode::channel_failed, result.detail).at_host(outcome.host));
  outcome.out = spools.out.summary(budget);
  outcome.err = spools.err.summary(budget);
}

/// The guard read the command as POSIX shell text; another shell would read other commands in it.
/// Each needs a pooled connection that died, or a host that just told how few channels it opens.
constexpr int most_attempts = 6;

/// The home is where a command starts, and quotes would make "~" a name.
std::string directory_for_quotes(const std::string& directory) {
  if (directory == "~" || directory == "~/") return {};
  return directory.starts_with("~/") ? "./" + directory.substr(2) : directory;
}

void require_proven_shell(Call& call, const ssh::Connection& connection) {
  if (!connection.facts().login_shell.empty()) return;
  call.outcome.rules.emplace_back(refusals::login_shell);
  throw Error(base::Fault::shell_unproved,
              "the login shell there did not prove to be a POSIX shell, so the guard cannot read for it",
              "set `shell: cli` if it is a device; other login shells are not supported by this version");
}

/// The whole request, the host's defaults included.
ssh::ExecRequest request_for(const Exec& exec, const hosts::Host& host) {
  const bool posix = dialect_of(host) == guard::Dialect::posix;
  const Exec all = posix ? with_defaults(exec, host) : exec;
  ssh::ExecRequest request;
  request.command = all.command;
  request.directory = directory_for_quotes(all.directory);
  request.environment = all.environment;
  request.input = all.input;
  request.tty = all.tty;
  if (all.sudo_user.empty()) return request;
  request.sudo.emplace();
  request.sudo->user = all.sudo_user;
  return request;
}

base::Task<void> add_sudo_password(ssh::ExecRequest& request, const hosts::Host& host, Secrets& secrets) {
  if (!request.sudo || !host.sudo || !host.sudo->password) co_return;
  try {
    request.sudo->password = co_await secrets.get(*host.sudo->password);
  } catch (const Error& error) {
    throw Error(error.at_step("sudo"));
  }
}

}  // namespace

base::Task<ssh::ExecResult> Gateway::Core::exec_on(std::shared_ptr<Call> call, const ssh::Lease& lease) {
  const auto connection = lease.connection();
  if (dialect_of(*call->host) == guard::Dialect::posix) require_proven_shell(*call, *connection);
  auto request = request_for(std::get<Exec>(call->action.what), *call->host);
  co_await add_sudo_password(request, *call->host, secrets);
  require_still_approved(*call, connection->facts());
  request.timeout = timeout_of(*call);
  outputs::Spool::Limits limits;
  limits.most = base::limits::kept_output_bytes;
  limits.always = budget_of(*call);
  call->spools = std::make_shared<Spools>(limits, allowance);
  call->feed = std::make_shared<Feed>(connection->executor(), call->spools, call->followed);
  request.throttle = call->feed->throttle();
  call->began = true;
  changed(*call);
  auto running = run_fed(connection, std::move(request), call->feed);
  co_return co_await base::hop(connection->executor(), std::move(running));
}

base::Task<void> Gateway::Core::perform_exec(std::shared_ptr<Call> call) {
  for (int attempt = 1;; ++attempt) {
    auto lease = co_await connect(call);
    try {
      const auto result = co_await exec_on(call, lease);
      fill(call->outcome, result, *call->spools, budget_of(*call));
      co_return;
    } catch (const Error& error) {
      // exec throws only what came before the command was asked for. A pooled connection that died unnoticed
      // is worth another one; so is a host with fewer channels than we thought. A request that was refused is
      // an answer.
      const bool dead = error.code() == base::ErrorCode::connection_lost && !lease.fresh;
      const bool full = error.code() == base::ErrorCode::channel_limit && lease.no_more_channels();
      call->began = false;
      if (attempt >= most_attempts || (!dead && !full)) throw;
    }
  }
}

}  // namespace mcpssh::gateway
