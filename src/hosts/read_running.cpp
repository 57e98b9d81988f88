// What runs on a host and passes through it, and how much of it.
#include <fmt/format.h>

#include "hosts/readers.hpp"
#include "hosts/route_values.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t most_variables = 64;
constexpr std::size_t most_targets = 256;

void read_environment(const Section& section, Host& host) {
  const YamlNode* node = section.find("env");
  if (node == nullptr || node->kind == YamlNode::Kind::null) return;
  if (node->kind != YamlNode::Kind::mapping)
    section.fail(section.place(*node),
                 fmt::format("{} must be a mapping (`NAME: value` lines)", section.path("env")));
  for (const YamlNode& item : node->items) {
    Place place = section.place(item);
    place.line = item.key_line;
    if (const auto problem = problem_of_remote_variable(item.key))
      section.fail(place, fmt::format("{}: {}", section.path("env"), *problem));
    const std::string path = fmt::format("{}.{}", section.path("env"), item.key);
    if (item.kind != YamlNode::Kind::scalar && item.kind != YamlNode::Kind::null)
      section.fail(place, fmt::format("{} must be a text", path));
    if (const auto problem = problem_of_remote_value(item.text))
      section.fail(place, fmt::format("{} {}", path, *problem));
    host.environment.emplace_back(item.key, item.text);
  }
  if (host.environment.size() > most_variables)
    section.fail(section.place("env"),
                 fmt::format("{} holds more than {} variables", section.path("env"), most_variables));
}

void read_sudo(const Section& section, Host& host) {
  const YamlNode* node = section.find("sudo");
  if (node == nullptr) return;
  if (node->kind != YamlNode::Kind::mapping) {
    if (section.flag("sudo").value_or(false)) host.sudo.emplace();
    return;
  }
  host.sudo.emplace();
  host.sudo->password = read_secret(section.inner("sudo", sudo_keys), "password",
                                    fmt::format("sudo password of host {}", host.name));
}

void read_limits(const Section& section, Host& host) {
  if (!section.has("limits")) return;
  const Section limits = section.inner("limits", limit_keys);
  const auto count = [&](std::string_view key) {
    return static_cast<std::size_t>(limits.number(key).value_or(0));
  };
  host.limits.connections = count("connections");
  host.limits.sessions = count("sessions");
  if (limits.has("spare")) host.limits.spare = count("spare");
}

std::vector<TunnelTarget> read_targets(const Section& section, std::string_view key) {
  std::vector<TunnelTarget> targets;
  for (const auto& target : section.one_or_more(key, problem_of_tunnel_target))
    targets.push_back(tunnel_target_of(target));
  if (targets.size() > most_targets)
    section.fail(section.place(key),
                 fmt::format("{} holds more than {} targets", section.path(key), most_targets));
  return targets;
}

void read_tunnels(const Section& section, Host& host) {
  host.tunnel_targets = read_targets(section, "tunnel_targets");
  host.tunnel_remote_targets = read_targets(section, "tunnel_remote_targets");
  host.tunnel_dynamic = section.flag("tunnel_dynamic").value_or(false);
  host.tunnel_remote = section.flag("tunnel_remote").value_or(false);
  if (host.tunnel_dynamic && host.tunnel_targets.empty())
    section.fail(section.place("tunnel_dynamic"),
                 fmt::format("{} leads nowhere without tunnel_targets", section.path("tunnel_dynamic")),
                 "list the targets it may reach in `tunnel_targets`");
}

}  // namespace

void read_running(const Section& section, Host& host) {
  for (const std::string_view key : {"workdir", "env", "sudo"})
    if (host.shell == ShellKind::cli && section.has(key))
      section.fail(section.place(key), fmt::format("{} has no effect with `shell: cli`", section.path(key)),
                   "remove it");
  host.workdir = section.text("workdir", problem_of_workdir).value_or("");
  read_environment(section, host);
  read_sudo(section, host);
  read_limits(section, host);
  read_tunnels(section, host);
}

}  // namespace mcpssh::hosts
