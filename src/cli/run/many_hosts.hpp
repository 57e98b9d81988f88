#pragma once
#include <vector>

#include "cli/run/attending.hpp"
#include "cli/run/run_options.hpp"

namespace mcpssh::cli {

/// Runs the actions as one batch, with its progress on stderr where that is a terminal. When all have ended,
/// what the hosts said goes to stdout, equal words once; or one JSON document. The exit status: 0 when all
/// did what they should; 3 or 4 when nothing was sent for want of approval, or all was denied; else 1.
base::Task<int> run_on_many(gateway::Gateway& gateway, std::vector<gateway::Action> actions,
                            RunOptions options, Attending& attending);

}  // namespace mcpssh::cli
