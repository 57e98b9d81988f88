// A connect and what becomes of it.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "ssh/pool/pool_state.hpp"
#include "ssh/pool/target_identity.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

/// Failures that say the host was not reached, as opposed to: it answered and does not let us in.
bool unreached(ErrorCode code) {
  switch (code) {
    case ErrorCode::resolve_failed:
    case ErrorCode::connect_failed:
    case ErrorCode::handshake_failed:
    case ErrorCode::connection_lost:
    case ErrorCode::protocol_error:
    case ErrorCode::timed_out:
    case ErrorCode::io_error:
      return true;
    default:
      return false;
  }
}

/// Failures that are people's, or ours: the host did nothing but ask.
bool not_the_hosts(const Error& error) {
  return error.code() == ErrorCode::needs_human || error.fault() == base::Fault::frozen ||
         error.fault() == base::Fault::too_many_requests;
}

/// A caller who may ask no more people says nothing about the others who wait for the same connection.
bool is_one_callers(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.fault() == base::Fault::too_many_requests;
  } catch (...) {
    return false;
  }
}

/// The jump host's failure, said of the host behind it.
Error at_jump_host(const Error& error, const Target& target) {
  std::string cause = base::printable(target.jump->name) + ": ";
  if (!error.step().empty()) cause += error.step() + ": ";
  return Error(error.fault(), cause + error.cause(), error.next_move())
      .at_step("jump host")
      .at_host(target.name);
}

std::optional<ErrorCode> code_of(const std::exception_ptr& failure) {
  if (!failure) return std::nullopt;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.code();
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted ? ErrorCode::cancelled : ErrorCode::internal;
  } catch (const std::exception&) {
    return ErrorCode::internal;
  }
}

/// How long a shell's proof holds: long enough for reconnects, short enough that a changed login shell, which
/// only the host's own people can change, is soon noticed.
constexpr auto shell_proof_lasts = std::chrono::minutes(10);
constexpr std::size_t most_shells = 4096;

/// `ask`, and how long it took, is added to `thought`.
base::Task<std::optional<base::Secret>> ask_timed(AskHuman ask,
                                                  std::shared_ptr<base::MonoTime::duration> thought,
                                                  HumanPrompt prompt) {
  struct Watch {
    base::MonoTime::duration& thought;
    base::MonoTime began = steady_clock::now();
    ~Watch() { thought += steady_clock::now() - began; }
  };
  const Watch watch{*thought};
  auto asking = ask(std::move(prompt));
  co_return co_await std::move(asking);
}

AskHuman timed(AskHuman ask, std::shared_ptr<base::MonoTime::duration> thought) {
  return [ask = std::move(ask), thought = std::move(thought)](HumanPrompt prompt) {
    return ask_timed(ask, thought, std::move(prompt));
  };
}

std::size_t sessions_of(const Target& target) {
  return target.max_sessions > 0 ? target.max_sessions : base::limits::channels_per_connection;
}

}  // namespace

void Pool::State::start_connect(const HostPtr& host, const PoolWaiter& waiter) {
  const auto pending = std::make_shared<PendingConnect>(waiter.identity, waiter.target);
  pending->target.learned_shell = learned_shell(host->name, *waiter.identity);
  pending->opened = waiter.opened;
  pending->opened_by = waiter.number;
  pending->capacity = sessions_of(waiter.target);
  if (host->learned_sessions > 0) pending->capacity = std::min(pending->capacity, host->learned_sessions);
  if (waiter.use == Use::session) pending->claimed = 1;
  host->pending.push_back(pending);
  ++slots_used;
  asio::co_spawn(
      executor, connect(shared_from_this(), host, pending),
      asio::bind_cancellation_slot(pending->cancel.slot(), [pending](const std::exception_ptr&) {}));
}

void Pool::State::abandon_unwanted(const HostPtr& host) {
  for (const auto& pending : std::vector(host->pending)) {
    const auto wants = [&pending](const PoolWaiter* waiter) {
      return waiter->identity == pending->identity || same_identity(*waiter->identity, *pending->identity);
    };
    if (!std::ranges::any_of(host->waiting, wants)) abandon(*pending);
  }
}

void Pool::State::abandon(PendingConnect& pending) {
  if (std::exchange(pending.abandoned, true)) return;
  pending.cancel.emit(asio::cancellation_type::terminal);
}

base::Task<void> Pool::State::end_connects(std::shared_ptr<State> self) {
  for (;;) {
    std::vector<PendingPtr> under_way;
    for (const auto& [name, host] : self->hosts)
      under_way.insert(under_way.end(), host->pending.begin(), host->pending.end());
    if (under_way.empty()) co_return;
    for (const auto& pending : under_way) abandon(*pending);
    co_await self->connect_ended.wait();
  }
}

base::Task<void> Pool::State::connect(std::shared_ptr<State> self, HostPtr host, PendingPtr pending) {
  std::shared_ptr<Connection> connection;
  std::exception_ptr failure;
  try {
    connection = co_await open(self, pending);
    if (pending->opened && !self->shut) pending->opened(pending->target, connection->facts());
  } catch (...) {
    failure = std::current_exception();
    connection.reset();
  }
  std::erase(host->pending, pending);
  self->connect_ended.notify();
  if (self->shut) co_return;
  if (self->options.on_attempt && !pending->failed_at_jump)
    self->options.on_attempt(steady_clock::now() - pending->began - *pending->thought, code_of(failure));
  if (connection)
    self->connected(host, pending, std::move(connection));
  else
    self->failed(host, pending, failure);
}

base::Task<std::shared_ptr<Connection>> Pool::State::open(std::shared_ptr<State> self, PendingPtr pending) {
  Target target = pending->target;
  try {
    pending->failed_at_jump = target.jump != nullptr;
    if (target.jump) pending->carrier = co_await wait_for(self, target.jump, Use::carrier, pending->opened);
    pending->failed_at_jump = false;
  } catch (const Error& error) {
    throw at_jump_host(error, target);
  }
  pending->began = steady_clock::now();
  // What one connection carries lives on its thread: the bytes need not cross threads twice.
  auto& thread = pending->carrier ? *pending->carrier.on->thread : self->next_thread();
  pending->thread = &thread;
  auto through = pending->carrier ? pending->carrier.on->connection : nullptr;
  if (target.ask_human) target.ask_human = timed(std::move(target.ask_human), pending->thought);
  co_return co_await base::hop(thread.executor(), thread.open(std::move(target), std::move(through)));
}

void Pool::State::connected(const HostPtr& host, const PendingPtr& pending,
                            std::shared_ptr<Connection> connection) {
  const auto pooled = std::make_shared<PooledConnection>(executor, pending->identity, std::move(connection));
  pooled->number = ++last_connection;
  pooled->thread = pending->thread;
  pooled->carrier = std::move(pending->carrier);
  pooled->opened_by = pending->opened_by;
  pooled->capacity = pending->capacity;
  host->connections.push_back(pooled);
  host->backoff.succeeded();
  remember_shell(*pooled);
  watch(pooled);
  arm_idle_alarm(pooled);
  serve(host);
  // The target may have changed while this one connected: it serves those who asked for it, and no more.
  if (host->identity != pooled->identity && !same_identity(*host->identity, *pooled->identity))
    retire(pooled, CloseReason::configuration);
}

void Pool::State::remember_shell(const PooledConnection& pooled) {
  const auto& facts = pooled.connection->facts();
  if (facts.login_shell.empty() || facts.shell_learned) return;
  std::erase_if(shells, [now = steady_clock::now()](const auto& entry) {
    return entry.second.when + shell_proof_lasts < now;
  });
  const auto& host = pooled.identity->name;
  if (shells.size() >= most_shells && !shells.contains(host)) return;
  ProvedBefore proved{
      {facts.fingerprint, facts.login_shell, facts.through_sh}, pooled.identity, steady_clock::now()};
  shells.insert_or_assign(host, std::move(proved));
}

std::optional<LearnedShell> Pool::State::learned_shell(const std::string& host,
                                                       const Target& identity) const {
  const auto found = shells.find(host);
  if (found == shells.end() || found->second.when + shell_proof_lasts < steady_clock::now())
    return std::nullopt;
  if (!same_identity(*found->second.identity, identity)) return std::nullopt;
  return found->second.shell;
}

void Pool::State::failed(const HostPtr& host, const PendingPtr& pending, const std::exception_ptr& failure) {
  pending->carrier = Grant();
  const auto like_it = [&pending](const Identity& identity) {
    return identity == pending->identity || same_identity(*identity, *pending->identity);
  };
  const bool others_live = std::ranges::any_of(host->connections, [&like_it](const ConnectionPtr& pooled) {
    return pooled->usable() && like_it(pooled->identity);
  });
  if (!pending->abandoned) note_failure(*host, *pending, others_live, failure);
  if (!pending->abandoned && !others_live) {
    const bool one_callers = is_one_callers(failure);
    std::erase_if(host->waiting, [&](PoolWaiter* waiter) {
      if (!like_it(waiter->identity) || (one_callers && waiter->number != pending->opened_by)) return false;
      waiter->failure = failure;
      waiter->called.notify();
      return true;
    });
  }
  serve(host);
  slot_freed();
}

/// With another connection alive, even a refusal lengthens the pause: nobody sees these failures, so nobody
/// would stop the attempts that lock an account.
void Pool::State::note_failure(HostConnections& host, const PendingConnect& pending, bool others_live,
                               const std::exception_ptr& failure) {
  if (pending.failed_at_jump) return;  // that host has its own pause
  ErrorCode code = ErrorCode::internal;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    // Next to a living connection it counts all the same: asking would go on and on, with nobody to see it.
    if (!others_live && not_the_hosts(error)) return;
    code = error.code();
    host.last_failure = error.cause();
  } catch (const std::exception& error) {
    host.last_failure = error.what();
  }
  if (code == ErrorCode::cancelled) return;
  if (others_live || unreached(code))
    host.backoff.failed(steady_clock::now(), std::uniform_real_distribution(0.0, 1.0)(random));
  else
    host.backoff.refused(steady_clock::now());
}

}  // namespace mcpssh::ssh
