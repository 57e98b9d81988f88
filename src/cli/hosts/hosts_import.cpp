// mcp-ssh hosts import: hosts of ~/.ssh/config or of an Ansible inventory, into hosts.yaml.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/hosts/host_change.hpp"
#include "cli/hosts/hosts_import.hpp"
#include "cli/house.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "hosts/import/ansible_inventory.hpp"
#include "hosts/inventory.hpp"
#include "hosts/ssh_config.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::Fault;
using hosts::FoundHosts;
using hosts::HostsFile;
using hosts::YamlEdit;

bool wanted(const std::string& name, const std::vector<std::string>& patterns) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
           return hosts::matches_pattern(name, pattern);
         });
}

FoundHosts found_hosts(const ImportOptions& options) {
  if (options.ansible.empty()) {
    const std::vector<std::string> all{"*"};
    std::optional<std::filesystem::path> file;
    if (!options.ssh_config.empty()) file = std::filesystem::absolute(options.ssh_config);
    return hosts::hosts_of_ssh_config(options.patterns.empty() ? all : options.patterns, file,
                                      hosts::process_environment());
  }
  auto found = hosts::hosts_of_ansible(std::filesystem::absolute(base::expand_home(options.ansible)));
  std::erase_if(found.hosts, [&](const hosts::Host& host) { return !wanted(host.name, options.patterns); });
  return found;
}

base::json::array json_of(const std::vector<std::string>& texts) {
  base::json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

void say(const Imported& imported) {
  for (const auto& note : imported.notes) std::cerr << "note: " << base::printable(note, 1000) << "\n";
  if (!imported.skipped.empty())
    std::cout << "already there, left as they are: " << base::join(imported.skipped, ", ") << "\n";
}

}  // namespace

Imported import_into(HostsFile& file, const ImportOptions& options) {
  const auto own = hosts::read_inventory(file.text(), file.path(), hosts::process_environment());
  auto found = found_hosts(options);
  Imported imported;
  imported.notes = std::move(found.notes);
  YamlEdit all{YamlEdit::Kind::extend, {"hosts"}, hosts::yaml_mapping({}), {}};
  for (const auto& host : found.hosts) {
    if (own.find(host.name) != nullptr) {
      imported.skipped.push_back(host.name);
      continue;
    }
    all.value.items.push_back(hosts::entry_of(host));
    all.value.items.back().key = host.name;
    imported.added.push_back(host.name);
  }
  if (!imported.added.empty()) file.apply(all);
  return imported;
}

int hosts_import(const Common& common, const ImportOptions& options) {
  if (!options.ansible.empty() && !options.ssh_config.empty())
    throw Error(Fault::usage, "--ansible and --ssh-config are two sources", "import one after the other");
  const auto path = configuration_path(common);
  auto file = HostsFile::open(path);
  const Imported imported = import_into(file, options);
  ChangeOptions change = options.change;
  change.force = true;  // a key that is not on this machine must not hold up the other hosts: it is only said
  base::json::object more{{"added", json_of(imported.added)},
                          {"skipped", json_of(imported.skipped)},
                          {"notes", json_of(imported.notes)}};
  if (!options.change.json) say(imported);
  const bool must_ask = file.changed() && !options.yes && !options.change.dry_run;
  if (must_ask) {
    checked(file);
    const bool person = !options.change.json && somebody_to_ask();
    if (!options.change.json) std::cout << file.diff();
    if (!person)
      throw Error(Fault::needs_terminal,
                  fmt::format("{} hosts would be added, and there is nobody to ask", imported.added.size()),
                  "look with --dry-run, then give --yes");
    if (!confirmed("Add them?")) {
      std::cout << "nothing was written\n";
      return 1;
    }
  }
  return finish_change(file, lock_for(path, change), imported.added, change, std::move(more), must_ask);
}

}  // namespace mcpssh::cli
