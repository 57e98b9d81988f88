// A pooled connection from its first lease to its end.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "ssh/pool/pool_state.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using std::chrono::steady_clock;

/// A place on a pooled connection; destroying it gives the place back.
class Pool::State::Hold : public Lease::Hold {
 public:
  Hold(std::shared_ptr<State> state, ConnectionPtr pooled, Use use)
      : state_(std::move(state)), pooled_(std::move(pooled)), use_(use) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() override { state_->give_back(pooled_, use_, refused_); }
  bool no_more_channels() override {
    if (!std::exchange(refused_, true)) ++pooled_->refused;
    return state_->no_more_channels(pooled_);
  }

 private:
  std::shared_ptr<State> state_;
  ConnectionPtr pooled_;
  Use use_;
  bool refused_ = false;
};

Grant Pool::State::grant_on(const ConnectionPtr& pooled, Use use) {
  ++(use == Use::session ? pooled->leases : pooled->carried);
  pooled->idle_alarm.cancel();
  Grant grant;
  grant.on = pooled;
  grant.hold = std::make_unique<Hold>(shared_from_this(), pooled, use);
  return grant;
}

Lease Pool::State::lease(Grant grant, bool fresh) {
  // The pointer keeps this state alive, and with it the context its connection lives on.
  std::shared_ptr<Connection> connection(grant.on->connection.get(),
                                         [self = shared_from_this(), pooled = grant.on](Connection*) {});
  Lease given(std::move(connection), std::move(grant.hold));
  given.fresh = fresh;
  given.number = grant.on->number;
  return given;
}

void Pool::State::give_back(const ConnectionPtr& pooled, Use use, bool refused) {
  --(use == Use::session ? pooled->leases : pooled->carried);
  if (refused)
    --pooled->refused;
  else
    ++pooled->served;
  pooled->idle_since = steady_clock::now();
  if (shut) return;
  if (pooled->retiring && !pooled->busy()) close(pooled, *pooled->retiring);
  if (const auto host = host_named(pooled->identity->name)) serve(host);
  if (pooled->busy() || pooled->closing) return;
  if (making_room < starved.size()) close_longest_idle();
  arm_idle_alarm(pooled);
}

bool Pool::State::no_more_channels(const ConnectionPtr& pooled) {
  const std::size_t open = pooled->leases - pooled->refused;
  if (open > 0) {
    pooled->capacity = std::min(pooled->capacity, open);
    if (const auto host = host_named(pooled->identity->name))
      host->learned_sessions = host->learned_sessions == 0 ? open : std::min(host->learned_sessions, open);
    return true;
  }
  // It has worked before: the host still counts a channel that we have done with. Another connection will do.
  if (pooled->served == 0) return false;
  retire(pooled, CloseReason::lost);
  return true;
}

void Pool::State::watch(const ConnectionPtr& pooled) {
  auto note = [self = shared_from_this(), pooled, guard = asio::make_work_guard(executor)] {
    if (!self->shut) self->ended(pooled);
  };
  // Moved on as a whole: nothing of the pool is left behind on the connection's thread, which it owns.
  auto over = [executor = executor, note = std::move(note)]() mutable {
    asio::post(executor, std::move(note));
  };
  const auto connection = pooled->connection;
  asio::post(connection->executor(),
             [connection, over = std::move(over)]() mutable { connection->when_closed(std::move(over)); });
}

void Pool::State::ended(const ConnectionPtr& pooled) {
  pooled->closing = true;
  pooled->idle_alarm.cancel();
  if (pooled->making_room) --making_room;
  close_carried(pooled, pooled->reason);
  const auto host = host_named(pooled->identity->name);
  if (host) std::erase(host->connections, pooled);
  pooled->carrier = Grant();
  if (options.on_closed)
    options.on_closed(pooled->identity->name, pooled->connection->facts(), pooled->reason);
  if (host) serve(host);
  slot_freed();
}

void Pool::State::retire_outdated(HostConnections& host) {
  for (const auto& pooled : std::vector(host.connections)) retire(pooled, CloseReason::configuration);
}

/// True when it closes now.
bool Pool::State::retire(const ConnectionPtr& pooled, CloseReason reason) {
  if (!pooled->retiring) pooled->retiring = reason;
  if (pooled->busy()) return false;
  close(pooled, reason);
  return true;
}

void Pool::State::close(const ConnectionPtr& pooled, CloseReason reason) {
  if (pooled->closing) return;
  pooled->closing = true;
  pooled->reason = reason;
  pooled->idle_alarm.cancel();
  close_carried(pooled, reason);
  asio::post(pooled->connection->executor(), [connection = pooled->connection] { connection->close(); });
}

/// Nothing outlives what carries it; said here, so that the reason is the right one.
void Pool::State::close_carried(const ConnectionPtr& carrier, CloseReason reason) {
  if (carrier->carried == 0) return;
  std::vector<ConnectionPtr> carried;
  for (const auto& [name, host] : hosts)
    std::ranges::copy_if(host->connections, std::back_inserter(carried),
                         [&carrier](const ConnectionPtr& each) { return each->carrier.on == carrier; });
  for (const auto& each : carried) close(each, reason);
}

bool Pool::State::close_host(const std::string& name, CloseReason reason) {
  const auto host = host_named(name);
  if (!host) return false;
  bool any = false;
  for (const auto& pooled : std::vector(host->connections)) {
    any = any || !pooled->closing;
    close(pooled, reason);
  }
  return any;
}

Pool::Closed Pool::State::close_host_when_idle(const std::string& name, CloseReason reason,
                                               const std::function<bool(std::uint64_t)>& which) {
  Closed closed;
  const auto host = host_named(name);
  if (!host) return closed;
  for (const auto& pooled : std::vector(host->connections))
    if (!pooled->closing && (!which || which(pooled->number)))
      ++(retire(pooled, reason) ? closed.now : closed.later);
  return closed;
}

void Pool::State::arm_idle_alarm(const ConnectionPtr& pooled) {
  if (pooled->closing || pooled->busy() || options.idle_timeout.count() <= 0) return;
  pooled->idle_alarm.expires_at(pooled->idle_since + options.idle_timeout);
  pooled->idle_alarm.async_wait(
      [weak = weak_from_this(), watched = std::weak_ptr(pooled)](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        const auto idle = watched.lock();
        // A lease may have come between the alarm and this.
        if (!cancelled && self && idle && !self->shut && !idle->busy() &&
            idle->idle_alarm.expiry() <= steady_clock::now())
          self->close(idle, CloseReason::idle);
      });
}

void Pool::State::set_idle_timeout(std::chrono::milliseconds timeout) {
  options.idle_timeout = timeout;
  for (const auto& [name, host] : hosts) {
    for (const auto& pooled : host->connections) {
      pooled->idle_alarm.cancel();
      arm_idle_alarm(pooled);
    }
  }
}

void Pool::State::shut_down() {
  shut = true;
  const auto failure = std::make_exception_ptr(
      base::Error(base::ErrorCode::cancelled, "the connection pool is shutting down"));
  std::vector<ConnectionPtr> open;
  for (const auto& [name, host] : hosts) {
    host->retry_alarm.cancel();
    for (auto* waiter : std::exchange(host->waiting, {})) {
      waiter->failure = failure;
      waiter->called.notify();
    }
    open.insert(open.end(), host->connections.begin(), host->connections.end());
  }
  for (const auto& pooled : open) {
    const CloseReason reason = pooled->closing ? pooled->reason : CloseReason::shutdown;
    close(pooled, CloseReason::shutdown);
    if (options.on_closed) options.on_closed(pooled->identity->name, pooled->connection->facts(), reason);
  }
  for (const auto& thread : threads) thread->drain();
  for (const auto& pooled : open) pooled->carrier = Grant();
  starved.clear();
  hosts.clear();
}

}  // namespace mcpssh::ssh
