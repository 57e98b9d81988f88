#include "ssh/pool.hpp"

#include "ssh/pool_state.hpp"

namespace mcpssh::ssh {

Pool::Pool(base::Executor executor, Options options)
    : state_(std::make_shared<State>(std::move(executor), std::move(options))) {}

Pool::~Pool() {
  state_->shut_down();
}

base::Task<Lease> Pool::acquire(Target target) {
  return State::acquire(state_, std::move(target));
}

base::Task<HostKey> Pool::host_key(Target target, std::string type) {
  return State::host_key(state_, std::move(target), std::move(type));
}

std::vector<Pool::Entry> Pool::entries() const {
  std::vector<Entry> found;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& pooled : state_->connections) {
    if (pooled->closing) continue;
    Entry entry;
    entry.host = pooled->target.name;
    entry.facts = pooled->facts;
    entry.leases = pooled->leases;
    if (pooled->leases == 0)
      entry.idle = std::chrono::duration_cast<std::chrono::milliseconds>(now - pooled->idle_since);
    found.push_back(std::move(entry));
  }
  return found;
}

bool Pool::close(const std::string& host, CloseReason reason) {
  return state_->close_host(host, reason);
}

void Pool::set_idle_timeout(std::chrono::milliseconds idle_timeout) {
  state_->set_idle_timeout(idle_timeout);
}

}  // namespace mcpssh::ssh
