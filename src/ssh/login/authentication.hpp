#pragma once
#include <memory>
#include <string>

#include "ssh/login/login_clock.hpp"
#include "ssh/session/driver.hpp"
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// Logs in with the methods of target.credentials in turn; after a partial success with what the host asks
/// for then. Returns what convinced the host: "publickey (id_ed25519)", "publickey (agent)", "password",
/// "none", "publickey (id_rsa), keyboard-interactive". At most six attempts: a key, a key of the agent, a
/// password and a dialogue are one each. `clock` stands still while a person is asked; `about` is what they
/// are shown of the connection: address and host key. Throws
/// Error(auth_failed) saying what was tried, what the host accepts and what to do; Error(needs_human) with
/// the prompt when nobody can answer it; and what load_key throws for a key that was named. Cancelling leaves
/// the session unusable.
base::Task<std::string> authenticate(std::shared_ptr<Driver> driver, Target target, LoginClock& clock,
                                     HumanPrompt about = {});

}  // namespace mcpssh::ssh
