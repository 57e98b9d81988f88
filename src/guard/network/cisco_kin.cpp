// What the Cisco ASA and switches of HP, Aruba and Dell have beside the words of IOS.
#include <array>

#include "guard/network/cisco.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array asa_first{
    Row{"read",
        "packet-tracer; show-tech|; changeto; perfmon; who; terminal pager; pager; test aaa-server|; test "
        "regex; blocks"},
    Row{"device.secret", "more system:running-config"},
    Row{"device.factory-reset", "clear configure all; configure factory-default; clear conf|igure all"},
    Row{"device.remove", "clear configure; clear conf|igure"},
    Row{"device.outage",
        "clear xlate; clear conn; clear local-host; clear uauth; clear ipsec; clear isakmp; clear "
        "vpn-sessiondb; "
        "shun; kill; failover; failover active; failover reset; failover reload-standby; vpn-sessiondb "
        "logoff; "
        "clear threat-detection; clear crypto; no failover; firewall; mode; failover exec; cluster; clear "
        "shun; "
        "dynamic-filter; clear eigrp; vpnclient; clear failover"},
    Row{"device.outage",
        "clear asp; clear service-policy; clear access-list; clear interface; clear traffic; clear logging; "
        "clear blocks; clear memory; clear process",
        nothing, clear_rule},
    Row{"device.operate",
        "clear asp drop; clear capture; capture; no capture; clear traffic; clear access-list counters; "
        "clear dns-hosts; clear memory; clear counters; no debug; undebug; clear arp; clear dhcpd "
        "statistics"},
    Row{"device.remove-file", "clear logging; clear logging buffer; clear crashinfo"},
    Row{"device.transfer", "write net; copy-capture|; backup; restore; export; import; debug-menu|"},
    Row{"device.boot", "activation-key; sw-module; boot; asdm"},
    Row{"device.user", "passwd; username; change-password; ssh; http; telnet; password"},
    Row{"device.foreign-code", "session; sfr; connect; system support; cluster exec; script; expert"},
};

constexpr std::array asa_rest{
    Row{"device.configure",
        "access-group; access-list; arp; asdm history; banner-asa|; class-map; client-update; crypto; dhcpd; "
        "dhcprelay; dns; dns-group; "
        "domain-name; dynamic-access-policy-record; eigrp; established; failover lan; failover link; "
        "failover interface; "
        "failover key; failover polltime; failover replication; filter; fixup; flow-export; fragment; ftp; "
        "group-object; group-policy; "
        "hostname; icmp; igmp; interface; ip local pool; ip audit; ip verify; ipsec; ipv6; jumbo-frame; "
        "ldap; logging; mac-address; "
        "management-access; management-only; monitor-interface; mtu; mount; multicast-routing; name; names; "
        "nameif; nat; "
        "network-object; ntp; object; object-group; pim; policy-map; prefix-list; priority-queue; prompt; "
        "quit; regex; "
        "route; route-map; router; same-security-traffic; security-level; service; service-object; "
        "service-policy; sla; smtp-server; "
        "snmp-map; snmp-server; ssl; static; sunrpc-server; sysopt; tcp-map; threat-detection; time-range; "
        "timeout; "
        "tls-proxy; track; tunnel-group; url-cache; url-list; url-server; vpn-addr-assign; vpn-filter; "
        "vpn-tunnel-protocol; "
        "webvpn; xlate; zone; default-group-policy; ikev1; ikev2; address-pools; split-tunnel-policy; "
        "split-tunnel-network-list; wins-server; dns-server; default-domain; ssh timeout; ssh version; ssh "
        "key-exchange; "
        "http server; inspect; match; set; parameters; member-interface; vpn-idle-timeout; "
        "vpn-session-timeout; quota; terminal"},
    Row{"device.configure", "access-list", nothing, access_list_rule},
    Row{"device.configure", "ip address", nothing, address_rule},
    Row{"device.configure", "route", nothing, route_rule},
    Row{"device.configure", "description; access-list * remark; name", text},
    Row{"device.configure",
        "interface; object; object-group; tunnel-group; group-policy; class-map; policy-map", section},
    Row{"device.factory-reset", "clear configure all; clear conf|igure all"},
    Row{"device.remove", "clear configure; clear conf|igure"},
    Row{"device.outage",
        "failover active; failover; firewall; mode; clear; no failover; shutdown; sysopt noproxyarp|; "
        "vpn-sessiondb"},
    Row{"device.user",
        "ssh; http; telnet; passwd; username; enable password; aaa; aaa-server; ldap-base-dn; "
        "pre-shared-key; "
        "ikev1 pre-shared-key; ikev2 local-authentication; ikev2 remote-authentication; crypto key; crypto "
        "ca; key"},
};

constexpr std::array switch_first{
    Row{"read",
        "walkmib; getmib; log; link-test; menu-log|; uptime; show-cli|; nv show; nv config diff; nv config "
        "show; "
        "no page; page; no paging; paging; chassislocate; chassis-locate|; list; top; lacp-show|; validate"},
    Row{"read", "display", nothing},
    Row{"device.factory-reset",
        "erase all; erase all zeroize; restore factory_default; restore factory-d|efaults; clear config; "
        "reset config; factory-reset; write erase all; system factory-reset; clear config interface|; "
        "restore default|; delete startup-configuration; reset to-factory|; erase factory-defaults"},
    Row{"device.erase-startup",
        "erase startup-config; delete startup-config; delete startup-configuration; delete backup-config"},
    Row{"power.reboot",
        "boot system; boot; apboot; boot system flash; reset system; boot active; boot primary; boot "
        "secondary; boot image; "
        "reload; vsf member * reboot; boot fabric-module; boot line-module; boot management-module"},
    Row{"device.outage",
        "kill; setmib; aaa user delete; redundancy switchover; redundancy; vsf; link-keepalive; test; "
        "ap-move|; "
        "vsx; clear-cli|; ap apboot; ap; ap wipe|; stack-unit; stacking; services|; clear vlan; clear "
        "port-channel; "
        "move; poe; release; renew; cluster-reset|; lc-cluster; clear ap; aaa; local-userdb; initiate"},
    Row{"device.operate",
        "clear statistics; clear counters; clear arp; clear mac-address; clear link-keepalive; "
        "clear lldp; checkpoint; locate; led-blink|; aaa test-server; clear intrusion-flags; clear "
        "mac-address-table"},
    Row{"device.replace",
        "checkpoint rollback; cfg-restore; restore; script apply; configuration purge-pending|; restore "
        "flash; "
        "configuration; load"},
    Row{"device.write-file", "backup; tar; tar logs; tar crash; checkpoint create|"},
    Row{"device.boot",
        "boot set-default; boot set-default flash; image; upgrade; usp; update; update bootcode; download; "
        "firmware; startup-default; ap image-preload; image install; image download; image copy; "
        "upgrade-image|; "
        "boot system active; boot system standby"},
    Row{"device.user",
        "local-userdb add; mgmt-user; password; clear pass; user; crypto; include-credentials; encrypt; "
        "local-userdb; username; zeroize"},
    Row{"device.foreign-code",
        "start-shell; menu; linuxsh; script; support; ssh; telnet; batch; repeat; support-mode|; encrypt "
        "disable"},
    Row{"device.foreign-code", "system; start-shell-command|", shell},
};

constexpr std::array switch_rest{
    Row{"device.configure",
        "untagged; tagged; tag; trunk; enable; forbid; jumbo; voice; ip; ipv6; dhcp; dhcp-snooping; "
        "arp-protect; gvrp; mesh; "
        "broadcast-limit; console; cdp; fastboot; filter; instrumentation; interface; loop-protect; "
        "max-vlans; mirror; monitor; "
        "oobm; port-security; power-over-ethernet; primary-vlan; qos; rate-limit; rmon; sntp; time; "
        "timesync; trunk-load-balance; "
        "web-management; snmpv3; stack; lacp; unknown-vlans; static-mac; link-keepalive; max-age; apply; "
        "speed-duplex; "
        "vlan access; vlan trunk allowed; vlan trunk native; no-routing|; routing; spanning-tree; vsx-sync; "
        "active-gateway; "
        "vrf attach; client; mclag|; system-mac; port-access; ssh server; https-server; persona; wlan; "
        "ap-group; ap-name; "
        "ap-system-profile; user-role; netdestination; netservice; rf; vap; virtual-ap; ssid-profile; essid; "
        "opmode; arm-profile; "
        "ids; firewall; cp-bandwidth-contract|; time-range; mgmt-server; mgmt-vlan|; controller-ip; "
        "provision-ap; vlan-name; lc-cluster; "
        "participation; pvid; tagging; addport; network-policy|; set; storm; protocol; duplex; autostate; "
        "advertise; "
        "auto-negotiation; classifier; header|; access-switch|; allow-unsupported-transceiver; dsnoop|; "
        "profile"},
    Row{"device.configure", "description; name; remark; alias-desc|; ssid-desc|", text},
    Row{"device.configure", "interface; vlan", section, shutdown_inside_rule},
    Row{"device.configure", "vlan trunk allowed; switchport trunk allowed vlan", nothing, trunk_rule},
    Row{"device.configure", "vlan trunk allowed; vlan access; vlan trunk native"},
    Row{"device.outage",
        "disable; shutdown; no-poe|; web-management-off|; firmware-cut|; vsf; ip-disable|; stack-unit"},
    Row{"device.factory-reset", "erase all zeroize; clear config"},
    Row{"device.user",
        "password; aaa; radius-server; tacacs-server; user; mgmt-user; snmpv3 user; crypto; username; "
        "ip authorized-managers; include-credentials"},
    Row{"device.foreign-code", "system; start-shell-command|", shell},
};

}  // namespace

std::span<const Row> asa_commands() {
  return asa_first;
}

std::span<const Row> asa_configuration() {
  return asa_rest;
}

std::span<const Row> switch_commands() {
  return switch_first;
}

std::span<const Row> switch_configuration() {
  return switch_rest;
}

}  // namespace mcpssh::guard
