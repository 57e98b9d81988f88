#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/import/found_hosts.hpp"

/// Inventories of Ansible: files in INI or YAML form. Nothing is run: scripts, plugins, templates and vaults
/// are left out, and so are host_vars and group_vars.
namespace mcpssh::hosts {

using AnsibleVariables = std::map<std::string, std::string>;

struct AnsibleGroup {
  std::vector<std::string> hosts;
  std::vector<std::string> children;
  AnsibleVariables variables;
};

/// What the file says, ranges expanded. Values of variables whose name says that they hold a secret are not
/// kept: they are empty.
struct AnsibleInventory {
  std::vector<std::string> hosts;  ///< in file order, each once
  std::map<std::string, AnsibleVariables> host_variables;
  std::map<std::string, int> lines;  ///< where each host first stands
  std::vector<std::string> groups;   ///< in file order
  std::map<std::string, AnsibleGroup> group;
  std::vector<std::string> notes;

  AnsibleGroup& make_group(const std::string& name);
  void add_host(const std::string& name, int line, const std::string& group_name);
};

namespace limits {
inline constexpr std::size_t ansible_hosts = 10'000;
}  // namespace limits

/// Both throw base::Error(invalid_config) with file and line, (limit_reached) for too many hosts.
AnsibleInventory read_ansible_ini(std::string_view text, const std::string& file);
AnsibleInventory read_ansible_yaml(std::string_view text, const std::string& file);

/// "web[01:10:3]" as web01, web04, ...; also letters; a name without a range as itself. Throws
/// base::Error(invalid_config) for a range that is none, (limit_reached) for more than
/// limits::ansible_hosts names.
std::vector<std::string> expanded_range(std::string_view pattern, const std::string& place);

bool names_a_secret(std::string_view variable);

/// Its hosts as ours: every group a host is in becomes one of its `groups`.
FoundHosts hosts_of_inventory(const AnsibleInventory& inventory, const std::string& file);

/// Reads the file (YAML by its name or its look, else INI). Throws base::Error.
FoundHosts hosts_of_ansible(const std::filesystem::path& file);

}  // namespace mcpssh::hosts
