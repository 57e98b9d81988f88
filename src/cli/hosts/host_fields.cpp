#include "cli/hosts/host_fields.hpp"

#include <array>

#include "base/text.hpp"
#include "hosts/edit/yaml_write.hpp"

namespace mcpssh::cli {
namespace {

using Kind = HostField::Kind;

constexpr std::array fields = std::to_array<HostField>({
    {"host", "host", Kind::text, "DNS name or IP address"},
    {"port", "port", Kind::text, "1 to 65535; without it 22"},
    {"user", "user", Kind::text, "Login name"},
    {"auth", "auth.method", Kind::one_or_more,
     "How to log in, tried in turn: key, agent, password, keyboard-interactive, none, gssapi"},
    {"key", "auth.key_path", Kind::one_or_more, "File of a private key"},
    {"certificate", "auth.certificate_path", Kind::text, "File of an OpenSSH certificate for the key"},
    {"agent-key", "auth.agent_key", Kind::text,
     "The only key of the agent to offer: SHA256:... or its .pub file"},
    {"passphrase-env", "auth.passphrase_env", Kind::text, "Environment variable with the key's passphrase"},
    {"passphrase-file", "auth.passphrase_file", Kind::text, "File with it"},
    {"passphrase-command", "auth.passphrase_command", Kind::text, "Command that prints it"},
    {"password-env", "auth.password_env", Kind::text, "Environment variable with the password"},
    {"password-file", "auth.password_file", Kind::text, "File with it"},
    {"password-command", "auth.password_command", Kind::text, "Command that prints it"},
    {"jump", "jump", Kind::one_or_more, "Configured host on the way there"},
    {"proxy", "proxy", Kind::text, "socks5://[user@]address:port or http://..."},
    {"proxy-command", "proxy_command", Kind::text, "Program whose stdin and stdout are the connection"},
    {"host-key", "host_key", Kind::one_or_more, "Pinned host key: SHA256:... or 'ssh-ed25519 AAAA...'"},
    {"algorithms", "algorithms", Kind::text, "legacy: also what only old equipment knows"},
    {"shell", "shell", Kind::text, "posix, or cli for a network device"},
    {"platform", "platform", Kind::text, "What the device is: cisco_ios, juniper_junos, ..."},
    {"prompt-regex", "prompt_regex", Kind::text, "What a device's prompt ends with"},
    {"description", "description", Kind::text, "One line for people and assistants"},
    {"group", "groups", Kind::list, "A group the host is in (@group)"},
    {"mode", "mode", Kind::text, "standard, readonly, restricted or full"},
    {"approval", "approval", Kind::text, "auto, human, model or none"},
    {"host-key-checking", "host_key_checking", Kind::text, "strict, accept-new or off"},
    {"unknown", "unknown", Kind::text, "allow: programs the guard does not know run without a question"},
    {"allow-pattern", "allow_patterns", Kind::list, "Regular expression for mode restricted"},
    {"deny-pattern", "deny_patterns", Kind::list, "Regular expression that needs approval"},
    {"unlock", "unlock", Kind::list, "Id of a built-in deny rule that a person may approve"},
    {"workdir", "workdir", Kind::text, "Where commands start"},
    {"sudo-password-env", "sudo.password_env", Kind::text, "Environment variable with the password of sudo"},
    {"sudo-password-file", "sudo.password_file", Kind::text, "File with it"},
    {"tunnel-target", "tunnel_targets", Kind::list, "address:port that tunnels may lead to"},
    {"tunnel-remote-target", "tunnel_remote_targets", Kind::list,
     "address:port here that a port of the host may lead back to"},
});

}  // namespace

std::span<const HostField> host_fields() {
  return fields;
}

hosts::YamlNode field_value(const HostField& field, const std::vector<std::string>& values) {
  const bool one = values.size() == 1 && field.kind != Kind::list;
  return one ? hosts::yaml_scalar(values.front()) : hosts::yaml_list(values);
}

std::vector<std::string> field_values(const hosts::YamlNode& entry, std::string_view dotted_key) {
  const hosts::YamlNode* at = &entry;
  for (const auto part : base::split(dotted_key, '.')) {
    at = at->find(part);
    if (at == nullptr) return {};
  }
  if (at->kind == hosts::YamlNode::Kind::scalar) return {at->text};
  std::vector<std::string> values;
  if (at->kind == hosts::YamlNode::Kind::sequence)
    for (const auto& item : at->items)
      values.push_back(item.kind == hosts::YamlNode::Kind::scalar ? item.text : hosts::written_flow(item));
  return values;
}

}  // namespace mcpssh::cli
