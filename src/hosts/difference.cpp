#include "hosts/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/text.hpp"
#include "hosts/routes.hpp"
#include "hosts/secret_source.hpp"

namespace mcpssh::hosts {
namespace {

using Source = SecretRef::Source;

/// What `ref` says when it is of that source.
template <Source wanted>
std::string named(const std::optional<SecretRef>& ref) {
  if (!ref || ref->source != wanted) return {};
  return wanted == Source::command ? base::join(ref->command, " ") : ref->name;
}

std::string yes_if(bool set) {
  return set ? "true" : "";
}

std::string count_text(std::size_t count) {
  return count == 0 ? "" : std::to_string(count);
}

std::string proxy_text(const Host& host) {
  if (!host.proxy) return {};
  const std::string user = host.proxy->user.empty() ? "" : host.proxy->user + "@";
  return fmt::format("{}://{}{}:{}", host.proxy->kind == Proxy::Kind::socks5 ? "socks5" : "http", user,
                     host.proxy->address, host.proxy->port);
}

std::optional<SecretRef> proxy_secret(const Host& host) {
  return host.proxy ? host.proxy->password : std::nullopt;
}
std::optional<SecretRef> sudo_secret(const Host& host) {
  return host.sudo ? host.sudo->password : std::nullopt;
}

/// A single value of a host, as a line can show it. `reconnect`: a connection made with another value must
/// end.
struct HostField {
  std::string_view name;
  std::string (*value)(const Host&);
  bool reconnect;
};

constexpr std::array host_fields = std::to_array<HostField>({
    {"unknown", [](const Host& h) { return std::string(h.unknown_allowed ? "allow" : "ask"); }, false},
    {"host", [](const Host& h) { return h.address; }, true},
    {"port", [](const Host& h) { return std::to_string(h.port); }, true},
    {"user", [](const Host& h) { return h.user; }, true},
    {"auth.method", [](const Host& h) { return methods_text(h.auth); }, true},
    {"auth.key_path", [](const Host& h) { return base::join(h.auth.key_paths, ", "); }, true},
    {"auth.certificate_path", [](const Host& h) { return h.auth.certificate_path; }, true},
    {"auth.agent_key", [](const Host& h) { return h.auth.agent_key; }, true},
    {"auth.passphrase_env", [](const Host& h) { return named<Source::environment>(h.auth.passphrase); }, true},
    {"auth.passphrase_file", [](const Host& h) { return named<Source::file>(h.auth.passphrase); }, true},
    {"auth.passphrase_command", [](const Host& h) { return named<Source::command>(h.auth.passphrase); }, true},
    {"auth.passphrase_credential", [](const Host& h) { return named<Source::credential>(h.auth.passphrase); },
     true},
    {"auth.password_env", [](const Host& h) { return named<Source::environment>(h.auth.password); }, true},
    {"auth.password_file", [](const Host& h) { return named<Source::file>(h.auth.password); }, true},
    {"auth.password_command", [](const Host& h) { return named<Source::command>(h.auth.password); }, true},
    {"auth.password_credential", [](const Host& h) { return named<Source::credential>(h.auth.password); },
     true},
    {"jump", [](const Host& h) { return base::join(h.jump, ", "); }, true},
    {"proxy_command", [](const Host& h) { return base::join(h.proxy_command, " "); }, true},
    {"proxy", proxy_text, true},
    {"proxy_password_env", [](const Host& h) { return named<Source::environment>(proxy_secret(h)); }, true},
    {"proxy_password_file", [](const Host& h) { return named<Source::file>(proxy_secret(h)); }, true},
    {"proxy_password_command", [](const Host& h) { return named<Source::command>(proxy_secret(h)); }, true},
    {"proxy_password_credential", [](const Host& h) { return named<Source::credential>(proxy_secret(h)); },
     true},
    {"host_key", [](const Host& h) { return base::join(h.host_keys, ", "); }, true},
    {"algorithms", [](const Host& h) { return h.algorithms.legacy ? std::string("legacy") : std::string(); },
     true},
    {"algorithms.kex", [](const Host& h) { return base::join(h.algorithms.key_exchange, ", "); }, true},
    {"algorithms.ciphers", [](const Host& h) { return base::join(h.algorithms.ciphers, ", "); }, true},
    {"algorithms.macs", [](const Host& h) { return base::join(h.algorithms.macs, ", "); }, true},
    {"algorithms.host_keys", [](const Host& h) { return base::join(h.algorithms.host_keys, ", "); }, true},
    {"algorithms.user_keys", [](const Host& h) { return base::join(h.algorithms.user_keys, ", "); }, true},
    {"limits.connections", [](const Host& h) { return count_text(h.limits.connections); }, true},
    {"limits.sessions", [](const Host& h) { return count_text(h.limits.sessions); }, true},
    {"limits.spare",
     [](const Host& h) { return h.limits.spare ? std::to_string(*h.limits.spare) : std::string(); }, true},
    {"shell", [](const Host& h) { return std::string(to_string(h.shell)); }, true},
    {"platform", [](const Host& h) { return h.platform; }, true},
    {"mode", [](const Host& h) { return std::string(to_string(h.mode)); }, true},
    {"host_key_checking",
     [](const Host& h) {
       return std::string(h.host_key_checking ? to_string(*h.host_key_checking) : std::string_view());
     },
     false},  // what counts is the effective value, which depends on the settings too
    {"approval",
     [](const Host& h) { return std::string(h.approval ? to_string(*h.approval) : std::string_view()); },
     false},
    {"approvals_needed",
     [](const Host& h) { return h.approvals_needed ? std::to_string(*h.approvals_needed) : std::string(); },
     false},
    {"workdir", [](const Host& h) { return h.workdir; }, false},
    {"sudo", [](const Host& h) { return yes_if(h.sudo.has_value()); }, false},
    {"sudo.password_env", [](const Host& h) { return named<Source::environment>(sudo_secret(h)); }, false},
    {"sudo.password_file", [](const Host& h) { return named<Source::file>(sudo_secret(h)); }, false},
    {"sudo.password_command", [](const Host& h) { return named<Source::command>(sudo_secret(h)); }, false},
    {"sudo.password_credential", [](const Host& h) { return named<Source::credential>(sudo_secret(h)); }, false},
    {"tunnel_dynamic", [](const Host& h) { return yes_if(h.tunnel_dynamic); }, false},
    {"tunnel_remote", [](const Host& h) { return yes_if(h.tunnel_remote); }, false},
    {"prompt_regex", [](const Host& h) { return h.prompt_regex; }, false},
    {"description", [](const Host& h) { return h.description; }, false},
});

struct SettingField {
  std::string_view name;
  std::string (*value)(const Settings&);
};

constexpr std::array<SettingField, 12> setting_fields{{
    {"idle_timeout", [](const Settings& s) { return std::to_string(s.idle_timeout.count()); }},
    {"command_timeout", [](const Settings& s) { return std::to_string(s.command_timeout.count()); }},
    {"keepalive_interval",
     [](const Settings& s) {
       return s.keepalive_interval ? std::to_string(s.keepalive_interval->count()) : std::string();
     }},
    {"max_output_bytes", [](const Settings& s) { return std::to_string(s.max_output_bytes); }},
    {"audit_log", [](const Settings& s) { return s.audit_log; }},
    {"known_hosts", [](const Settings& s) { return s.known_hosts; }},
    {"system_known_hosts", [](const Settings& s) { return s.system_known_hosts; }},
    {"host_key_checking", [](const Settings& s) { return std::string(to_string(s.host_key_checking)); }},
    {"approval", [](const Settings& s) { return std::string(to_string(s.approval)); }},
    {"approvals_needed", [](const Settings& s) { return std::to_string(s.approvals_needed); }},
    {"approvers_group", [](const Settings& s) { return s.approvers_group; }},
    {"trust_elicitation", [](const Settings& s) { return yes_if(s.trust_elicitation); }},
}};

std::string shown(std::string_view value) {
  return value.empty() ? "(not set)" : base::printable(value, 120);
}

std::vector<std::string> environment_texts(const Host& host) {
  std::vector<std::string> values;
  for (const auto& [name, value] : host.environment) values.push_back(name + "=" + value);
  return values;
}

std::vector<std::string> texts(const std::vector<TunnelTarget>& targets) {
  std::vector<std::string> values;
  for (const auto& target : targets) values.push_back(to_string(target));
  return values;
}

/// Never an argument of a command.
std::vector<std::string> totp_texts(const Settings& settings) {
  std::vector<std::string> values;
  for (const auto& [user, secret] : settings.approver_totp) values.push_back(user + ": " + name_of(secret));
  return values;
}

std::vector<std::string> texts(const std::vector<ArgvRule>& rules) {
  std::vector<std::string> values;
  for (const ArgvRule& rule : rules) values.push_back(to_string(rule));
  return values;
}

std::vector<std::string> texts(const std::vector<PatternText>& patterns) {
  std::vector<std::string> values;
  for (const PatternText& pattern : patterns) values.push_back(pattern.text);
  return values;
}

using Lines = std::vector<std::string>;

void compare_value(Lines& lines, std::string_view subject, std::string_view name, std::string_view before,
                   std::string_view after) {
  if (before != after)
    lines.push_back(fmt::format("{}: {} {} -> {}", subject, name, shown(before), shown(after)));
}

void compare_list(Lines& lines, std::string_view subject, std::string_view name,
                  const std::vector<std::string>& before, const std::vector<std::string>& after) {
  for (const std::string& item : before)
    if (std::ranges::count(after, item) == 0)
      lines.push_back(fmt::format("{}: {} without `{}`", subject, name, base::printable(item, 120)));
  for (const std::string& item : after)
    if (std::ranges::count(before, item) == 0)
      lines.push_back(fmt::format("{}: {} with `{}`", subject, name, base::printable(item, 120)));
}

void compare_hosts(Lines& lines, const Host& before, const Host& after) {
  const std::string subject = "host " + before.name;
  for (const HostField& field : host_fields)
    compare_value(lines, subject, field.name, field.value(before), field.value(after));
  compare_list(lines, subject, "groups", before.groups, after.groups);
  compare_list(lines, subject, "deny_patterns", texts(before.deny_patterns), texts(after.deny_patterns));
  compare_list(lines, subject, "allow_patterns", texts(before.allow_patterns), texts(after.allow_patterns));
  compare_list(lines, subject, "allow", texts(before.allow), texts(after.allow));
  compare_list(lines, subject, "deny", texts(before.deny), texts(after.deny));
  compare_list(lines, subject, "unlock", before.unlock, after.unlock);
  compare_list(lines, subject, "env", environment_texts(before), environment_texts(after));
  compare_list(lines, subject, "tunnel_targets", texts(before.tunnel_targets), texts(after.tunnel_targets));
  compare_list(lines, subject, "tunnel_remote_targets", texts(before.tunnel_remote_targets),
               texts(after.tunnel_remote_targets));
}

std::string introduced(const Host& host) {
  return fmt::format("host {}: added ({}@{} port {}, auth {}, mode {})", host.name,
                     base::printable(host.user), host.address, host.port, methods_text(host.auth),
                     to_string(host.mode));
}

using Index = std::unordered_map<std::string_view, const Host*>;

Index by_name(const Snapshot& snapshot) {
  Index index;
  for (const Host& host : snapshot.hosts) index.emplace(host.name, &host);
  return index;
}

bool same_connection(const Host& before, HostKeyChecking default_before, const Host& after,
                     HostKeyChecking default_after) {
  if (before.host_key_checking.value_or(default_before) != after.host_key_checking.value_or(default_after))
    return false;
  return std::ranges::all_of(host_fields, [&](const HostField& field) {
    return !field.reconnect || field.value(before) == field.value(after);
  });
}

}  // namespace

std::vector<std::string> policy_difference(const Snapshot& before, const Snapshot& after) {
  Lines lines;
  for (const SettingField& field : setting_fields)
    compare_value(lines, "settings", field.name, field.value(before.settings), field.value(after.settings));
  compare_list(lines, "settings", "deny_patterns", texts(before.settings.deny_patterns),
               texts(after.settings.deny_patterns));
  compare_list(lines, "settings", "ssh_config", before.settings.ssh_config, after.settings.ssh_config);
  compare_list(lines, "settings", "approver_totp", totp_texts(before.settings), totp_texts(after.settings));
  const Index old_hosts = by_name(before);
  const Index new_hosts = by_name(after);
  for (const Host& host : before.hosts) {
    if (const auto found = new_hosts.find(host.name); found != new_hosts.end())
      compare_hosts(lines, host, *found->second);
    else
      lines.push_back(fmt::format("host {}: removed", host.name));
  }
  for (const Host& host : after.hosts)
    if (!old_hosts.contains(host.name)) lines.push_back(introduced(host));
  return lines;
}

std::vector<std::string> connections_to_close(const Snapshot& before, const Snapshot& after) {
  const bool other_keys = before.settings.known_hosts != after.settings.known_hosts ||
                          before.settings.system_known_hosts != after.settings.system_known_hosts;
  const Index new_hosts = by_name(after);
  std::set<const Host*> ended;
  for (const Host& host : before.hosts) {
    const auto found = new_hosts.find(host.name);
    if (other_keys || found == new_hosts.end() ||
        !same_connection(host, before.settings.host_key_checking, *found->second,
                         after.settings.host_key_checking))
      ended.insert(&host);
  }
  // A way ends with each of its hops.
  std::vector<std::string> names;
  const Routes routes(before);
  for (const Host& host : before.hosts)
    if (ended.contains(&host) ||
        std::ranges::any_of(routes.hops_to(host), [&](const Host* hop) { return ended.contains(hop); }))
      names.push_back(host.name);
  return names;
}

}  // namespace mcpssh::hosts
