#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "ssh/connection.hpp"
#include "ssh/way/tcp_connect.hpp"

namespace mcpssh::ssh {

/// A socket that leads through `carrier`, on whatever executor that lives, to `address`:`port` as the host
/// called `via` sees it. The bytes are carried on the carrier's executor until either side has closed; the
/// carrier is kept alive that long. Throws Error(connect_failed) naming both hosts and the carrier's reason.
/// Cancelling closes what was opened.
base::Task<TcpLink> connect_through(std::shared_ptr<Connection> carrier, std::string via, std::string address,
                                    std::uint16_t port, std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
