#pragma once
#include <functional>

#include "cli/commands.hpp"

namespace CLI {
class App;
}

namespace mcpssh::cli {

/// `mcp-ssh install` and `mcp-ssh print`: set `chosen` to the command that was named. `options` must outlive
/// the parsing and the command.
void add_install(CLI::App& app, const Common& common, std::function<int()>& chosen, InstallOptions& options);

}  // namespace mcpssh::cli
