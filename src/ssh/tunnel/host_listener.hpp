#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "ssh/remote_listener.hpp"
#include "ssh/session/driver.hpp"

namespace mcpssh::ssh {

/// Connection::listen_forward() on `driver`. `owner` is kept alive as long as the listener and what came in.
base::Task<std::shared_ptr<RemoteListener>> listen_on_host(std::shared_ptr<void> owner,
                                                           std::shared_ptr<Driver> driver,
                                                           std::string address, std::uint16_t port);

}  // namespace mcpssh::ssh
