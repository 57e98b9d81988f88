#pragma once
#include "cli/run/attending.hpp"
#include "cli/run/run_options.hpp"

namespace mcpssh::cli {

/// Runs `action` with what it says going to our stdout and stderr as it comes: its bytes as they are, but
/// harmless where one of ours is a terminal. The exit status.
base::Task<int> run_on_one(gateway::Gateway& gateway, gateway::Action action, Attending& attending);

/// Of a refused action: what the guard says of it, if it is the guard that stands against it.
std::optional<guard::Decision> verdict_on(gateway::Gateway& gateway, const gateway::Action& action);

}  // namespace mcpssh::cli
