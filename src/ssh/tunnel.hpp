#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::ssh {

/// Bytes that went through; written on the connection's thread, read anywhere.
struct Flow {
  std::atomic<std::uint64_t> up{0};    ///< to the far end
  std::atomic<std::uint64_t> down{0};  ///< from it
  std::shared_ptr<Flow> of{};          ///< of what it is a part, and which counts the same bytes; may be null

  void went_up(std::uint64_t bytes) {
    up += bytes;
    if (of) of->went_up(bytes);
  }
  void came_down(std::uint64_t bytes) {
    down += bytes;
    if (of) of->came_down(bytes);
  }
};

/// Where one accepted connection is led.
struct Forwarding {
  std::string address;
  std::uint16_t port = 0;
  std::string when_open{};    ///< sent to the client before anything else, once the far end is reached
  std::string when_failed{};  ///< sent to it when the far end is not
};

/// Leads the connected `socket` to the far end until both sides have ended, each side held back while the
/// other does not take what there is. To be awaited on the connection's executor (base::hop). Throws
/// Error(channel_failed | connection_lost | io_error). Cancelling closes both.
base::Task<void> carry(std::shared_ptr<Connection> connection, base::UniqueFd socket, Forwarding forwarding,
                       std::shared_ptr<Flow> flow);

/// Leads what came to a port of the host to an address that this machine reaches, likewise. Throws
/// Error(resolve_failed | connect_failed | connection_lost | io_error).
base::Task<void> carry_back(std::shared_ptr<Incoming> from, Forwarding to, std::shared_ptr<Flow> flow);

}  // namespace mcpssh::ssh
