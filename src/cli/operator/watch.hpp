#pragma once
#include "cli/commands.hpp"

namespace mcpssh::cli {

/// `mcp-ssh pending --watch`: tells what comes and goes on all servers, also on those that start later, until
/// nobody reads it.
int watch_servers(const OperatorOptions& options);

}  // namespace mcpssh::cli
