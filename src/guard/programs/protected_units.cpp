#include "guard/programs/protected_units.hpp"

#include <algorithm>
#include <array>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array<std::string_view, 63> units{"ssh",
                                                 "sshd",
                                                 "dropbear",
                                                 "openssh",
                                                 "openssh-server",
                                                 "network",
                                                 "networking",
                                                 "NetworkManager",
                                                 "network-manager",
                                                 "wicked",
                                                 "wickedd",
                                                 "netplan",
                                                 "connman",
                                                 "dhcpcd",
                                                 "dhclient",
                                                 "wpa_supplicant",
                                                 "netctl",
                                                 "ifupdown",
                                                 "firewall",
                                                 "firewalld",
                                                 "ufw",
                                                 "nftables",
                                                 "iptables",
                                                 "ip6tables",
                                                 "netfilter-persistent",
                                                 "shorewall",
                                                 "ferm",
                                                 "csf",
                                                 "ebtables",
                                                 "pf",
                                                 "auditd",
                                                 "dbus",
                                                 "dbus-broker",
                                                 "dbus-daemon",
                                                 "messagebus",
                                                 "rsyslog",
                                                 "rsyslogd",
                                                 "syslog",
                                                 "syslogd",
                                                 "syslog-ng",
                                                 "fail2ban",
                                                 "fail2ban-server",
                                                 "crowdsec",
                                                 "sshguard",
                                                 "apparmor",
                                                 "selinux",
                                                 "polkit",
                                                 "polkitd",
                                                 "init",
                                                 "udev",
                                                 "udevd",
                                                 "eudev",
                                                 "elogind",
                                                 "sssd",
                                                 "nscd-ldap",
                                                 "getty",
                                                 "agetty",
                                                 "tailscaled",
                                                 "openvpn",
                                                 "systemd",
                                                 "kthreadd",
                                                 "multipathd",
                                                 "osqueryd"};
constexpr std::array<std::string_view, 8> prefixes{"systemd-",  "sshd@",    "ssh@",  "getty@",
                                                   "wg-quick@", "openvpn@", "user@", "serial-getty@"};

std::string_view without_kind(std::string_view unit) {
  const auto dot = unit.rfind('.');
  constexpr std::array<std::string_view, 5> kinds{"service", "socket", "target", "mount", "slice"};
  return dot != std::string_view::npos && is_one_of(unit.substr(dot + 1), kinds) ? unit.substr(0, dot) : unit;
}

/// Slices, targets and mounts without which nothing else of the host runs.
bool carries_the_host(std::string_view unit) {
  constexpr std::array<std::string_view, 26> others{"init.scope",
                                                    "-.slice",
                                                    "system.slice",
                                                    "user.slice",
                                                    "machine.slice",
                                                    "sysinit.target",
                                                    "basic.target",
                                                    "local-fs.target",
                                                    "local-fs-pre.target",
                                                    "remote-fs.target",
                                                    "multi-user.target",
                                                    "graphical.target",
                                                    "default.target",
                                                    "network.target",
                                                    "network-online.target",
                                                    "network-pre.target",
                                                    "sockets.target",
                                                    "paths.target",
                                                    "timers.target",
                                                    "slices.target",
                                                    "swap.target",
                                                    "-.mount",
                                                    "home.mount",
                                                    "usr.mount",
                                                    "var.mount",
                                                    "boot.mount"};
  return is_one_of(unit, others) || (unit.starts_with("user-") && unit.ends_with(".slice")) ||
         unit.starts_with("session-");
}

}  // namespace

bool is_protected_unit(const Field& unit) {
  if (unit.opaque()) return true;
  const std::string_view name = without_kind(unit.text());
  // systemctl and pkill have patterns of their own, so a quoted one counts as well.
  const auto pattern_at = unit.text().find_first_of("*?[");
  if (!unit.literal() || pattern_at != std::string::npos) {
    const auto prefix = std::string_view(unit.text()).substr(0, pattern_at);
    const auto begins = [&](std::string_view one) { return one.starts_with(prefix); };
    return prefix.empty() || std::ranges::any_of(units, begins) ||
           std::ranges::any_of(prefixes, [&](std::string_view one) {
             return one.starts_with(prefix) || prefix.starts_with(one);
           });
  }
  return is_one_of(name, units) || carries_the_host(unit.text()) ||
         std::ranges::any_of(prefixes, [&](std::string_view one) { return name.starts_with(one); });
}

}  // namespace mcpssh::guard
