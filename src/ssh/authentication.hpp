#pragma once
#include <memory>
#include <string>

#include "ssh/driver.hpp"
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// Logs in. Returns what convinced the host: "publickey (id_ed25519)", "password", "keyboard-interactive",
/// "publickey (agent)", "none". One attempt per credential; at most five keys of an agent. Throws
/// Error(auth_failed) saying what was tried, what the host accepts and what to do, and what load_key throws.
/// Cancelling leaves the session unusable.
base::Task<std::string> authenticate(std::shared_ptr<Driver> driver, Target target);

}  // namespace mcpssh::ssh
