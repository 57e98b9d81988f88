#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/duplex.hpp"
#include "ssh/session/driver.hpp"

namespace mcpssh::ssh {

/// Opens a direct-tcpip channel (RFC 4254 section 7.2) as a byte stream. While nobody reads the host is held
/// back by the channel's window, and writing waits for the window of the host. The stream ends when the other
/// side has said that it sends no more; end_writing() says so for ours. `owner` is kept alive as long as the
/// stream. Throws Error(channel_failed | connection_lost).
base::Task<std::unique_ptr<base::Duplex>> start_forward(std::shared_ptr<void> owner,
                                                        std::shared_ptr<Driver> driver, std::string address,
                                                        std::uint16_t port);

/// The same for a channel that the host asks to open (Driver::TakeForwarded); null when libssh cannot.
std::unique_ptr<base::Duplex> accept_forward(std::shared_ptr<void> owner, std::shared_ptr<Driver> driver,
                                             ssh_message request);

}  // namespace mcpssh::ssh
