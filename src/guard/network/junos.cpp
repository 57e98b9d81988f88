// Juniper Junos: the operational mode, and a candidate configuration of statements.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

/// "set date" and "set cli" are operational; every other "set" is a statement.
constexpr std::array first{
    Row{"read",
        "show; ping; traceroute; mtrace; mtrace-from-source; monitor; help; set cli; file list; file "
        "compare; file checksum; "
        "test; request support information; commit check; quit; request system license show|; "
        "request system storage cleanup dry-run; request system software validate; request security pki "
        "verify|; "
        "request system software list; status; top $; ethtraceroute|; probe|; request chassis beacon; "
        "request system configuration rescue show|; request pppoe|; request chassis cb offline|; match|"},
    Row{"read", "file show", nothing, show_file_rule},
    Row{"device.output-file", "monitor traffic write-file; monitor traffic interface * write-file"},
    Row{"read", "exit", up},
    Row{"device.configure",
        "configure; configure private; configure exclusive; configure batch; configure dynamic; edit",
        configure},
    Row{"device.operate",
        "request system snapshot; request system configuration rescue save; request message; "
        "clear interfaces statistics; clear arp; clear firewall; clear firewall all; clear "
        "ethernet-switching statistics; "
        "clear ethernet-switching table; clear system commit; clear log-counters|; clear ipv6 neighbors; "
        "clear lldp neighbors; request system autorecovery; clear mac-table; "
        "clear helper statistics; clear security policies hit-count; clear vrrp statistics|; "
        "request system software validate; request system license update|; request chassis beacon on; "
        "clear bgp damping|; clear snmp statistics; clear pfe statistics; clear cli logical-system|; "
        "clear security alarms; clear chassis display message; clear ethernet-switching recovery-timeout"},
    Row{"device.outage",
        "restart; request chassis; request routing-engine; request virtual-chassis; request system logout; "
        "request interface; request lacp; request l2circuit-switchover; request ipsec; request session; "
        "request mpls; request services; request vmhost; request isis; request ospf; request routing; "
        "request bgp; request node; request fabric; request app-engine; request protection-group; "
        "request multicast; request dhcp; request chassis routing-engine; request system process; "
        "request system services; request security ike; request security ipsec; request security "
        "datapath-debug; "
        "request firewall|; request security policies"},
    Row{"device.outage", "clear", nothing, clear_rule},
    Row{"device.outage", "clear bgp; clear bgp neighbor; clear bgp table", nothing, soft_reset_rule},
    Row{"device.remove-file",
        "clear log; file delete; request system storage cleanup; request system core-dumps delete|; "
        "file rename; file delete-directory; request system configuration rescue delete; "
        "request system snapshot delete; request system autorecovery state clear; file archive; file "
        "change-permission; file change-owner; "
        "request system storage; request system core-dump; clear security log; clear cores|"},
    Row{"device.write-file", "file make-directory; save|; file link|"},
    Row{"device.transfer",
        "file copy; scp; ftp; sftp; request support information upload|; request support core-dump; tftp"},
    Row{"device.transfer", "file copy", nothing, copy_rule},
    Row{"device.boot",
        "request system software; request system firmware; request system license; request system scripts "
        "refresh; "
        "request system boot-media|; request system partition; request vmhost software; request system "
        "software add; "
        "request system recover; request extension-service; request system download; "
        "request system set-boot-device|; request system software rollback; request system alternate|; "
        "request system snapshot media; request system snapshot slice; request system snapshot partition; "
        "request system snapshot recovery; request system snapshot factory; request system snapshot "
        "as-primary; "
        "request system dynamic-configuration|; request system keep-alive|; request system efi|"},
    Row{"device.factory-reset",
        "request system zeroize; request vmhost zeroize; request system factory-reset|; "
        "request system private-data-reset; request system erase|; load factory-default"},
    Row{"device.format",
        "request system format|; request system partition compact-flash; request system media|"},
    Row{"power.reboot",
        "request system reb|oot; request vmhost reb|oot; request node reboot; request chassis fpc restart|; "
        "request system restart|"},
    Row{"power.shutdown",
        "request system ha|lt; request system power-off; request system powe|r-off; request vmhost halt; "
        "request vmhost power-off; "
        "request node halt; request node power-off; request system power-cycle; request system power-on|"},
    Row{"device.user",
        "request security pki; request security ssh; request system set-encryption-key; request security; "
        "request system master-password; request system certificate|; request security certificate; request "
        "system user-login|"},
    Row{"device.secret",
        "request security pki local-certificate export; request security pki key-pair export"},
    Row{"device.foreign-code",
        "op; request routing-engine login; request session member; ssh; telnet; request system scripts; "
        "request pfe; request system shell; request app; python|; rlogin; request shell; "
        "request vc-member|; request guest; request container; request pfe execute; "
        "request security idp; start"},
    Row{"device.foreign-code",
        "start shell command; start shell user root command; start shell pfe|; start shell", shell},
    Row{"device.outage", "set date"},
    Row{"read", "rollback 0; request chassis beacon off"},
};

constexpr std::array rest{
    Row{"read", "show; status; help; commit check; compare|; run $; update|; exit configuration-mode|"},
    Row{"read", "run", command},
    Row{"read", "top", top},
    Row{"read", "up"},
    Row{"read", "exit; quit", up},
    Row{"device.configure", "commit and-quit", leave},
    Row{"device.configure",
        "commit; commit confirmed; commit comment; commit synchronize; commit at; commit no-synchronize; "
        "commit prepare; commit activate"},
    Row{"device.replace", "commit force|; commit synchronize force|"},
    Row{"device.configure", "annotate", text},
    Row{"device.configure", "edit", enter},
    Row{"device.configure", "set; activate; insert; copy; wildcard range set; wildcard range activate",
        statement},
    Row{"device.configure", "protect; replace-annotation|; insert; load set terminal"},
    Row{"device.configure", "save", nothing, save_rule},
    Row{"device.remove",
        "delete; deactivate; wildcard delete; wildcard deactivate; wildcard range; rename; replace; "
        "unprotect; "
        "wildcard; wildcard range delete; wildcard range deactivate"},
    Row{"device.replace",
        "load; load override; load replace; load update; load patch; load merge; load set; rollback; "
        "rollback rescue; extension"},
    Row{"device.configure", "rollback 0; rollback $"},
    Row{"device.factory-reset", "load factory-default; load f"},
};

constexpr std::array paths{
    Row{"device.configure", "** description * $"},
    Row{"device.outage",
        "interfaces ** disable; protocols ** disable; ** interfaces ** disable; ** dis|able; "
        "interfaces fxp0; interfaces em0; interfaces me0; interfaces vme; interfaces re0:mgmt-0; "
        "groups * interfaces fxp0; ** route 0.0.0.0/0 discard; ** route 0/0 discard; ** route default "
        "discard; "
        "** route ::/0 discard; ** route 0.0.0.0/1 discard; ** route 128.0.0.0/1 discard; "
        "** route 0.0.0.0/0 reject; ** route 0/0 reject; ** route default reject; ** route ::/0 reject; "
        "** route 0.0.0.0/0 receive; ** static defaults discard; ** static defaults reject; protocols ** "
        "overload; chassis fpc * power off; "
        "system services ssh deny|; poe ** disable; protocols bgp ** shutdown|; "
        "chassis cluster; system management-instance; security forwarding-options; "
        "chassis fpc * pic * port * speed|; system services ssh connection-limit 0|; protocols ** damping|"},
    Row{"device.user",
        "system login; system root-auth|entication; system authentication-order; system radius-server; "
        "system tacplus-server; system services ssh root-login; snmp v3; snmp community * authorization "
        "read-write; "
        "system services telnet|; system master-password; system services netconf|; "
        "security ike ** pre-shared-key; access; system autoinstallation; groups ** login; ** "
        "root-auth|entication; "
        "** authentication-key; ** plain-text-password; ** encrypted-password; ** ssh-rsa; "
        "** secret; snmp view|; system login user; security pki; access profile; security ssh-known-hosts"},
    Row{"device.foreign-code",
        "event-options; system scripts; ** execute-commands; ** event-script; system extensions; "
        "system commit scripts; groups ** event-options; system processes ** command; ** op-script|"},
    Row{"device.boot",
        "system boot-loader|; system license; chassis auto-image-upgrade; system auto-snapshot|"},
};

}  // namespace

const NetworkDialect& junos_dialect() {
  static const NetworkDialect dialect{
      .platforms = "juniper_junos juniper junos juniper_* junos_*",
      .lexis = {.comments = "#!", .quotes = "\"", .escapes = true, .long_quotes = false},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = rows_of<paths>,
      .safer = "\"commit confirmed 5\", which goes back by itself unless it is confirmed",
  };
  return dialect;
}

}  // namespace mcpssh::guard
