// Configuration lines of Cisco and its kin that do more than add, and what "no" takes away.
#include <array>

#include "guard/network/cisco.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array rows{
    // Around
    Row{"read", "show; ping; where; do-exec; pwd; dir; verify; traceroute; !"},
    Row{"read", "exit; exit-address-family; exit-vrf; exit-peer-policy; quit; exit-service-family; root", up},
    Row{"read", "end; abort; discard", leave},
    Row{"read", "do", command},
    Row{"device.remove", "no", negation},
    Row{"device.configure", "configure terminal", configure},
    Row{"device.outage", "default interface"},
    Row{"device.remove", "default; default-all|; undo|"},
    Row{"device.configure",
        "default-information; default-metric; default-router; default-originate; default-gateway; "
        "default-action; default-information originate"},

    // Text for people
    Row{"device.configure",
        "description; remark; banner-text|; title|; name; location|; contact|; alias-name|; comment|; "
        "access-list * remark; snmp-server location; snmp-server contact; ip access-list * remark; "
        "neighbor * description; access-list * line * remark; * remark; ipv6 access-list * remark; "
        "dot1x credentials-name|",
        text},
    Row{"device.configure",
        "banner; banner motd; banner login; banner exec; banner incoming; banner slip-ppp", Then::banner},

    // Interruptions
    Row{"device.outage",
        "sh|utdown $; shut|down force; shut|down lan; shut|down vlan; shut|down *; state suspend; "
        "isolate; max-metric; passive-interface default; system mode; power inline never; "
        "power inline consumption 0|; poe disable; transport input none; access-class; ip access-class; "
        "switchport trunk allowed vlan none; vtp domain; vtp password; vtp mode server; vtp mode client; "
        "switch| * renumber; switch| * provision; switch| virtual; switch|; stack|; stack-mac; stack-member; "
        "spanning-tree mst configuration|; ip redirects-none|; vtp version; "
        "passive-interface; hw-module; redundancy-mode|; bgp graceful-shutdown; graceful-shutdown; "
        "set overload-bit; set-overload-bit; ip igmp snooping disable|; poe-lldp|; "
        "errdisable recovery none|; media-type; firewall transparent; mode multiple; mode single; "
        "power off; admin-state down; bridge-mode|; disable; ip ssh version 1; spanning-tree disable|; "
        "vsf; vsf member; undo-vsf|; mirror-all|; interface disable; system standby; fallback|; "
        "storm-control action shutdown|; protocol shutdown; bgp shutdown; ospf shutdown|"},
    Row{"device.configure",
        "passive-interface *; transport input; transport output; storm-control; switch| * priority"},
    Row{"device.configure", "switchport trunk allowed vlan", nothing, trunk_rule},
    Row{"device.configure", "ip address; ipv6 address; ip addr", nothing, address_rule},
    Row{"device.configure", "neighbor; session; peer", nothing, shutdown_inside_rule},
    Row{"device.configure", "ip route; ipv6 route; route; ip default-network", nothing, route_rule},
    Row{"device.configure", "access-list", nothing, access_list_rule},
    Row{"device.debug", "debug; service internal|"},
    Row{"device.replace",
        "rollback; commit replace; load; commit force; configuration replace; archive replace|; "
        "rollback configuration; configure replace"},
    Row{"device.configure",
        "commit; commit confirmed; commit label; commit comment; commit best-effort; commit "
        "save-running-config; "
        "commit show-error|; commit check; commit timer; validate; apply; confirm"},
    Row{"read", "clear $; clear commit"},

    // Starting next time
    Row{"device.boot",
        "boot; boot system; config-register; license; image; warm-reboot; platform; no-boot|; software; "
        "service-module; upgrade; install; firmware; system software; issu; hw-module subslot; "
        "boot-start-marker|; startup-default; crashkernel; enable-license|; microcode; card; module; "
        "service unsupported-transceiver; boot nxos; boot kickstart; hardware profile; system urpf; "
        "sdm prefer; redundancy force|; front-panel-security"},
    Row{"device.configure",
        "platform qos; platform punt; hardware access-list; hardware counter; license smart transport; "
        "hardware profile port|; license smart url; license accept"},

    // People and keys
    Row{"device.user",
        "username; user; user-name|; enable; enable secret; enable password; password; passwd; aaa; secret; "
        "tacacs; tacacs-server; radius; radius-server; crypto key; crypto pki; crypto ca; privilege; "
        "role; role name; ssh key; key-string; snmp-server user; snmp-server group; parser view; "
        "crypto isakmp key; ip ssh pubkey-chain; ip http authentication; management-user|; mgmt-user; "
        "aaa authentication; aaa authorization; aaa new-model; aaa-server; local-user; operator|; manager|; "
        "commands; "
        "usergroup; taskgroup; ldap-server; login block-for|; line aux password|; ip scp server; "
        "authorization commands; management ssh authentication; crypto certificate; credentials"},
    Row{"device.configure",
        "aaa accounting; aaa session-id; aaa group; tacacs-server timeout; "
        "tacacs source-interface; radius-server timeout; radius-server retransmit; enable $; "
        "radius-server deadtime; radius-server attribute; radius-server vsa; aaa local|; aaa server; "
        "radius-server source-interface; tacacs-server source-interface; user-group|; aaa group server"},
    Row{"device.configure", "snmp-server community; snmp-server comm", nothing, community_rule},

    // Code
    Row{"device.foreign-code",
        "event manager environment|; event manager policy; event manager run; event manager directory; "
        "event manager session; event manager scheduler; feature bash-shell; feature guestshell; feature "
        "nxsdk; macro; scripting; "
        "bash; python; tclsh; guestshell; run; daemon; exec|; action * policy; action * tcl; iox; "
        "app-hosting; trigger-script|; virtual-service; process|; script; action python; script-file|"},
    Row{"device.foreign-code", "action bash; action * bash; run bash; command bash|; bash timeout *", shell},
    Row{"power.reboot", "action * reload; rel|oad; power-cycle"},
    Row{"device.configure", "action * force-switchover; action"},
    Row{"device.outage", "action * force-switchover"},

    // Where the next lines belong
    Row{"device.configure", "interface; interface range", section, shutdown_inside_rule},
    Row{"device.configure",
        "line; router; vlan; class-map; policy-map; route-map; controller; address-family; vrf; "
        "ip vrf; control-plane; archive; redundancy; event manager applet; event-handler; kron; "
        "ip access-list; ipv6 access-list; mac access-list; ip dhcp pool; monitor session; "
        "management; object-group; object; class; port-channel|; tunnel-group; group-policy; "
        "track; ip sla; key chain; flow; policy; parameter-map; voice; dial-peer",
        section},
    Row{"device.outage",
        "vlan * state suspend|; vlan database|; line vty password|; redundancy force-switchover"},
    Row{"device.write-erase", "write erase"},
    Row{"device.configure", "write; write memory"},
    Row{"device.factory-reset", "clear configure all; configure factory-default; factory-reset"},
};

constexpr std::array negations{
    // Bringing up, quiet and session settings
    Row{"device.configure",
        "shutdown; debug; terminal; page; paging; pager; logging console; logging monitor; ip domain-lookup; "
        "ip domain lookup; description; logging event; logging synchronous; monitor session-temp|; "
        "power-down|; isolate; disable; banner; remark; name; snmp-server location; snmp-server contact; "
        "passive-interface *; suspend; system mode maintenance; exec-banner; neighbor * shutdown; "
        "neighbor * description; reload; passive-interface; max-metric; router-lsa|; set-overload-bit; "
        "set overload-bit; ip http server; ip finger; service pad; service tcp-small-servers; "
        "service udp-small-servers; ip bootp server; cdp log; mop enabled; ip source-route; "
        "ip proxy-arp; ip redirects; ip unreachables; ip directed-broadcast; service finger; "
        "lldp log|; negotiation-log|; state suspend; ip identd"},
    Row{"device.outage",
        "interface; router; vlan; ip routing; ipv6 unicast-routing; feature; ip route; ipv6 route; ip "
        "address; "
        "ipv6 address; switchport; spanning-tree; neighbor; network; ip default-gateway; vrf; mpls; "
        "vpc; channel-group; service instance; standby; vrrp; switchport trunk; crypto map; nat; route; "
        "access-group; ip access-group; access-list; ip access-list; service-policy; ip nat; transport; "
        "ip ssh; ip http secure-server; ssh; login; line; ip dhcp pool; ip dhcp; failover; nameif; "
        "lacp; port-channel; bgp; address-family; ntp; logging; http; telnet; tunnel; power; lag; hsrp; "
        "trunk; untagged; tagged; vlan-id|; routing; object; object-group; policy-map; class-map; route-map"},
    Row{"device.user",
        "username; user; aaa; enable; tacacs-server; radius-server; password; snmp-server; crypto key; "
        "secret; "
        "crypto pki; role; tacacs; radius; service password-encryption; login; aaa-server; crypto; "
        "service password-recovery; snmp-server user; snmp-server group; snmp-server community; passwd"},
    Row{"device.boot", "boot; license; boot system"},
};

}  // namespace

std::span<const Row> cisco_configuration() {
  return rows;
}

std::span<const Row> cisco_negation() {
  return negations;
}

}  // namespace mcpssh::guard
