#include "gateway/known_keys.hpp"

#include "base/faults.hpp"
#include "ssh/session/blocking.hpp"

namespace mcpssh::gateway::known_keys {
namespace {

using base::Error;
using base::Fault;

ssh::KnownHosts::Answer on_record(const ssh::Target& target, const ssh::HostKey& key) {
  return ssh::KnownHosts::load(target.known_hosts, target.other_known_hosts)
      .check(target.address, target.port, key);
}

}  // namespace

base::Task<ssh::KnownHosts::Answer> look_up(ssh::Target target, ssh::HostKey key) {
  const auto look = [&target, &key] { return on_record(target, key); };
  co_return co_await ssh::off_thread(look);
}

base::Task<ssh::KnownHosts::Answer> trust(ssh::Target target, ssh::HostKey key) {
  const auto remember = [&target, &key] {
    auto before = on_record(target, key);
    if (before.state == ssh::KnownHosts::State::revoked)
      throw Error(Fault::refused, before.file.string() + " revokes this host key (" + key.fingerprint() + ")",
                  "do not connect; ask who revoked it");
    ssh::remember(target.known_hosts, target.address, target.port, key, true);
    return before;
  };
  co_return co_await ssh::off_thread(remember);
}

base::Task<Forgotten> forget(ssh::Target target) {
  const auto remove = [&target] {
    Forgotten result;
    result.removed = ssh::forget(target.known_hosts, target.address, target.port);
    result.left = on_record(target, ssh::HostKey());
    return result;
  };
  co_return co_await ssh::off_thread(remove);
}

}  // namespace mcpssh::gateway::known_keys
