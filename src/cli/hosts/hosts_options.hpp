#pragma once
#include <functional>
#include <string>

#include "cli/commands.hpp"

namespace CLI {
class App;
}

namespace mcpssh::cli {

/// What the command line said behind `mcp-ssh hosts`; must outlive the parsing and the command.
struct HostsOptions {
  std::string selector;
  bool json = false;
  TrustOptions trust;
  HostEditOptions edit;
  ImportOptions import;
};

/// `mcp-ssh hosts ...`: sets `chosen` to the command that was named.
void add_hosts(CLI::App& app, const Common& common, std::function<int()>& chosen, HostsOptions& options);

}  // namespace mcpssh::cli
