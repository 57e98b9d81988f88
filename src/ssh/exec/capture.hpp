#pragma once
#include <memory>
#include <optional>
#include <string>

#include "ssh/exec/command_text.hpp"
#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

/// The answer to a short command of our own.
struct Captured {
  std::optional<int> exit_code;
  std::string out, err;  ///< the first 4 KiB of each
};

/// Runs a command on a channel of its own and returns when that has closed. Throws Error as Connection::exec
/// does, and Error(connection_lost). Cancelling closes the channel.
base::Task<Captured> capture(std::shared_ptr<SessionChannels> channels, CommandShell shell,
                             ExecRequest request);

}  // namespace mcpssh::ssh
