#include "hosts/import/found_hosts.hpp"

#include <string_view>
#include <utility>

#include "base/file.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "hosts/ssh_config_read.hpp"

namespace mcpssh::hosts {
namespace {

using Fields = std::vector<std::pair<std::string, YamlNode>>;

void put_text(Fields& fields, const std::string& key, std::string_view value) {
  if (!value.empty()) fields.emplace_back(key, yaml_scalar(std::string(value)));
}

/// One value as itself, several as a list.
void put_some(Fields& fields, const std::string& key, const std::vector<std::string>& values) {
  if (values.size() == 1) return put_text(fields, key, values.front());
  if (!values.empty()) fields.emplace_back(key, yaml_list(values));
}

YamlNode auth_of(const Auth& auth) {
  Fields fields;
  std::vector<std::string> methods;
  for (const AuthMethod method : auth.methods) methods.emplace_back(to_string(method));
  put_some(fields, "method", methods);
  put_some(fields, "key_path", auth.key_paths);
  put_text(fields, "certificate_path", auth.certificate_path);
  put_text(fields, "agent_key", auth.agent_key);
  return yaml_mapping(std::move(fields));
}

}  // namespace

FoundHosts hosts_of_ssh_config(const std::vector<std::string>& patterns,
                               const std::optional<std::filesystem::path>& file,
                               const Environment& environment) {
  Snapshot working;
  working.settings.ssh_config = patterns;
  import_ssh_config(working, environment, file);
  FoundHosts found;
  found.notes = std::move(working.notes);
  found.hosts = std::move(working.hosts);
  return found;
}

YamlNode entry_of(const Host& host) {
  Fields fields;
  put_text(fields, "host", host.address);
  if (host.port != 22) put_text(fields, "port", std::to_string(host.port));
  put_text(fields, "user", host.user);
  if (!host.auth.methods.empty()) fields.emplace_back("auth", auth_of(host.auth));
  put_some(fields, "jump", host.jump);
  if (host.shell == ShellKind::cli) put_text(fields, "shell", to_string(host.shell));
  put_text(fields, "platform", host.platform);
  put_text(fields, "description", host.description);
  if (!host.groups.empty()) fields.emplace_back("groups", yaml_list(host.groups));
  if (host.mode != Mode::standard) put_text(fields, "mode", to_string(host.mode));
  return yaml_mapping(std::move(fields));
}

}  // namespace mcpssh::hosts
