// VyOS and EdgeOS: a POSIX shell with commands of its own, and a candidate configuration of statements.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "show; ping; ping6; traceroute; traceroute6; monitor; mtr; set terminal; terminal; run show; set "
        "console; "
        "force-show|; release-notes|; whois; help; execute owping; execute twping; execute mtrace; "
        "/opt/vyatta/bin/vyatta-op-cmd-wrapper show; "
        "toggle; undebug-show|; no-more|; compare"},
    Row{"read",
        "run; vyatta-op|; /opt/vyatta/bin/vyatta-op-cmd-wrapper; /opt/vyatta/sbin/vyatta-op-cmd-wrapper",
        command},
    Row{"read", "exit; logout; quit", up},
    Row{"device.configure", "configure", configure},
    Row{"power.reboot", "reb|oot; reboot now; reboot at; reboot in"},
    Row{"device.configure", "reboot cancel; poweroff cancel"},
    Row{"power.shutdown", "poweroff; powero|ff; shutd|own"},
    Row{"device.boot",
        "add system image; delete system image; set system image; install; install image; update; rename "
        "system image; "
        "add; set system image default-boot; add system; update system image; install system"},
    Row{"device.format", "format; format disk; format usb"},
    Row{"device.factory-reset",
        "load /opt/vyatta/etc/config.boot.default; load config.boot.default; load "
        "/config/config.boot.default; reset-to-factory|; factory-reset"},
    Row{"device.outage",
        "reset; restart; renew; release; disconnect; connect; force; set date; set time; initiate"},
    Row{"device.outage", "clear", nothing, clear_rule},
    Row{"device.operate",
        "clear interfaces counters; clear interfaces; clear firewall; clear nat counters; reset ip arp; "
        "clear console; clear ip prefix-list; clear arp; no debug; undebug; no monitor; force arp; "
        "reset conntrack-counters|; clear flow-accounting counters; merge-check|"},
    Row{"device.debug", "debug"},
    Row{"device.remove-file",
        "delete; delete file; delete log; clear log; rename; delete conntrack-table|; clear system; clear "
        "log file"},
    Row{"device.transfer", "copy; import; upload; generate tech-support; scp; copy file; clone"},
    Row{"device.user",
        "generate; generate ssh; generate pki; generate wireguard; import pki; generate openvpn; "
        "generate vpn; generate ssh-server-key"},
    Row{"device.operate", "execute wake-on-lan"},
    Row{"device.foreign-code", "telnet; ssh; execute; execute shell; su; connect console"},
    Row{"device.outage", "set date"},
};

constexpr std::array rest{
    Row{"read", "show; compare; status; help; commit-check|; search|"},
    Row{"read", "run", command},
    Row{"read", "exit; exit discard; quit; discard-exit|", up},
    Row{"read", "top", top},
    Row{"read", "up"},
    Row{"device.configure", "edit", enter},
    Row{"device.configure", "set; comment; activate", statement},
    Row{"device.configure", "commit; commit-confirm; confirm; commit comment; discard; commit confirm"},
    Row{"device.configure", "comment", text},
    Row{"device.configure", "save", nothing, save_rule},
    Row{"device.remove", "delete; rename; deactivate"},
    Row{"device.configure", "copy"},
    Row{"device.replace", "load; merge; rollback; rollback-soft; load-balance|; merge-config|"},
    Row{"device.user", "loadkey; generate"},
    Row{"device.factory-reset",
        "load /opt/vyatta/etc/config.boot.default; load config.boot.default; load "
        "/config/config.boot.default; "
        "load /opt/vyatta/etc/config/config.boot.default"},
};

constexpr std::array paths{
    Row{"device.configure", "** description * $"},
    Row{"device.outage",
        "** disable; interfaces ethernet eth0 address; ** default-action drop; ** default-action reject; "
        "protocols static route 0.0.0.0/0 blackhole; service ssh listen-address; service ssh port; "
        "service ssh disable-password-authentication|; protocols bgp ** shutdown; ** overload; "
        "high-availability disable; firewall ** state-policy invalid|; service gui; "
        "system ip disable-forwarding; interfaces ethernet * firewall local name; ** shutdown"},
    Row{"device.user",
        "system login; service snmp community * authorization rw; ** pre-shared-secret; ** "
        "plaintext-password; "
        "** encrypted-password; ** private-key; pki; ** password; service https api keys; ** pre-shared-key; "
        "service snmp v3; ** authentication mode|; service ssh access-control; ** secret"},
    Row{"device.foreign-code",
        "system task-scheduler; ** script; ** executable; ** run-command; service event-handler; container; "
        "** transition-script; ** openvpn-option; ** scripts; policy local-route|; ** command"},
    Row{"device.boot", "system image; system update-check|; system option kernel|"},
};

}  // namespace

const NetworkDialect& vyos_dialect() {
  static const NetworkDialect dialect{
      .platforms = "vyos vyatta vyatta_* edgeos ubiquiti_edgeos ubiquiti_edgerouter ubiquiti_edge vyos_*",
      .lexis = {.comments = "#", .quotes = "\"'", .escapes = true, .long_quotes = true},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = rows_of<paths>,
      .safer = "\"commit-confirm 5\", which goes back by itself unless it is confirmed",
      .is_shell = true,
  };
  return dialect;
}

}  // namespace mcpssh::guard
