#pragma once
#include <libssh/libssh.h>

#include <cstdint>
#include <optional>

namespace mcpssh::ssh {

/// ssh_channel_write() on a channel that nothing was written to. Nothing comes back when the host takes no
/// packet that has room for a byte: libssh 0.10 keeps 10 bytes of each to itself, sends a host that takes
/// packets of 10 nothing at all, for ever, and says so in its log alone. The session is good for nothing then
/// but its end.
std::optional<int> write_first(ssh_channel channel, const char* bytes, std::uint32_t size);

}  // namespace mcpssh::ssh
