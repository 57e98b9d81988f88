#include "cli/doctor/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "base/text.hpp"

namespace mcpssh::cli::doctor {
namespace {

using gateway::Outcome;
using gateway::State;

/// What the kernel says of a login that nothing confines.
constexpr std::string_view unconfined = "unconfined";

bool exited_fine(const Outcome& outcome) {
  return outcome.state == State::exited && outcome.exit_code == 0;
}

std::string address_in(std::string_view text) {
  boost::system::error_code no;
  const auto address = boost::asio::ip::make_address(std::string(text), no);
  return no ? std::string() : address.to_string();
}

Advice own_login() {
  return {"a login of its own for the agent, not root: the kernel then says no where the guard is wrong",
          "useradd --create-home --shell /bin/sh mcp-agent\n"
          "usermod -aG adm,systemd-journal mcp-agent   # reads logs"};
}

Advice narrow_sudo(const std::string& user) {
  return {
      "narrow sudoers: sudo runs everything for this login. Full paths and fixed arguments, no editors, "
      "pagers or "
      "interpreters, no `ALL, !command`",
      fmt::format(
          "{0} ALL=(root) NOEXEC: /usr/bin/systemctl restart nginx, /usr/bin/journalctl -u nginx --no-pager\n"
          "Defaults:{0} log_subcmds   # with visudo -f /etc/sudoers.d/{0}",
          user)};
}

std::string or_placeholder(const std::string& our_address) {
  return our_address.empty() ? "ADDRESS-OF-THIS-MACHINE" : our_address;
}

Advice restricted_key(const HostFacts& facts, bool forwards) {
  return {
      fmt::format(
          "restrict the key in authorized_keys: no forwarding of agents{}, only from this machine; for a key "
          "with one job, command=\"...\" too",
          forwards ? "" : " and ports"),
      fmt::format("restrict,pty{},from=\"{}\" ssh-ed25519 AAAA... mcp-ssh",
                  forwards ? ",port-forwarding" : "", or_placeholder(facts.our_address))};
}

Advice sshd_block(const std::string& user, bool forwards) {
  return {
      "the same in sshd_config, where the login cannot change it",
      fmt::format("Match User {}\n{}    PermitUserRC no\n    X11Forwarding no\n    AllowAgentForwarding no",
                  user, forwards ? "" : "    AllowTcpForwarding no\n")};
}

Advice read_only_view(const std::string& user) {
  return {
      "this host is read-only for the guard; a forced command makes its files so for the kernel, and hides "
      "the "
      "sockets in /run (Docker, D-Bus); sockets elsewhere and the network stay",
      fmt::format("Match User {}\n    ForceCommand bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp "
                  "--tmpfs /run --unshare-user --unshare-ipc --die-with-parent sh -c "
                  "\"${{SSH_ORIGINAL_COMMAND:-sh -i}}\"",
                  user)};
}

Advice certificates(const HostFacts& facts, const std::string& user) {
  return {"short-lived certificates in place of a key that lives for years",
          fmt::format("ssh-keygen -s ca_key -I mcp-ssh -n {} -V +1d -O source-address={} id_ed25519.pub",
                      base::shell_quote(user), or_placeholder(facts.our_address))};
}

Advice confinement(const std::string& user) {
  return {"SELinux or AppArmor for the login: nothing confines it",
          fmt::format("semanage login -a -s user_u {}   # where SELinux is on", base::shell_quote(user))};
}

Advice audit(const HostFacts& facts, const std::string& user) {
  const std::string install = facts.audited == false ? "apt-get install auditd   # it does not run\n" : "";
  return {"auditd rules on the login: a second record, which mcp-ssh cannot forge",
          install + "auditctl -a always,exit -F arch=b64 -S execve -F auid=$(id -u " +
              base::shell_quote(user) + ") -k mcp-ssh"};
}

Advice snapshots() {
  return {"snapshots before risk (zfs snapshot, lvcreate -s), and backups that the login cannot reach", ""};
}

/// Whose command line, and what it has against too many rights.
struct DeviceAdvice {
  std::string_view platform, what, how;
};
constexpr std::array devices = std::to_array<DeviceAdvice>({
    {"cisco", "a parser view or privilege level of its own for the login",
     "parser view MCP\n secret ...\n commands exec include all show\nusername mcp view MCP secret ..."},
    {"arista", "a role of its own for the login",
     "role mcp\n 10 permit mode exec command show .*\n 20 deny command .*\nusername mcp role mcp secret ..."},
    {"juniper", "a login class of its own with the commands it needs",
     "set system login class mcp permissions view\nset system login class mcp deny-commands \"request|start "
     "shell\"\n"
     "set system login user mcp class mcp"},
    {"routeros", "a group of its own with `read` only",
     "/user group add name=mcp policy=ssh,read,test\n/user set mcp group=mcp"},
    {"mikrotik", "a group of its own with `read` only",
     "/user group add name=mcp policy=ssh,read,test\n/user set mcp group=mcp"},
    {"forti", "an access profile that reads only",
     "config system accprofile\n edit mcp\n  set sysgrp read\n  set netgrp read\n next\nend"},
    {"paloalto", "an admin role that reads only", "set shared admin-role mcp role device cli devicereader"},
    {"panos", "an admin role that reads only", "set shared admin-role mcp role device cli devicereader"},
});

std::vector<Advice> for_device(const hosts::Host& host) {
  std::vector<Advice> all{
      {"per-command authorization by TACACS+ or RADIUS: the device then says no where the guard is wrong",
       ""}};
  for (const auto& each : devices)
    if (host.platform.starts_with(each.platform))
      all.push_back({std::string(each.what), std::string(each.how)});
  if (all.size() == 1)
    all.push_back({"a login of its own with the least privilege level that does the job", ""});
  all.push_back(
      {"changes that undo themselves, where the device can: commit confirmed, reload in 5, safe mode", ""});
  return all;
}

std::vector<Advice> for_windows() {
  return {
      {"a login of its own that is no administrator; the guard does not read its language, so every command "
       "asks",
       ""}};
}

}  // namespace

void take_identity(const Outcome& outcome, HostFacts& facts) {
  if (outcome.state != State::exited) return;  // the last command of the three may fail
  const auto lines = base::split(outcome.out.head, '\n');
  if (lines.size() < 2 || lines[0].empty() ||
      lines[0].find_first_not_of("0123456789") != std::string_view::npos)
    return;
  facts.root = lines[0] == "0";
  facts.our_address = address_in(lines[1].substr(0, lines[1].find(' ')));
  const auto label = lines.size() > 2 ? base::trim(lines[2]) : std::string_view();
  facts.confined = !label.empty() && !label.contains(unconfined) && label != "kernel";
}

void take_audit(const Outcome& outcome, HostFacts& facts) {
  if (outcome.state == State::exited && (outcome.exit_code == 0 || outcome.exit_code == 1))
    facts.audited = outcome.exit_code == 0;
}

void take_sudo_list(const Outcome& outcome, HostFacts& facts) {
  if (!exited_fine(outcome)) return;
  bool all = false;
  for (const auto line : base::split(outcome.out.head, '\n')) {
    const auto rule = base::trim(line);
    const auto commands = rule.starts_with('(') ? rule.substr(std::min(rule.find(')') + 1, rule.size())) : "";
    all = all || base::trim(commands.substr(std::min(commands.rfind(':') + 1, commands.size()))) == "ALL";
  }
  facts.sudo_all = all;
}

std::vector<Advice> advice_for(const hosts::Host& host, const HostFacts& facts) {
  if (host.shell == hosts::ShellKind::cli) return for_device(host);
  if (host.platform == "windows") return for_windows();
  const std::string user = base::printable(host.user, 64);
  const bool forwards =
      !host.tunnel_targets.empty() || host.tunnel_dynamic || !host.tunnel_remote_targets.empty();
  const bool by_key = facts.auth_method.empty() || facts.auth_method.starts_with("publickey");
  const std::string limited = facts.root.value_or(host.user == "root") ? "mcp-agent" : user;
  std::vector<Advice> all;
  if (facts.root.value_or(host.user == "root")) all.push_back(own_login());
  if (host.sudo && facts.sudo_all.value_or(true)) all.push_back(narrow_sudo(limited));
  if (by_key) all.push_back(restricted_key(facts, forwards));
  all.push_back(sshd_block(limited, forwards));
  if (host.mode == hosts::Mode::readonly) all.push_back(read_only_view(limited));
  if (by_key && !facts.auth_method.contains("cert")) all.push_back(certificates(facts, limited));
  if (!facts.confined.value_or(false)) all.push_back(confinement(limited));
  all.push_back(audit(facts, limited));
  all.push_back(snapshots());
  return all;
}

}  // namespace mcpssh::cli::doctor
