#pragma once
#include <libssh/libssh.h>

#include <string>
#include <vector>

#include "ssh/target.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::ssh {

/// The key the host proved to hold in the key exchange. Throws Error(handshake_failed).
HostKey offered_host_key(ssh_session session);

/// What is to be done about an offered key.
enum class HostKeyDecision { accept, accept_and_remember };

/// Judges an offered key. With Target::pins only those count. Throws Error(host_key_unknown |
/// host_key_changed): both fingerprints and the command that trusts the host; Error(handshake_failed) for an
/// RSA key too short. A changed or revoked key is refused whatever `checking` says, except off, which checks
/// nothing but the length and the pins. Pure.
HostKeyDecision judge_host_key(const Target& target, const HostKey& offered,
                               const KnownHosts::Answer& answer);

/// Key types the pins name, in their order: to be asked for first.
std::vector<std::string> pinned_types(const std::vector<std::string>& pins);

}  // namespace mcpssh::ssh
