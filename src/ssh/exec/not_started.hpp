#pragma once
#include <optional>
#include <string>

#include "ssh/exec/remote_command.hpp"

namespace mcpssh::ssh {

/// Why a command whose preparation ended before it began did not run: one sentence without a full stop.
std::string why_not_started(const RemoteCommand& command, std::optional<int> exit_code);

/// The part of it that is sudo's. `said`: its own words. Pure.
std::string why_sudo_refused(const SudoRequest& sudo, int asked, std::string_view said);

}  // namespace mcpssh::ssh
