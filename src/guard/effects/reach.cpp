// What places of the file system are to the system.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/effects/places.hpp"
#include "guard/shell/path.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array<Place, 9> accounts{"**/etc/passwd",  "**/etc/shadow",  "**/etc/group",
                                        "**/etc/gshadow", "**/etc/sudoers", "/etc/passwd-",
                                        "/etc/shadow-",   "/etc/doas.conf", "/etc/master.passwd"};

constexpr std::array<Place, 34> identity{"**/etc/sudoers.d/",
                                         "**/etc/pam.d/",
                                         "/etc/pam.conf",
                                         "/etc/security/",
                                         "**/etc/ssh/sshd*",
                                         "/etc/ssh/ssh_host_*",
                                         "/etc/ssh/",
                                         "/etc/ssh/moduli",
                                         "/etc/dropbear/",
                                         "/etc/nsswitch.conf",
                                         "/etc/krb5*",
                                         "/etc/sssd/",
                                         "/etc/login.defs",
                                         "/etc/subuid",
                                         "/etc/subgid",
                                         "/etc/polkit-1/",
                                         "/etc/securetty",
                                         "/usr/share/polkit-1/",
                                         "/etc/hosts.allow",
                                         "/etc/hosts.deny",
                                         "/etc/nslcd.conf",
                                         "/etc/libuser.conf",
                                         "/etc/gshadow-",
                                         "/etc/group-",
                                         "/etc/selinux/",
                                         "/etc/apparmor.d/",
                                         "/etc/audit/",
                                         "/etc/pki/ca-trust/",
                                         "/etc/authselect/",
                                         "/etc/ipa/",
                                         "/etc/samba/smbpasswd",
                                         "/etc/freeradius/",
                                         "/etc/tacplus.conf",
                                         "/etc/nologin"};

constexpr std::array<Place, 3> essential{"**/etc/fstab", "/etc/crypttab", "/etc/inittab"};

constexpr std::array<Place, 95> persistence{
    // what starts by the clock
    "**/etc/cron*", "/etc/anacrontab", "/var/spool/cron/", "/var/spool/at/", "/var/spool/incron/",
    "/etc/incron.d/", "/var/cron/", "/etc/at.allow", "/var/spool/cron/crontabs/",
    // what starts with the system
    "**/etc/systemd/system/", "/etc/systemd/user/", "/lib/systemd/", "/usr/lib/systemd/",
    "/usr/local/lib/systemd/", "/run/systemd/", "/etc/systemd/system-generators/", "/etc/init.d/", "/etc/rc*",
    "/etc/init/", "/etc/runit/", "/etc/sv/", "/etc/s6/", "/etc/local.d/", "/etc/conf.d/local",
    "/etc/supervisor/", "/etc/supervisord*", "/etc/xinetd.d/", "/etc/inetd.conf", "/Library/LaunchDaemons/",
    "/etc/binfmt.d/", "/etc/modules", "/etc/modules-load.d/", "/etc/initramfs-tools/", "/etc/dracut*",
    "/etc/grub.d/", "/etc/kernel/", "/etc/udev/rules.d/", "/lib/udev/", "/usr/lib/udev/", "/etc/acpi/",
    "/etc/NetworkManager/dispatcher.d/", "/etc/network/if-*", "/etc/dhcp/dhclient-*", "/etc/ppp/ip-*",
    "/etc/update-motd.d/", "/etc/sudo.conf", "/etc/dbus-1/system.d/",
    // what starts with a login or a shell
    "/etc/profile*", "/etc/bash*", "/etc/zsh*", "/etc/csh*", "/etc/environment*", "/etc/skel/", "/etc/fish/",
    "/etc/X11/Xsession*", "/etc/X11/xinit/", "/etc/xdg/autostart/", "~/.bash*", "~/.profile", "~/.zsh*",
    "~/.zprofile", "~/.zlogin", "~/.zlogout", "~/.cshrc", "~/.tcshrc", "~/.login", "~/.kshrc",
    "~/.config/fish/", "~/.config/autostart/", "~/.config/systemd/", "~/.pam_environment", "~/.xinitrc",
    "~/.xsession*", "~/.xprofile", "~/.inputrc", "~/.ssh/", "**/.ssh/authorized_keys*", "**/.ssh/rc",
    "/etc/ssh/sshrc", "~/.rhosts", "~/.shosts", "/etc/hosts.equiv",
    // what other programs load or run
    "/etc/ld.so*", "**/.git/hooks/", "**/.git/config", "~/.gitconfig", "/etc/gitconfig", "/etc/apt/apt.conf*",
    "/etc/dpkg/dpkg.cfg*", "/etc/yum/pluginconf.d/", "/etc/dnf/plugins/", "~/.vimrc", "~/.exrc",
    "~/.forward"};

/// Programs found before the system's own, and files of programs that name further programs.
constexpr std::array<Place, 109> programs_and_settings{
    // found by name
    "~/bin/", "~/.local/bin/", "~/.cargo/bin/", "~/go/bin/", "/usr/local/bin/", "/usr/local/sbin/",
    "/opt/bin/", "/snap/bin/", "/etc/alternatives/", "~/.nvm/", "~/.rbenv/", "~/.pyenv/", "~/.asdf/",
    "~/.sdkman/", "~/.volta/", "~/.docker/cli-plugins/", "/usr/local/lib/", "~/.local/lib/",
    "**/bin/activate",
    // of shells, terminals and editors
    "~/.tmux.conf", "~/.config/tmux/", "~/.screenrc", "~/.emacs*", "~/.config/emacs/", "~/.config/nvim/",
    "~/.vim/", "~/.nanorc", "~/.config/nano/", "~/.lesskey", "~/.fzf*", "~/.oh-my-zsh/", "**/.envrc",
    "~/.mailcap", "~/.muttrc", "/etc/tmux.conf", "/etc/screenrc", "/etc/vim/", "/etc/nanorc", "/etc/mailcap",
    "/etc/inputrc", "/etc/shinit",
    // of tools for developers and operators
    "~/.config/git/", "~/.hgrc", "~/.npmrc", "~/.yarnrc*", "~/.pip/", "~/.config/pip/", "~/.cargo/config*",
    "~/.cargo/env", "~/.gradle/", "~/.m2/", "~/.mavenrc", "~/.gemrc", "~/.bundle/", "~/.rpmmacros",
    "~/.quiltrc", "~/.gdbinit", "~/.config/gdb/", "~/.irbrc", "~/.pythonrc*", "~/.ipython/", "~/.jupyter/",
    "~/.Rprofile", "~/.sqliterc", "~/.psqlrc", "~/.my.cnf", "~/.ansible.cfg", "~/.terraformrc",
    "~/.docker/config.json", "~/.kube/config", "~/.aws/config", "~/.gnupg/", "~/.curlrc", "~/.wgetrc",
    "~/.lftprc", "~/.config/lftp/", "/etc/npmrc", "/etc/pip.conf", "/etc/wgetrc", "/etc/gdb/",
    "/etc/ansible/ansible.cfg",
    // of services, where they name commands
    "/etc/logrotate*", "/etc/default/", "/etc/sysconfig/", "/etc/aliases", "/etc/monit*",
    "/etc/fail2ban/action.d/", "/etc/nagios/", "/etc/zabbix/", "/etc/snmp/", "/etc/munin/", "/etc/apcupsd/",
    "/etc/smartd.conf", "/etc/smartmontools/", "/etc/mdadm*", "/etc/needrestart/",
    "/etc/letsencrypt/renewal*", "/etc/cloud/", "/var/lib/cloud/", "/etc/openvpn/", "/etc/wireguard/",
    "/etc/ipsec*", "/etc/hotplug.d/", "/etc/uci-defaults/", "/etc/request-key*",
    // where packages come from
    "/etc/apt/sources.list*", "/etc/apt/trusted.gpg*", "/etc/apt/keyrings/", "/etc/yum.repos.d/"};

constexpr std::array<Place, 20> system_trees{
    "/",          "/etc",      "/usr",        "/var",        "/home",         "/bin/",   "/sbin/",
    "/lib/",      "/lib32/",   "/lib64/",     "/libx32/",    "/boot/",        "/efi/",   "/usr/bin/",
    "/usr/sbin/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libexec/", "/System/"};

constexpr std::array<Place, 12> state{"/var/log/",   "/var/lib/",     "/var/spool/",   "/var/mail/",
                                      "/var/db/",    "/var/backups/", "/backup/",      "/backups/",
                                      "/var/vmail/", "/var/audit/",   "/var/account/", "/run/log/"};

/// What sysctl and its kind set; the rest of /proc and /sys is asked about.
constexpr std::array<Place, 5> tuning{"/proc/sys/", "/sys/class/scsi_host/", "/sys/kernel/mm/",
                                      "/sys/class/leds/", "/sys/class/backlight/"};
constexpr std::array<Place, 6> no_tuning{
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",           "/proc/sys/kernel/hotplug",
    "/proc/sys/kernel/sysrq",        "/proc/sys/kernel/randomize_va_space", "/proc/sys/fs/binfmt_misc/"};
constexpr std::array<std::string_view, 5> tuning_names{"/scheduler", "/scaling_governor", "/rescan",
                                                       "/read_ahead_kb", "/nr_requests"};

constexpr std::array<Place, 3> temporary{"/tmp/", "/var/tmp/", "/dev/shm/"};
constexpr std::array<Place, 9> sinks{"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty",
                                     "/dev/fd/",  "/dev/pts/",   "/dev/zero",   "/dev/full"};

Reach kernel_reach(const Spot& spot) {
  const bool named =
      spot.text.starts_with("/sys/") &&
      std::ranges::any_of(tuning_names, [&](std::string_view name) { return spot.text.ends_with(name); });
  const bool tunes = named || (may_lie_at_any(spot, tuning) && !may_lie_at_any(spot, no_tuning));
  return tunes ? Reach::tuning : Reach::kernel;
}

/// Whether the word is a path only as far as it begins, with nothing but unknown behind it.
bool may_be_anything(const Spot& spot) {
  const bool little = spot.known.empty() || spot.known == "/" || spot.known == ".";
  return little && spot.field.opaque();
}

/// In order: the worst first.
Reach by_tables(const Spot& spot) {
  if (may_lie_at_any(spot, accounts)) return Reach::accounts;
  if (may_lie_at_any(spot, persistence) || may_lie_at_any(spot, programs_and_settings))
    return Reach::persistence;
  if (may_lie_at_any(spot, identity)) return Reach::identity;
  if (may_lie_at_any(spot, system_trees)) return Reach::system;
  if (may_lie_at_any(spot, essential)) return Reach::essential;
  if (may_lie_at_any(spot, state)) return Reach::state;
  return !spot.text.empty() && spot.text[0] == '~' ? Reach::home : Reach::ordinary;
}

}  // namespace

Reach reach_of(const Field& word, const Field& directory) {
  const Spot spot(word, directory);
  const auto below = [&](Place tree) { return spot.known.starts_with(tree) && !spot.text.contains("/.."); };
  if (std::ranges::any_of(temporary, below)) return Reach::temporary;
  if (may_be_anything(spot)) return Reach::unknown;
  if (spot.field.literal() && may_lie_at_any(spot, sinks)) return Reach::nothing;
  if (spot.known.starts_with("/proc/") || spot.known.starts_with("/sys/")) return kernel_reach(spot);
  switch (device_of(word, directory)) {
    case Device::raw:
      return Reach::device;
    case Device::unknown:
      return Reach::unknown;
    case Device::no:
      return by_tables(spot);
  }
  return Reach::unknown;
}

}  // namespace mcpssh::guard
