// Huawei VRP, HP and H3C Comware: a user view and a system view, "undo" takes away.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "display; ping; tracert; traceroute; dir; pwd; cd; screen-length; screen-width; terminal; undo "
        "terminal; language-mode; "
        "compare; check; super; display-version|; undo screen-length; nslookup; mtrace; undo "
        "debugging-display|; "
        "compare configuration; lldp-show|; cluster-show|; head|; md5; ?; help; lldp neighbor|; ls; "
        "checksum; "
        "test-aaa; nqa-show|; who|; undo info-center|; mmi-mode enable|; verify"},
    Row{"read", "more", nothing, show_file_rule},
    Row{"read", "quit; logout; exit", up},
    Row{"read", "return", leave},
    Row{"read", "run; do", command},
    Row{"device.configure", "system-view; system-view immediately; sys|tem-view", configure},
    Row{"device.configure",
        "save; save force; save safely; save main; save backup; save all; undo schedule reboot; undo "
        "scheduler reboot; "
        "configuration commit; clear configuration candidate; commit; commit trial; abort trial; scheduler; "
        "configuration commit delay; undo debugging; undo debugging all; archive configuration|; save "
        "logfile; backup-run|"},
    Row{"device.write-file", "mkdir; save *; undelete"},
    Row{"device.operate",
        "reset counters; reset counters interface; reset arp; reset arp dynamic; reset arp statistics; reset "
        "mac-address; "
        "undo debugging; clock; clock datetime; send; lock; reset traffic; reset packet-filter; undo "
        "monitor|; "
        "reset lldp; reset acl counter; reset acl; refresh bgp; reset history-command; reset stp statistics; "
        "logfile save; reset ipv6 neighbors; diagnostic-information|; reset mac-address dynamic; reset qos; "
        "reset statistics"},
    Row{"device.outage", "reset", nothing, clear_rule},
    Row{"device.outage",
        "slave; kill; free; test; cluster|; switchover; force; irf; power; reset ospf; reset isis; isis|; "
        "stack; "
        "reset session; reset ike; reset ipsec; clear; reset vrrp; renew; release; isolate; restart; slave "
        "switchover; free user-interface; "
        "switch-mode|; lldp clear|; vlan-clear|; cut; cut access-user; cut connection; virtual-cable-test; "
        "loopback-test; redundancy; process; "
        "reset slot; reset board; bootrom; card; mad; placement; capwap|; ap-reset|; loop-test; "
        "service-exclude|"},
    Row{"device.outage", "reset bgp; reset bgp all", nothing, soft_reset_rule},
    Row{"device.debug", "debugging; diagnose; undo debugging-off|; _hidecmd; diagnose-logfile|"},
    Row{"device.remove-file", "delete", nothing, delete_rule},
    Row{"device.remove-file",
        "reset recycle-bin; rename; rmdir; reset logbuffer; reset trapbuffer; reset logfile; move; reset "
        "trace|; "
        "reset logging; reset log; fixdisk; unmount; umount; clear logbuffer|; clear configuration commit"},
    Row{"device.transfer", "copy", nothing, copy_rule},
    Row{"device.transfer",
        "tftp; ftp; sftp; scp; backup; backup startup-configuration; put; get; mget|; mput|; upload; "
        "download; wget|"},
    Row{"device.replace",
        "rollback; rollback configuration; restore; restore startup-configuration; configuration replace; "
        "configuration; load; "
        "startup default|"},
    Row{"device.boot",
        "startup; startup saved-configuration; startup system-software; startup patch; startup license; "
        "upgrade; patch; boot-loader; "
        "issu; license; install; install-module; undo startup; bootrom; undo patch; install-package|; boot; "
        "active|; assign; "
        "startup paf; undo boot-loader; software; boot-loader file; update|; ap-update; undo license; zcp|"},
    Row{"device.erase-startup", "reset saved-configuration; erase startup|; erase"},
    Row{"device.factory-reset",
        "reset factory-configuration; restore factory-d|efault; factory-configuration; reset factory; "
        "restore factory; factory-reset; "
        "undo saved-configuration|; reset-to-factory|; restore default; clear configuration all|; "
        "factory-configuration reset"},
    Row{"device.format", "format; fdisk; partition; erase disk|; fixdisk-force|"},
    Row{"power.reboot",
        "reb|oot; schedule reb|oot; scheduler reb|oot; schedule; reboot fast; reset-cpu|; reset system"},
    Row{"power.shutdown", "shutdown; power off; poweroff; halt"},
    Row{"device.user",
        "local-user; super password; public-key; rsa; dsa; ecc; pki; set; change-password; "
        "local-user-password|; password; crypto; undo local-user"},
    Row{"device.foreign-code",
        "telnet; ssh; stelnet; ssh2; python; xml|; shell; start-script|; bash; tclsh; tcl|; oam-script|; "
        "execute; script; run-script|; "
        "connect; attach; opsagent; session|; switchto; peer-login|; ops; guestshell; rsh"},
};

constexpr std::array rest{
    Row{"read", "display; ping; tracert; dir; info-center-display|; check"},
    Row{"read", "quit; exit", up},
    Row{"read", "return; abort", leave},
    Row{"read", "run; do", command},
    Row{"device.remove", "undo", negation},
    Row{"device.remove", "default; reset; restore"},
    Row{"device.configure",
        "description; alias; remark; rule * description; rule * comment; snmp-agent sys-info; sysname-desc|; "
        "name; peer * description",
        text},
    Row{"device.configure", "header; header shell; header login; header motd; header legal; header incoming",
        banner},
    Row{"device.configure",
        "interface; interface range; port-group; user-interface; line; line vty; aaa; acl; vlan; ospf; bgp; "
        "isis; "
        "ip pool; vpn-instance; traffic policy; route-policy; user-interface vty; dhcp server ip-pool; "
        "domain; local-user-group|",
        section, shutdown_inside_rule},
    Row{"device.outage",
        "shut|down; shut|down interface; sh|utdown $; stp disable; port isolate-state|; undo-shut|; protocol "
        "inbound none; acl * inbound; bgp disable; "
        "isolate; port trunk pvid-clear|; ignore; poe power-off; undo-poe|; irf; irf member; stack; stack "
        "slot; mad; clear configuration; "
        "portswitch; undo-portswitch|; access-limit disable|; error-down; service-manage; peer-public|; "
        "switch mode; "
        "configuration exclusive; clear configuration this; clear configuration interface; cpu-defend "
        "disable|; traffic-filter-all|; "
        "stub-router; set cpu; hrp switch; hrp active; lacp force|; firewall packet-filter default deny|; "
        "transceiver; reset; slave"},
    Row{"device.configure", "peer; hrp", nothing, shutdown_inside_rule},
    Row{"device.outage", "peer * ignore; peer * shutdown"},
    Row{"device.configure", "ip address; ipv6 address; ip add", nothing, address_rule},
    Row{"device.configure", "ip route-static; ipv6 route-static; ip route", nothing, route_rule},
    Row{"device.user",
        "local-user; super; super password; set authentication; authentication-mode; authentication-mode "
        "none; user; rsa; dsa; ecc; public-key; "
        "pki; ssh user; ssh authentication-type; password; password-control; hwtacacs; hwtacacs-server; "
        "radius; radius-server; radius scheme; "
        "snmp-agent usm-user; snmp-agent community write; snmp-agent group; service-type; "
        "authorization-attribute; role; role name; user-group; "
        "aaa-user|; local-aaa-user; authentication-scheme; authorization-scheme; manager-user; user "
        "privilege; ldap; ike pre-shared|; "
        "pre-shared-key; hwtacacs scheme; level; bind manager-user; api"},
    Row{"device.configure",
        "commit; commit comment|; commit trial; commit label; configuration commit; configuration commit "
        "delay; abort-commit|"},
    Row{"device.replace", "rollback; configuration replace; load; configuration rollback|"},
    Row{"device.boot",
        "license; startup; boot-loader; upgrade; patch; set device|; bootrom; set default-boot|; assign; "
        "system-mode; work-mode; auto-update"},
    Row{"device.debug", "debugging; diagnose"},
    Row{"device.foreign-code",
        "python; ops; oam; command; job; opsagent; rtm; cli-policy|; action * cli; rtm cli-policy; "
        "script-assistant; shell; embedded-event"},
    Row{"device.configure",
        "acl-name|; accounting; accounting-scheme; active; address; address-family; advertise; aggregate; "
        "anti-attack; apply; area; arp; "
        "as-path-filter; assign-forward|; auto-defend; auto-port-defend; autosave; bandwidth; bfd; bind; "
        "binding; bpdu-protection; bpdu; bridge-domain; "
        "broadcast-suppression; bum; car; cdp; classifier; clock; cluster-id; community-filter; "
        "compare-different-as-med; confederation; "
        "configuration-auto|; conn; console; cost; cpu-defend; cpu-defend-policy; capwap; deny; destination; "
        "device; dhcp; dhcp select; dhcp relay; dhcp snooping; "
        "dns; dns-list; domain; domain-name; dot1x; drop; duplex; eth-trunk; evpn; evpn-overlay; "
        "excluded-ip-address; expired; fast-reroute; file; filter-policy; "
        "fib; firewall; flow-control; flow-interval; forbidden-ip-address|; forwarding; free-rule; frame; "
        "ftp; gateway; gateway-list; gre; graceful-restart; "
        "group; gvrp; hash; history-command; http; https; hwtacacs-src|; icmp; idle-timeout; igmp; "
        "igmp-snooping; ike; ike proposal; ike peer; import-route; info-center; instance; interface-group|; "
        "ip; ip binding; "
        "ipsec; ip ip-prefix; ip prefix-list; ip vpn-instance; ip ttl-expires; ip unreachables; ipv4-family; "
        "ipv6; ipv6-family; jumboframe; keepalive; key; key-chain; l2vpn; lacp; lease; "
        "link-aggregation; link-delay; lldp; load-balance; load-balancing; log; loopback-detect; "
        "loopback-detection; mac; mac-address; mac-limit; mac-learning; mac-vlan; maximum; mdi; "
        "mode; mode lacp; monitor; mpls; mpls ldp; mpls lsr-id; mtu; multicast; multicast-suppression; nat; "
        "nat outbound; nat address-group; nat server; nat static; nat-policy; negotiation; "
        "netconf; netstream; network; network-entity; nexthop; node; nqa; nssa; ntp; ntp-service; "
        "observe-port; observe-server; operator-logging|; opaque-capability; option; outbound; ospf-cost|; "
        "packet-filter; parser|; peer; permit; pim; poe; policy; pool; port; port default; port link-type; "
        "port trunk; port trunk allow-pass; port trunk permit; port hybrid; port link-aggregation; "
        "port-security; port-isolate; port-mirroring; port-group; pppoe-client; pppoe-server; preempt; "
        "preference; prefix; priority; proposal; protocol; protocol inbound; "
        "proxy; qinq; qos; queue; rate-limit; redirect; refresh; region-configuration; region-name; "
        "reliability; remark-dscp|; remote-as|; revision-level; rip; router; router-id; "
        "route-distinguisher; route-policy; route-static; route-target|; route; router-guard|; rule; rule "
        "permit; rule deny; sampler; scheduler; screen-length; security; security-policy; security-zone; "
        "segment-routing; "
        "server; service; service-manage ping|; set priority; sflow; sftp; silent-interface; smart; "
        "smart-link; snmp; snmp-agent; snooping; source; source-zone; source-address; destination-zone; "
        "destination-address; speed; spt|; ssh; ssh server; ssh client; stelnet; stelnet server; statistic; "
        "statistics; storm-control; storm-constrain; storm-suppression; stp; stp enable; stp mode; "
        "stp edged-port; stp root; stp region-configuration; stp priority; sub-vlan; subvlan; super-vlan; "
        "sysname; system; tcp; telnet; telnet server; terminal; tftp-server|; time-range; timer; timeout; "
        "timers; "
        "track; traffic; traffic-filter; traffic-policy; traffic-limit; trust; tunnel; tunnel-protocol; "
        "tunnel-policy; udp; undo-loop|; unicast-suppression; url; user-isolate|; vlan-type; voice-vlan; "
        "virtual-interface|; vlan; vlan batch; vni; vrrp; vrid; vpn-target; vpn-instance; vxlan; web; "
        "web-auth; weight; wlan; xconnect; zone; nve; source-ip; acl number; acl name; add; action; "
        "add interface; set; import; export; import-policy|; if-match; session; step; dldp; efm; ethernet; "
        "fan; idle-cut; ipoe; loop-detection; loopback; mvrp; mirroring-group; enable; "
        "combo; authentication; authorization; access-list; access-user; virtual; vsi; vxlan-id; "
        "user-security-policy|; hwtacacs-t|; ap; ap-group; ap-id; ssid-profile; ssid; vap-profile; "
        "security-profile; "
        "service-vlan; regulatory-domain-profile; radio; country-code; forward-mode; "
        "default-route-advertise; bgp router-id|; maximum load-balancing; "
        "balance; stub; abr-summary; asbr-summary; undo-sum|; ospf timer; ospf cost; ospf enable; ospf "
        "network-type; isis enable; isis cost; bfd all-interfaces; dampening; ebgp-max-hop|"},
    Row{"device.user",
        "local-user; set authentication password; super password; snmp-agent community write; snmp-agent "
        "usm-user; ssh user"},
};

constexpr std::array negations{
    Row{"device.configure",
        "shut|down; debugging; terminal; description; info-center console|; screen-length; portswitch-none|; "
        "schedule reboot; stp disable; isolate; silent-interface; poe power-off|; ftp server; ftp server "
        "enable; telnet server; "
        "telnet server enable; header; info-center logbuffer|; http server|; peer * ignore; scheduler"},
    Row{"device.outage",
        "interface; vlan; vlan batch; ospf; bgp; isis; ip route-static; ip address; stp; port; acl; peer; "
        "nat; ip; ipv6; mpls; dhcp; vrrp; "
        "eth-trunk; portswitch; traffic-policy; traffic-filter; network; router; rip; vpn-instance; gateway; "
        "stp enable; ssh; stelnet; ntp; "
        "snmp-agent; info-center; lldp; lacp; irf; ike; ipsec; ip vpn-instance; firewall; security-policy; "
        "rule; packet-filter; hrp; poe; packet"},
    Row{"device.user",
        "local-user; aaa; super; user-interface; password; authentication-mode; ssh user; rsa; public-key; "
        "role; radius; hwtacacs; "
        "set authentication; pki; password-control; snmp-agent usm-user"},
    Row{"device.boot", "startup; boot-loader; license; patch"},
};

}  // namespace

const NetworkDialect& vrp_dialect() {
  static const NetworkDialect dialect{
      .platforms =
          "huawei huawei_vrp huawei_* vrp hp_comware h3c_comware comware h3c hpe_comware 3com_comware h3c_*",
      .lexis = {.comments = "#!", .quotes = "\"", .escapes = false, .long_quotes = false},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = tree_of<negations>,
      .paths = nullptr,
      .safer =
          "\"commit trial 300\" where there is one, or a saved file to go back to and \"schedule reboot "
          "delay 10\"",
  };
  return dialect;
}

}  // namespace mcpssh::guard
