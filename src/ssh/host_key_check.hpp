#pragma once
#include <libssh/libssh.h>

#include <optional>
#include <string_view>

#include "ssh/known_hosts.hpp"
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// The key the host proved to hold in the key exchange. Throws Error(handshake_failed).
HostKey offered_host_key(ssh_session session);

/// What is to be done about an offered key.
enum class HostKeyDecision { accept, accept_and_remember };

/// Judges an offered key. Throws Error(host_key_unknown | host_key_changed): both fingerprints and the
/// command that trusts the host. A changed or revoked key is refused whatever `checking` says, except off,
/// which checks nothing. Pure.
HostKeyDecision judge_host_key(const Target& target, const HostKey& offered,
                               const KnownHosts::Answer& answer);

}  // namespace mcpssh::ssh
