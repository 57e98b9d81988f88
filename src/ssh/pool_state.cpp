#include "ssh/pool_state.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "base/hop.hpp"
#include "base/limits.hpp"
#include "ssh/target_identity.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
namespace {

constexpr auto max_leases = base::limits::channels_per_connection;

/// One caller that waits for a connect. When the last one leaves, nobody wants it any more.
class Waiter {
 public:
  explicit Waiter(std::shared_ptr<PendingConnect> pending) : pending_(std::move(pending)) {
    ++pending_->waiters;
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (--pending_->waiters > 0 || pending_->done) return;
    pending_->abandoned = true;
    pending_->cancel.emit(asio::cancellation_type::terminal);
  }

 private:
  std::shared_ptr<PendingConnect> pending_;
};

Error shutting_down() {
  return Error(ErrorCode::cancelled, "the connection pool is shutting down");
}

}  // namespace

Pool::State::State(base::Executor on, Options with) : executor(std::move(on)), options(std::move(with)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i)
    threads.push_back(std::make_unique<ConnectionThread>("ssh-" + std::to_string(i)));
}

ConnectionThread& Pool::State::next_thread() {
  return *threads[threads_used++ % threads.size()];
}

base::Task<Lease> Pool::State::acquire(std::shared_ptr<State> self, Target target) {
  for (;;) {
    if (self->shut) throw shutting_down();
    self->retire_outdated(target);
    if (const auto pooled = self->free_connection(target)) co_return self->lease(pooled, false);
    const auto pending = self->pending_connect(target);
    const Waiter waiter(pending);
    while (!pending->done) co_await pending->finished.wait();
    if (pending->failure) std::rethrow_exception(pending->failure);
    const auto& opened = pending->opened;
    // It may have closed again, or filled up, before this caller's turn.
    if (opened->closing || opened->leases >= max_leases) continue;
    co_return self->lease(opened, !std::exchange(pending->fresh_taken, true));
  }
}

base::Task<HostKey> Pool::State::host_key(std::shared_ptr<State> self, Target target, std::string type) {
  if (self->shut) throw shutting_down();
  auto& thread = self->next_thread();
  co_return co_await base::hop(thread.executor(), thread.host_key(std::move(target), std::move(type)));
}

Pool::State::ConnectionPtr Pool::State::free_connection(const Target& target) const {
  const auto found = std::ranges::find_if(connections, [&target](const ConnectionPtr& pooled) {
    return !pooled->closing && !pooled->outdated && pooled->leases < max_leases &&
           same_identity(pooled->target, target);
  });
  return found == connections.end() ? nullptr : *found;
}

Pool::State::PendingPtr Pool::State::pending_connect(const Target& target) {
  const auto found = std::ranges::find_if(pending, [&target](const PendingPtr& each) {
    return !each->abandoned && each->waiters < max_leases && same_identity(each->target, target);
  });
  if (found != pending.end()) return *found;
  auto started = std::make_shared<PendingConnect>(executor, target);
  pending.push_back(started);
  start_connect(started);
  return started;
}

void Pool::State::start_connect(const PendingPtr& started) {
  asio::co_spawn(
      executor, connect(shared_from_this(), started),
      asio::bind_cancellation_slot(started->cancel.slot(), [started](const std::exception_ptr&) {}));
}

base::Task<void> Pool::State::connect(std::shared_ptr<State> self, PendingPtr pending) {
  std::shared_ptr<Connection> opened;
  try {
    auto& thread = self->next_thread();
    opened = co_await base::hop(thread.executor(), thread.open(pending->target));
  } catch (...) {
    pending->failure = std::current_exception();
  }
  std::erase(self->pending, pending);
  if (opened && self->shut) pending->failure = std::make_exception_ptr(shutting_down());
  if (opened && !self->shut) {
    pending->opened = std::make_shared<PooledConnection>(self->executor, pending->target, std::move(opened));
    self->connections.push_back(pending->opened);
    self->arm_idle_alarm(pending->opened);
    asio::co_spawn(self->executor, watch(self, pending->opened), [self](const std::exception_ptr&) {});
  }
  pending->done = true;
  pending->finished.notify();
}

/// Ends when the connection has ended, whoever ended it.
base::Task<void> Pool::State::watch(std::shared_ptr<State> self, ConnectionPtr pooled) {
  const auto connection = pooled->connection;
  co_await base::hop(connection->executor(), connection->closed());
  if (!self->shut) self->ended(pooled);
}

void Pool::State::ended(const ConnectionPtr& pooled) {
  pooled->closing = true;
  pooled->idle_alarm.cancel();
  std::erase(connections, pooled);
  if (options.on_closed) options.on_closed(pooled->target.name, pooled->facts, pooled->reason);
}

void Pool::State::retire_outdated(const Target& target) {
  for (const auto& pooled : std::vector(connections)) {
    if (pooled->closing || pooled->target.name != target.name || same_identity(pooled->target, target))
      continue;
    pooled->outdated = true;
    if (pooled->leases == 0) close(pooled, CloseReason::configuration);
  }
}

void Pool::State::close(const ConnectionPtr& pooled, CloseReason reason) {
  if (pooled->closing) return;
  pooled->closing = true;
  pooled->reason = reason;
  pooled->idle_alarm.cancel();
  asio::post(pooled->connection->executor(), [connection = pooled->connection] { connection->close(); });
}

bool Pool::State::close_host(const std::string& host, CloseReason reason) {
  bool any = false;
  for (const auto& pooled : connections) {
    if (pooled->closing || pooled->target.name != host) continue;
    close(pooled, reason);
    any = true;
  }
  return any;
}

Lease Pool::State::lease(const ConnectionPtr& pooled, bool fresh) {
  ++pooled->leases;
  pooled->idle_alarm.cancel();
  // The pointer keeps this state alive, and with it the context its connection lives on.
  std::shared_ptr<Connection> connection(pooled->connection.get(),
                                         [self = shared_from_this(), pooled](Connection*) {});
  Lease given(std::move(connection), [self = shared_from_this(), pooled] { self->give_back(pooled); });
  given.fresh = fresh;
  return given;
}

void Pool::State::give_back(const ConnectionPtr& pooled) {
  pooled->idle_since = std::chrono::steady_clock::now();
  if (--pooled->leases > 0 || shut) return;
  if (pooled->outdated)
    close(pooled, CloseReason::configuration);
  else
    arm_idle_alarm(pooled);
}

void Pool::State::arm_idle_alarm(const ConnectionPtr& pooled) {
  if (pooled->closing || pooled->leases > 0 || options.idle_timeout.count() <= 0) return;
  pooled->idle_alarm.expires_at(pooled->idle_since + options.idle_timeout);
  pooled->idle_alarm.async_wait(
      [weak = weak_from_this(), watched = std::weak_ptr(pooled)](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        const auto idle = watched.lock();
        // A lease may have come between the alarm and this.
        if (!cancelled && self && idle && !self->shut && idle->leases == 0 &&
            idle->idle_alarm.expiry() <= std::chrono::steady_clock::now())
          self->close(idle, CloseReason::idle);
      });
}

void Pool::State::set_idle_timeout(std::chrono::milliseconds timeout) {
  options.idle_timeout = timeout;
  for (const auto& pooled : connections) {
    pooled->idle_alarm.cancel();
    arm_idle_alarm(pooled);
  }
}

void Pool::State::shut_down() {
  shut = true;
  for (const auto& pooled : std::exchange(connections, {})) {
    const CloseReason reason = pooled->closing ? pooled->reason : CloseReason::shutdown;
    close(pooled, CloseReason::shutdown);
    if (options.on_closed) options.on_closed(pooled->target.name, pooled->facts, reason);
  }
  for (const auto& thread : threads) thread->drain();
}

}  // namespace mcpssh::ssh
