#pragma once
#include <memory>
#include <optional>
#include <string>

#include "ssh/driver.hpp"

namespace mcpssh::ssh {

/// The answer to a short command of our own.
struct Captured {
  std::optional<int> exit_code;
  std::string out, err;  ///< the first 4 KiB of each
};

/// Runs `command` on a channel of its own and returns when that has closed. Throws Error(channel_failed |
/// connection_lost). Cancelling closes the channel.
base::Task<Captured> capture(std::shared_ptr<Driver> driver, std::string command);

}  // namespace mcpssh::ssh
