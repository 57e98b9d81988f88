#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/import/ansible_inventory.hpp"
#include "hosts/values.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Fault;
using std::string_view;

/// Ansible's network_os and the last part of its collection's name, and what we call it.
constexpr std::array platforms =
    std::to_array<std::pair<string_view, string_view>>({{"ios", "cisco_ios"},
                                                        {"nxos", "cisco_nxos"},
                                                        {"asa", "cisco_asa"},
                                                        {"eos", "arista_eos"},
                                                        {"junos", "juniper_junos"},
                                                        {"routeros", "mikrotik_routeros"},
                                                        {"fortios", "fortinet"},
                                                        {"panos", "paloalto_panos"},
                                                        {"ce", "huawei"},
                                                        {"vyos", "vyos"},
                                                        {"aoscx", "aruba_oscx"},
                                                        {"exos", "extreme_exos"},
                                                        {"sros", "nokia_sros"},
                                                        {"frr", "frr"}});

std::string login_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

/// Which groups a host is in, and which variables hold for it.
class Members {
 public:
  Members(const AnsibleInventory& inventory, const std::string& file) : inventory_(inventory), file_(file) {
    for (const auto& name : inventory.groups)
      for (const auto& child : inventory.group.at(name).children) parents_[child].push_back(name);
    for (const auto& name : inventory.groups)
      for (const auto& host : inventory.group.at(name).hosts) groups_of_[host].push_back(name);
  }

  /// With all above them, the outermost first; without `all`.
  std::vector<std::string> groups(const std::string& host) {
    std::set<std::pair<std::size_t, std::string>> ordered;
    if (const auto own = groups_of_.find(host); own != groups_of_.end())
      for (const auto& name : own->second) climb(name, ordered, 0);
    std::vector<std::string> names;
    for (const auto& [depth, name] : ordered) names.push_back(name);
    return names;
  }

  AnsibleVariables variables(const std::string& host) {
    AnsibleVariables all;
    const auto add = [&](const AnsibleVariables& more) {
      for (const auto& [name, value] : more) all[name] = value;
    };
    if (const auto top = inventory_.group.find("all"); top != inventory_.group.end())
      add(top->second.variables);
    for (const auto& name : groups(host)) add(inventory_.group.at(name).variables);
    add(inventory_.host_variables.at(host));
    return all;
  }

 private:
  void climb(const std::string& name, std::set<std::pair<std::size_t, std::string>>& into, std::size_t hops) {
    if (hops > inventory_.groups.size())
      throw Error(Fault::import_failed,
                  fmt::format("{}: group `{}` is its own child", file_, base::printable(name, 80)));
    if (name == "all") return;
    if (!into.emplace(depth_of(name, 0), name).second) return;
    if (const auto above = parents_.find(name); above != parents_.end())
      for (const auto& parent : above->second) climb(parent, into, hops + 1);
  }

  std::size_t depth_of(const std::string& name, std::size_t hops) {
    if (const auto known = depths_.find(name); known != depths_.end()) return known->second;
    if (hops > inventory_.groups.size())
      throw Error(Fault::import_failed,
                  fmt::format("{}: group `{}` is its own child", file_, base::printable(name, 80)));
    std::size_t depth = 1;
    if (const auto above = parents_.find(name); above != parents_.end())
      for (const auto& parent : above->second)
        if (parent != "all") depth = std::max(depth, depth_of(parent, hops + 1) + 1);
    depths_[name] = depth;
    return depth;
  }

  const AnsibleInventory& inventory_;
  const std::string& file_;
  std::map<std::string, std::vector<std::string>> parents_, groups_of_;
  std::map<std::string, std::size_t> depths_;
};

class Taking {
 public:
  Taking(const AnsibleInventory& inventory, const std::string& file)
      : inventory_(inventory), file_(file), members_(inventory, file), own_name_(login_name()) {
    found_.notes = inventory.notes;
  }

  FoundHosts run() {
    for (const auto& name : inventory_.hosts) take(name);
    for (const auto& why : reasons_) {
      const auto& names = by_reason_[why];
      const std::vector<std::string> first(
          names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 5)));
      found_.notes.push_back(
          fmt::format("{}{}: {}", base::join(first, ", "),
                      names.size() > 5 ? fmt::format(" and {} more", names.size() - 5) : "", why));
    }
    return std::move(found_);
  }

 private:
  /// One line for all the hosts it is said of.
  void note(const std::string& host, const std::string& why) {
    auto& names = by_reason_[why];
    if (names.empty()) reasons_.push_back(why);
    names.push_back(base::printable(host, 80));
  }

  static std::string value(const AnsibleVariables& variables, std::initializer_list<string_view> names) {
    for (const auto name : names)
      if (const auto at = variables.find(std::string(name)); at != variables.end() && !at->second.empty())
        return at->second;
    return {};
  }

  void drop_templates(const std::string& name, AnsibleVariables& variables) {
    for (auto& [key, text] : variables) {
      if (text.find("{{") == std::string::npos && text.find("{%") == std::string::npos) continue;
      if (key.starts_with("ansible_")) note(name, fmt::format("{} is left out: it is a template", key));
      text.clear();
    }
  }

  void take(const std::string& name) {
    AnsibleVariables variables = members_.variables(name);
    for (const auto& [key, text] : variables)
      if (key.starts_with("ansible_") && names_a_secret(key))
        note(name, fmt::format("{} is not imported: secrets do not go into hosts.yaml; name where it is with "
                               "auth.password_env, password_file or password_command",
                               base::printable(key, 80)));
    drop_templates(name, variables);
    Host host;
    host.name = name;
    host.place = Place{file_, inventory_.lines.at(name)};
    if (const auto problem = problem_of_name(name)) return note(name, "left out: the name " + *problem);
    if (!take_way(variables, host) || !take_login(variables, host)) return;
    for (const auto& group : members_.groups(name))
      if (group != "ungrouped" && !problem_of_name(group)) host.groups.push_back(group);
    found_.hosts.push_back(std::move(host));
  }

  bool take_way(const AnsibleVariables& variables, Host& host) {
    const auto connection = value(variables, {"ansible_connection"});
    const auto short_name = connection.substr(connection.rfind('.') + 1);
    if (short_name == "network_cli" || short_name == "netconf")
      host.shell = ShellKind::cli;
    else if (!short_name.empty() && short_name != "ssh" && short_name != "smart" &&
             short_name != "paramiko" && short_name != "paramiko_ssh")
      return left_out(
          host, fmt::format("left out: ansible_connection is {}, not SSH", base::printable(connection, 60)));
    host.address = value(variables, {"ansible_host", "ansible_ssh_host"});
    if (host.address.empty()) host.address = host.name;
    if (const auto problem = problem_of_address(host.address))
      return left_out(host, "left out: ansible_host " + *problem);
    const auto port = value(variables, {"ansible_port", "ansible_ssh_port"});
    unsigned number = 22;
    if (!port.empty()) {
      const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
      if (failed != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535)
        return left_out(host, "left out: ansible_port is not a port");
    }
    host.port = static_cast<std::uint16_t>(number);
    take_platform(variables, host);
    const auto extra =
        value(variables, {"ansible_ssh_common_args"}) + value(variables, {"ansible_ssh_extra_args"});
    if (!extra.empty())
      note(host.name,
           "ansible_ssh_common_args and ansible_ssh_extra_args are not imported; add `jump` where the "
           "way leads through another host");
    return true;
  }

  static void take_platform(const AnsibleVariables& variables, Host& host) {
    const auto system = value(variables, {"ansible_network_os"});
    const string_view last = string_view(system).substr(system.rfind('.') + 1);
    for (const auto& [theirs, ours] : platforms)
      if (theirs == last) host.platform = ours;
  }

  bool left_out(const Host& host, const std::string& why) {
    note(host.name, why);
    return false;
  }

  bool take_login(const AnsibleVariables& variables, Host& host) {
    host.user = value(variables, {"ansible_user", "ansible_ssh_user"});
    if (host.user.empty()) host.user = own_name_;
    if (const auto problem = problem_of_user(host.user))
      return left_out(host, "left out: ansible_user " + *problem);
    const auto key = value(variables, {"ansible_ssh_private_key_file", "ansible_private_key_file"});
    if (key.empty()) return true;
    if (const auto problem = problem_of_path(key))
      return left_out(host, "left out: ansible_ssh_private_key_file " + *problem);
    host.auth.methods = {AuthMethod::agent, AuthMethod::key};
    host.auth.key_paths = {key};
    return true;
  }

  const AnsibleInventory& inventory_;
  const std::string& file_;
  Members members_;
  std::string own_name_;
  std::vector<std::string> reasons_;
  std::map<std::string, std::vector<std::string>> by_reason_;
  FoundHosts found_;
};

bool looks_like_yaml(const fs::path& file, string_view text) {
  const auto extension = file.extension();
  if (extension == ".yml" || extension == ".yaml" || extension == ".json") return true;
  if (extension == ".ini" || extension == ".cfg") return false;
  return text.starts_with("---") || text.starts_with("all:") || text.find("\nall:") != string_view::npos;
}

}  // namespace

bool names_a_secret(string_view variable) {
  for (const string_view word : {"pass", "secret", "token", "vault", "passphrase", "credential"})
    if (variable.find(word) != string_view::npos) return true;
  return false;
}

FoundHosts hosts_of_inventory(const AnsibleInventory& inventory, const std::string& file) {
  return Taking(inventory, file).run();
}

FoundHosts hosts_of_ansible(const fs::path& file) {
  std::error_code ignored;
  if (fs::is_directory(file, ignored))
    throw Error(
        ErrorCode::invalid_argument, fmt::format("{} is a directory", file.string()),
        "name one file of it, or write all of it into one: ansible-inventory --list --yaml --output FILE");
  const std::string text = base::read_file(file, limits::yaml_bytes);
  if (text.starts_with("#!"))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} is a program, and importing runs none", file.string()),
                "let Ansible write it into a file: ansible-inventory --list --yaml --output FILE");
  const std::string name = file.string();
  if (!base::is_utf8(text)) throw Error(Fault::import_failed, name + " is not UTF-8 text");
  auto found = hosts_of_inventory(
      looks_like_yaml(file, text) ? read_ansible_yaml(text, name) : read_ansible_ini(text, name), name);
  for (const auto* folder : {"group_vars", "host_vars"})
    if (fs::exists(file.parent_path() / folder, ignored))
      found.notes.push_back(fmt::format("{} is not read: only what stands in {} itself", folder, name));
  return found;
}

}  // namespace mcpssh::hosts
