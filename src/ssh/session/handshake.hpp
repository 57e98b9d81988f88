#pragma once
#include "ssh/session/driver.hpp"
#include "ssh/way/way.hpp"

namespace mcpssh::ssh {

/// Introduces both sides and exchanges keys, over `way`. `extra`: what Target::algorithms asks for, for the
/// message. A peer gets ten seconds and 64 KiB to introduce itself. Throws Error(handshake_failed) saying
/// what is wrong and, when no algorithm is common, what the host offers. Cancelling closes the connection.
base::Task<OwnedDriver> handshake(Way way, SessionOptions options, const Algorithms& extra);

}  // namespace mcpssh::ssh
