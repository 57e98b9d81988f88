#pragma once
#include <cstdint>

#include "support/process.hpp"

namespace mcpssh::test {

/// A TCP port on 127.0.0.1 that was free a moment ago. Another program may take it first: try again then.
std::uint16_t free_port();

/// True once 127.0.0.1:port accepts; false when `server` ended instead. Throws std::runtime_error after ten
/// seconds.
bool wait_until_listening(std::uint16_t port, Process& server);

}  // namespace mcpssh::test
