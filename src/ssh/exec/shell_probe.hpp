#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

/// What the host has proved about who reads commands there.
struct ProvedShell {
  std::string login_shell;  ///< "/bin/bash", "sh"; empty: nothing is proved
  bool through_sh = false;  ///< it is no POSIX shell, but hands text on to `sh` byte for byte
};

/// A command only a POSIX shell that was given it as it stands answers as below: csh, fish, cmd.exe,
/// PowerShell, forced commands and device CLIs do not, nor does one of them act on it. It carries a pid line
/// too (see command_text), for that is what it is to prove.
std::string probe_command(std::string_view nonce);

/// The login shell, "/bin/bash" or, when SHELL is not set, "sh"; empty when the answer proves none, and for
/// zsh, which reads some text otherwise. Lines that a login script printed before are passed over.
std::string login_shell_of(std::string_view out, std::string_view err, std::string_view nonce);

/// A command for `sh` that says every byte but NUL, and what the login shell is called. To be sent as
/// CommandShell::through_sh.
std::string relay_probe_command(std::string_view nonce);

/// The login shell that has passed relay_probe_command() on as it stands; empty when it has not.
std::string relaying_shell_of(std::string_view out, std::string_view nonce);

/// Asks the host; where nothing is proved, no spare channels are kept any more. Nothing is proved, for
/// whatever reason, when it has not answered within ten seconds; throws only Error(connection_lost).
base::Task<ProvedShell> probe_shell(std::shared_ptr<SessionChannels> channels);

}  // namespace mcpssh::ssh
