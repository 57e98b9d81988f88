#pragma once
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "ssh/connection.hpp"
#include "ssh/exec/command_text.hpp"
#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

struct StopOutcome {
  ExecResult::Stop stop = ExecResult::Stop::unproved;
  long survivor = 0;  ///< with still_running
};

/// How to get at a command.
struct StopRequest {
  long pid = 0;  ///< of its shell
  CommandShell shell = CommandShell::posix;
  std::optional<SudoRequest>
      sudo;          ///< what started it: the login user may not signal what belongs to another
  bool tty = false;  ///< sudo may want one again
};

/// Ends the command whose shell has that pid, with all that hangs on it, over a channel of its own; takes at
/// most until `deadline`. Never throws for what the host or the connection does: then it is unproved.
base::Task<StopOutcome> stop_by_pid(std::shared_ptr<SessionChannels> channels, StopRequest request,
                                    base::MonoTime deadline);

}  // namespace mcpssh::ssh
