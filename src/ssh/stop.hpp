#pragma once
#include <memory>

#include "base/clock.hpp"
#include "ssh/connection.hpp"
#include "ssh/driver.hpp"

namespace mcpssh::ssh {

struct StopOutcome {
  ExecResult::Stop stop = ExecResult::Stop::unproved;
  long survivor = 0;  ///< with still_running
};

/// Ends the command whose shell has `pid`, with all that hangs on it, over a channel of its own; takes at
/// most `deadline`. Never throws for what the host or the connection does: then it is unproved.
base::Task<StopOutcome> stop_by_pid(std::shared_ptr<Driver> driver, long pid, base::MonoTime deadline);

}  // namespace mcpssh::ssh
