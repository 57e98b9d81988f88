#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/task.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::ssh {

/// A connected socket and where it leads ("192.0.2.1:22").
struct TcpLink {
  base::UniqueFd socket;
  std::string address;
};

/// Resolves `host` off the thread and races its addresses (RFC 8305) within `timeout`, which counts the
/// resolving too. The socket has TCP_NODELAY, keepalive and TCP_USER_TIMEOUT, so that a dead peer is noticed
/// within 30 s. Throws Error(resolve_failed | connect_failed) with its step. Cancelling returns at once.
base::Task<TcpLink> tcp_connect(std::string host, std::uint16_t port, std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
