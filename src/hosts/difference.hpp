#pragma once
#include <string>
#include <vector>

#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {

/// What a reload changes, one printable line each, for the record and the log: "host web1: mode standard ->
/// readonly". Empty when nothing but comments, order or layout changed. Secrets are not in a snapshot, so
/// none can be here.
std::vector<std::string> policy_difference(const Snapshot& before, const Snapshot& after);

/// The hosts of `before` whose open connections must not live on: gone, or reached, logged in to, verified or
/// judged in another way (host, port, user, auth, the way there, host keys, algorithms, limits, shell,
/// platform, mode, host_key_checking, known_hosts), and those reached through one of them. In file order.
std::vector<std::string> connections_to_close(const Snapshot& before, const Snapshot& after);

}  // namespace mcpssh::hosts
