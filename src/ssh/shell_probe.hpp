#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "ssh/driver.hpp"

namespace mcpssh::ssh {

/// A command only a POSIX shell that was given it as it stands answers as below: csh, fish, cmd.exe,
/// PowerShell, forced commands and device CLIs do not. It carries a pid line too (pid_line.hpp), for that is
/// what it is to prove.
std::string probe_command(std::string_view nonce);

/// The login shell, "/bin/bash" or, when SHELL is not set, "sh"; empty when the answer proves none. Lines
/// that a login script printed before are passed over.
std::string login_shell_of(std::string_view out, std::string_view err, std::string_view nonce);

/// Asks the host. Empty for whatever reason it does not prove itself within two seconds; throws only
/// Error(connection_lost).
base::Task<std::string> probe_shell(std::shared_ptr<Driver> driver);

}  // namespace mcpssh::ssh
