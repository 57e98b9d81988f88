#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/task.hpp"
#include "ssh/target.hpp"
#include "ssh/way/tcp_connect.hpp"

namespace mcpssh::ssh {

/// A socket to `address`:`port` through a SOCKS5 or HTTP CONNECT proxy. The name is the proxy's to resolve.
/// `timeout` counts from the start. Throws Error(resolve_failed | connect_failed | protocol_error) saying
/// which proxy refused and why, with its step. Cancelling closes what was opened.
base::Task<TcpLink> connect_by_proxy(Proxy proxy, std::string address, std::uint16_t port,
                                     std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
