#pragma once
#include <memory>

#include "lab/program.hpp"
#include "lab/server.hpp"
#include "lab/switch.hpp"

namespace mcpssh::lab {

/// Runs /bin/sh for real, as this process's user, in user.directory ("/" when empty) with an environment of
/// PATH, HOME, USER, LANG and TERM only. The subsystem "sftp" works where OpenSSH's sftp-server is installed.
std::unique_ptr<Host> posix_host(const LabUser& user);

/// A console of the simulated switch in each channel; they share its configuration.
std::unique_ptr<Host> switch_host(std::shared_ptr<Switch> device);

}  // namespace mcpssh::lab
