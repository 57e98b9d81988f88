// Who gets which connection: each host's queue, its limits and its pauses.
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "ssh/pool/pool_state.hpp"
#include "ssh/pool/target_identity.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

/// Most waiters hold the very identity of their host.
bool same(const Identity& a, const Identity& b) {
  return a == b || same_identity(*a, *b);
}

Target without_human(Target target) {
  target.ask_human = nullptr;
  if (target.jump) target.jump = std::make_shared<const Target>(without_human(*target.jump));
  return target;
}

bool has_usable(const HostConnections& host, const Identity& identity) {
  return std::ranges::any_of(host.connections, [&identity](const auto& pooled) {
    return pooled->usable() && same(pooled->identity, identity);
  });
}

std::size_t connections_of(const Target& target) {
  return target.max_connections > 0 ? target.max_connections : base::limits::connections_per_host;
}

}  // namespace

/// A waiter's place in its host's queue, given up when the waiter goes.
class Pool::State::Place {
 public:
  Place(std::shared_ptr<State> state, HostPtr host, PoolWaiter& waiter)
      : state_(std::move(state)), host_(std::move(host)), waiter_(waiter) {
    waiter_.number = ++state_->last_waiter;
    host_->waiting.push_back(&waiter_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (std::erase(host_->waiting, &waiter_) == 0 || state_->shut) return;
    state_->abandon_unwanted(host_);
    state_->forget_if_empty(host_);
  }

 private:
  std::shared_ptr<State> state_;
  HostPtr host_;
  PoolWaiter& waiter_;
};

base::Task<Grant> Pool::State::wait_for(std::shared_ptr<State> self, std::shared_ptr<const Target> target,
                                        Use use, Opened opened, bool* fresh) {
  for (;;) {
    if (self->shut) throw Error(ErrorCode::cancelled, "the connection pool is shutting down");
    const auto host = self->host_for(*target);
    PoolWaiter waiter(self->executor, host->identity, *target, use);
    waiter.opened = opened;
    const Place place(self, host, waiter);
    self->serve(host);
    while (!waiter.granted && !waiter.failure) co_await waiter.called.wait();
    if (waiter.failure) std::rethrow_exception(waiter.failure);
    const auto& pooled = *waiter.granted.on;
    const bool opened_by_us = pooled.opened_by == waiter.number;
    if (!pooled.closing) {
      if (fresh != nullptr) *fresh = opened_by_us;
      co_return std::move(waiter.granted);
    }
    // It ended before this caller's turn.
    if (opened_by_us)
      throw Error(ErrorCode::connection_lost, "the host closed the connection right after the log-in",
                  "see the host's own log for why")
          .at_step("connect")
          .at_host(target->name);
  }
}

Pool::State::HostPtr Pool::State::host_for(const Target& target) {
  auto& host = hosts[target.name];
  if (!host) {
    host = std::make_shared<HostConnections>(executor, target.name);
    host->backoff = Backoff(options.shortest_pause);
  }
  if (host->identity && same_identity(*host->identity, target)) return host;
  // What was learned about another address or another log-in says nothing about this one.
  host->identity = std::make_shared<const Target>(without_human(target));
  host->backoff.succeeded();
  host->learned_sessions = 0;
  retire_outdated(*host);
  return host;
}

void Pool::State::serve(const HostPtr& host) {
  if (shut) return;
  for (const auto& pending : host->pending) pending->claimed = 0;
  for (auto at = host->waiting.begin(); at != host->waiting.end();) {
    PoolWaiter& waiter = **at;
    if (grant(host, waiter) || (!claim(host, waiter) && refuse_backing_off(host, waiter))) {
      at = host->waiting.erase(at);
      waiter.called.notify();
    } else {
      ++at;
    }
  }
  forget_if_empty(host);
}

bool Pool::State::grant(const HostPtr& host, PoolWaiter& waiter) {
  const auto found = std::ranges::find_if(host->connections, [&waiter](const ConnectionPtr& pooled) {
    const bool room = waiter.use == Use::carrier || pooled->leases < pooled->capacity;
    return room && pooled->usable() && same(pooled->identity, waiter.identity);
  });
  if (found == host->connections.end()) return false;
  waiter.granted = grant_on(*found, waiter.use);
  return true;
}

/// Whether `waiter` may count on a connect, which is started if need be.
bool Pool::State::claim(const HostPtr& host, const PoolWaiter& waiter) {
  for (const auto& pending : host->pending) {
    const bool room = waiter.use == Use::carrier || pending->claimed < pending->capacity;
    if (pending->abandoned || !room || !same(pending->identity, waiter.identity)) continue;
    if (waiter.use == Use::session) ++pending->claimed;
    return true;
  }
  if (!may_connect(host, waiter)) return false;
  start_connect(host, waiter);
  return true;
}

bool Pool::State::may_connect(const HostPtr& host, const PoolWaiter& waiter) {
  if (host->connections.size() + host->pending.size() >= connections_of(waiter.target)) return false;
  // One attempt at a time until one has worked: a host that is down or refuses us is not asked in parallel.
  const bool trying = std::ranges::any_of(host->pending, [](const auto& each) { return !each->abandoned; });
  if (trying && !has_usable(*host, waiter.identity)) return false;
  if (!host->backoff.may_try(steady_clock::now())) {
    arm_retry(host);
    return false;
  }
  return room_in_all(host, waiter);
}

/// Jump hosts may go over the limit of all, or connects that hold a place would wait for each other.
bool Pool::State::room_in_all(const HostPtr& host, const PoolWaiter& waiter) {
  if (slots_used < options.connections || waiter.use == Use::carrier) return true;
  if (std::ranges::find(starved, host) == starved.end()) starved.push_back(host);
  if (making_room < starved.size()) close_longest_idle();
  return false;
}

void Pool::State::close_longest_idle() {
  ConnectionPtr oldest;
  for (const auto& [name, host] : hosts)
    for (const auto& pooled : host->connections)
      if (pooled->usable() && !pooled->busy() && (!oldest || pooled->idle_since < oldest->idle_since))
        oldest = pooled;
  if (!oldest) return;
  ++making_room;
  oldest->making_room = true;
  close(oldest, CloseReason::idle);
}

void Pool::State::slot_freed() {
  --slots_used;
  for (std::size_t count = starved.size(); count > 0 && slots_used < options.connections; --count) {
    const auto next = starved.front();
    starved.pop_front();
    serve(next);
  }
}

bool Pool::State::refuse_backing_off(const HostPtr& host, PoolWaiter& waiter) const {
  const auto now = steady_clock::now();
  const auto& backoff = host->backoff;
  if (!backoff.circuit_open() || backoff.may_try(now) || has_usable(*host, waiter.identity)) return false;
  const auto rest = std::chrono::ceil<std::chrono::seconds>(backoff.not_before() - now);
  const Error error(
      ErrorCode::backing_off,
      fmt::format("not tried, because the last {} attempts failed, the last one with: {}", backoff.failures(),
                  host->last_failure),
      fmt::format("mend the cause; the host is tried again by the first call after {} s", rest.count()));
  waiter.failure = std::make_exception_ptr(error.at_step("connect").at_host(host->name));
  return true;
}

void Pool::State::arm_retry(const HostPtr& host) {
  if (std::exchange(host->retry_armed, true)) return;
  host->retry_alarm.expires_at(host->backoff.not_before());
  host->retry_alarm.async_wait(
      [weak = weak_from_this(), waiting = std::weak_ptr(host)](const boost::system::error_code&) {
        const auto self = weak.lock();
        const auto retried = waiting.lock();
        if (!self || !retried) return;
        // Also when the alarm was cancelled: somebody may have come since.
        retried->retry_armed = false;
        self->serve(retried);
      });
}

void Pool::State::forget_if_empty(const HostPtr& host) {
  if (!host->connections.empty() || !host->pending.empty() || !host->waiting.empty()) return;
  host->retry_alarm.cancel();
  const bool failing = host->backoff.failures() > 0 || !host->backoff.may_try(steady_clock::now());
  const auto known = hosts.find(host->name);
  if (!failing && known != hosts.end() && known->second == host) hosts.erase(known);
}

}  // namespace mcpssh::ssh
