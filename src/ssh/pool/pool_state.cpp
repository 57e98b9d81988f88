#include "ssh/pool/pool_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hop.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;

/// More hops than anybody has; a bound, because the chain comes from a configuration.
constexpr std::size_t max_jumps = 8;

/// Two connects that wait for each other would wait for ever.
void check_way(const Target& target) {
  std::set<std::string> names;
  for (const auto* hop = &target; hop != nullptr; hop = hop->jump.get()) {
    if (!names.insert(hop->name).second)
      throw Error(ErrorCode::invalid_config,
                  fmt::format("its jump hosts lead back to {}", base::printable(hop->name)),
                  "correct `jump` in hosts.yaml")
          .at_step("jump")
          .at_host(target.name);
    if (names.size() > max_jumps + 1)
      throw Error(ErrorCode::invalid_config, fmt::format("more than {} jump hosts in a row", max_jumps),
                  "shorten the chain of `jump` in hosts.yaml")
          .at_step("jump")
          .at_host(target.name);
  }
}

}  // namespace

Pool::State::State(base::Executor on, Options with) : executor(std::move(on)), options(std::move(with)) {
  options.connections = std::max<std::size_t>(options.connections, 1);
  for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i)
    threads.push_back(std::make_unique<ConnectionThread>("ssh-" + std::to_string(i)));
}

base::Task<Lease> Pool::State::acquire(std::shared_ptr<State> self, Target target, Opened opened) {
  check_way(target);
  const auto wanted = std::make_shared<const Target>(std::move(target));
  bool fresh = false;
  auto grant = co_await wait_for(self, wanted, Use::session, std::move(opened), &fresh);
  co_return self->lease(std::move(grant), fresh);
}

base::Task<HostKey> Pool::State::host_key(std::shared_ptr<State> self, Target target, std::string type,
                                          Opened opened) {
  check_way(target);
  if (self->shut) throw Error(ErrorCode::cancelled, "the connection pool is shutting down");
  Grant carrier;
  if (target.jump) carrier = co_await wait_for(self, target.jump, Use::carrier, std::move(opened));
  auto& thread = carrier ? *carrier.on->thread : self->next_thread();
  auto through = carrier ? carrier.on->connection : nullptr;
  co_return co_await base::hop(thread.executor(),
                               thread.host_key(std::move(target), std::move(type), std::move(through)));
}

Pool::State::HostPtr Pool::State::host_named(const std::string& name) const {
  const auto found = hosts.find(name);
  return found == hosts.end() ? nullptr : found->second;
}

ConnectionThread& Pool::State::next_thread() {
  return *threads[threads_used++ % threads.size()];
}

}  // namespace mcpssh::ssh
