#pragma once
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// Whether a unit, service or process is one a host is reached, guarded or run by: sshd, the network, the
/// firewall, auditing, the message bus, systemd's own. "ssh.service", "ssh.socket" and "ssh" are one. What is
/// known only at run time may be one, patterns that match one are.
bool is_protected_unit(const Field& unit);

}  // namespace mcpssh::guard
