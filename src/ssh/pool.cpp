#include "ssh/pool.hpp"

#include "ssh/pool/pool_state.hpp"

namespace mcpssh::ssh {

Pool::Pool(base::Executor executor, Options options)
    : state_(std::make_shared<State>(std::move(executor), std::move(options))) {}

Pool::~Pool() {
  state_->shut_down();
}

base::Task<Lease> Pool::acquire(Target target, Opened opened) {
  return State::acquire(state_, std::move(target), std::move(opened));
}

base::Task<HostKey> Pool::host_key(Target target, std::string type, Opened opened) {
  return State::host_key(state_, std::move(target), std::move(type), std::move(opened));
}

base::Task<void> Pool::end_connects() {
  return State::end_connects(state_);
}

std::vector<Pool::Entry> Pool::entries() const {
  std::vector<Entry> found;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [name, host] : state_->hosts) {
    for (const auto& pooled : host->connections) {
      if (pooled->closing) continue;
      Entry entry;
      entry.number = pooled->number;
      if (pooled->carrier.on) entry.carrier = pooled->carrier.on->number;
      entry.host = name;
      entry.facts = pooled->connection->facts();
      entry.leases = pooled->leases;
      entry.carried = pooled->carried;
      if (!pooled->busy())
        entry.idle = std::chrono::duration_cast<std::chrono::milliseconds>(now - pooled->idle_since);
      found.push_back(std::move(entry));
    }
  }
  return found;
}

Pool::Census Pool::census() const {
  Census census;
  for (const auto& [name, host] : state_->hosts) {
    census.connecting += host->pending.size();
    for (const auto& pooled : host->connections) ++(pooled->busy() ? census.busy : census.idle);
  }
  return census;
}

bool Pool::close(const std::string& host, CloseReason reason) {
  return state_->close_host(host, reason);
}

Pool::Closed Pool::close_when_idle(const std::string& host, CloseReason reason,
                                   const std::function<bool(std::uint64_t number)>& which) {
  return state_->close_host_when_idle(host, reason, which);
}

void Pool::set_idle_timeout(std::chrono::milliseconds idle_timeout) {
  state_->set_idle_timeout(idle_timeout);
}

}  // namespace mcpssh::ssh
