#pragma once
#include <vector>

#include "base/task.hpp"
#include "ssh/target.hpp"
#include "ssh/trust/known_hosts.hpp"

/// known_hosts, read, locked and written off the caller's thread: another program may hold its lock, and it
/// may be long. All files of the target count. A cancellation takes effect when the work is done.
namespace mcpssh::gateway::known_keys {

/// What is on record for the target's name, and about `key`. Throws Error.
base::Task<ssh::KnownHosts::Answer> look_up(ssh::Target target, ssh::HostKey key);

/// Puts `key` in the place of those on record for the target's name, and returns those. Throws Error(refused)
/// when any of the files revokes it.
base::Task<ssh::KnownHosts::Answer> trust(ssh::Target target, ssh::HostKey key);

struct Forgotten {
  std::vector<ssh::HostKey> removed;
  ssh::KnownHosts::Answer left;  ///< what the files still say that are only read
};
/// Takes the target's keys out of its known_hosts. Throws Error.
base::Task<Forgotten> forget(ssh::Target target);

}  // namespace mcpssh::gateway::known_keys
