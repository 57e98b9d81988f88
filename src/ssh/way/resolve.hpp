#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/task.hpp"

namespace mcpssh::ssh {

using Endpoints = std::vector<base::asio::ip::tcp::endpoint>;

/// The addresses of `host`, at most eight, in the system's order of preference (RFC 6724). Looked up on a
/// blocking thread; a literal address needs none. Throws Error(resolve_failed). Cancelling returns at once: a
/// name server that does not answer keeps one blocking thread until it gives up.
base::Task<Endpoints> resolve(std::string host, std::uint16_t port);

}  // namespace mcpssh::ssh
