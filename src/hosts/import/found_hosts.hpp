#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hosts/snapshot.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {

/// Hosts that another program's configuration names.
struct FoundHosts {
  std::vector<Host> hosts;  ///< valid names, addresses, users and ports; places in the file they are from
  std::vector<std::string> notes;  ///< what was left out and why, one line each; never a secret
};

/// The hosts of an ssh_config whose names match one of `patterns`, and the jump hosts on their way. `file`:
/// absent, ~/.ssh/config. Throws what read_ssh_config throws.
FoundHosts hosts_of_ssh_config(const std::vector<std::string>& patterns,
                               const std::optional<std::filesystem::path>& file,
                               const Environment& environment);

/// What stands under the name of such a host in hosts.yaml: only what is not the default.
YamlNode entry_of(const Host& host);

}  // namespace mcpssh::hosts
