// First words of configuration lines of Cisco and its kin that only add: global ones and those of every
// section.
#include <array>

#include "guard/network/cisco.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array rows{
    // Global
    Row{"device.configure",
        "access-group; alias; arp; auto; autonomous-system; bfd; bridge; buffers; call-home; callhome; cdp; "
        "class; clock; cns; "
        "config-register-value|; crypto; crypto map; crypto ipsec; crypto isakmp; crypto ikev2; crypto "
        "dynamic-map; cts; "
        "dampening; device-sensor; dialer-list; dns; domain; dot1x; dot11; epm; errdisable; ethernet; event; "
        "exception; "
        "fabric; facility-alarm; feature; feature-set; fhrp; file; flow; flow-sampler-map; frame-relay; "
        "gateway; "
        "glbp; gptp; group; hardware; hash; help; host; hostname; hw-switch; identity; install-feature|; ip; "
        "ipv4; ipv6; "
        "isis; key; kron; l2; l2tp; l2vpn; l3vpn; lacp; ldp; link-state; lldp; load-interval; locale; "
        "logging; login; "
        "loopback-detection; mac; mac-address; mac-address-table; management; map-class; memory; "
        "memory-size; mls; monitor; mpls; "
        "mtu; multicast; multicast-routing; mvrp; nat; ncs; netconf; netconf-yang; network-clock; "
        "network-policy; nsf; ntp; nv; "
        "object-group; ospf; openconfig; performance; pim; policy-list; port; port-profile; port-security; "
        "power; "
        "prefix-list; prefix-set; prefix-set|; priority-flow-control; process-max|; process cpu; ptp; "
        "pseudowire-class; ptp-clock; qos; "
        "queue-monitor; rate-limit; rep; resource; restconf; rmon; rpl; route-policy; route-tag; "
        "route-target; rsvp; sampler; "
        "scheduler; segment-routing; selector; service; service-group; service-policy; service-template; "
        "set; sflow; "
        "snmp; snmp-server; source-interface; spanning-tree; ssh; ssl; standby; storm; subscriber; system; "
        "system-mtu; "
        "table-map; tag; tcp; telemetry; telnet; template; threshold; time-range; timeout; track; "
        "traffic-shape; transceiver; "
        "tunnel; udld; udp; unified; upgrade-fpd|; vdc; virtual; vmps; vpc; vpdn; vpn; vrrp; vstack; vtp; "
        "vxlan; wccp; "
        "wred; wrr-queue; xconnect; xml; xmpp; zone; zone-pair; as-path-set; community-set; "
        "extcommunity-set; rd-set; "
        "hw; icmp; lpts; nbar; macsec; mka; mlag; peer-filter; sfp; pseudowire; evpn; fabricpath; fex; "
        "fcdomain; "
        "checkpoint; copp; cfs; eem; port-object; ip name-server; ip ssh version; ip http; ip scp|; vrf"},
    // Interfaces and lines
    Row{"device.configure",
        "bandwidth; beacon; carrier-delay; cable; channel-group; channel-protocol; clock-rate; delay; "
        "dialer; duplex; "
        "dtp; encapsulation; exec-timeout; full-duplex; half-duplex; flowcontrol; flow-control; fec; "
        "hold-queue; history; "
        "keepalive; l2protocol-tunnel; link; lag; length; linecode; location; loopback; mdix; member; "
        "medium; mode; negotiation; negotiate; nameif; overrun|; peer-address; pvc; pppoe; ppp; "
        "private-vlan; proxy-arp; "
        "queue-limit; rj45-auto-sense|; remote-neighbor|; routing; security-level; secondary; "
        "service-profile|; session-limit; "
        "session-timeout; snmp trap; speed; srr-queue; switchport; switchport access; switchport mode; "
        "switchport trunk; "
        "switchport trunk allowed vlan add; switchport trunk native; switchport voice; switchport "
        "port-security; "
        "switchport nonegotiate; trust; tx-queue; unidirectional; vlan-id; vlan-range; width; stopbits; "
        "databits; parity; "
        "modem; rotary; escape-character; logout-warning; absolute-timeout; autocommand-options|; tunnel "
        "source; "
        "tunnel destination; tunnel mode; ip helper-address; ip access-group; evc; l2transport; rewrite; "
        "load-balance; "
        "logging synchronous; authentication; mab; transmit-hold; edge; portfast; poe; phy; "
        "error-correction; "
        "traffic-policy; ip dhcp snooping; ip arp inspection; ip verify; ip nat; ip ospf; ipv6 nd; "
        "autoconfig; xcvr"},
    // Routing
    Row{"device.configure",
        "activate; address-family; advertise; advertise-map; aggregate-address; aggregate; allowas-in; "
        "always-compare-med; area; "
        "auto-cost; auto-summary; bestpath; bgp; client-to-client; cluster-id; confederation; default; "
        "distance; distribute-list; dynamic-neighbor; eigrp; export; fast-reroute; flush; graceful-restart; "
        "hello-interval; dead-interval; import; inherit; instance; is-type; keepalive-timer; label; level; "
        "listen; log; "
        "log-adjacency-changes; lsp-gen-interval; match; maximum-paths; maximum-prefix; maximum-path; "
        "metric; metric-style; "
        "mpls-label; multipath; neighbor-group; neighbor; net; network; next-hop; next-hop-self; nexthop; "
        "nssa; offset-list; "
        "passive; peer-group; preempt; priority; prefix; protocol; rd; redistribute; reference-bandwidth; "
        "remote-as; "
        "route-reflector-client; router-id; router-guard|; router; send-community; send-community-ebgp; "
        "soft-reconfiguration; "
        "spf; spf-interval; static; stub; summary-address; summary-prefix; synchronization; table; timers; "
        "topology; "
        "traffic-share; transmit-interface; type; update-source; use; use-bia; variance; vni; vrid; weight; "
        "ebgp-multihop; "
        "ebgp-multihop; dual-stack; local-as; local-preference; connected; continue; apply; pass; drop; if; "
        "elseif; else; "
        "endif; endpolicy|; end-policy; end-set; end-if|; retain; nsr; mesh-group; minimum-interval; "
        "multiplier; flowspec; "
        "distribute; ignore-attached-bit; l3vni; redistribute-internal|; best-path; additional-paths; "
        "link-state-distribute|"},
    // Lists and policies
    Row{"device.configure",
        "permit; deny; dynamic; evaluate; reflect; sequence; * permit; * deny; * remark; statistics; action; "
        "bandwidth-remaining|; "
        "bandwidth; cir; class; compression; conform-action; exceed-action; violate-action; drop; dscp; "
        "estimate; fair-queue; "
        "inspect; mark; netflow; police; precedence; priority; random-detect; rate; shape; queue; "
        "queue-buffers; seq; "
        "set; match; match-any|; subclass|; trigger; xlate|; event; option; periodic; absolute; "
        "community; communities; community-list; as-path; range; service-object; network-object; "
        "group-object; subnet; "
        "fqdn; protocol-object; icmp-object; port-object; host-object|; ip as-path; ip prefix-list; ip "
        "community-list; "
        "resequence; fragments; counters; counter; on; per-entry"},
    // Services and what is left
    Row{"device.configure",
        "allocate; address; address-pool; bind; bootfile; buffered; cache; certificate; client; "
        "client-identifier; collect; collector; "
        "console; data; default-router; destination; dns-server; domain-name; enrollment; exporter; "
        "excluded-address; "
        "facility; format-xml|; frequency; fqdn; fingerprint; group-lock; hardware-address; hash-algorithm; "
        "history; "
        "icmp-echo; icmp-jitter; udp-jitter; http-get; tcp-connect; dns-probe|; import-all|; input; "
        "interval; lease; "
        "level-1; lifetime; limit; lookup; maximum; maximum-sessions|; max-accounting; message; "
        "netbios-name-server; "
        "netbios-node-type; next-server; notify; occurrence; operation; output; path; peer-keepalive; "
        "peer-link; "
        "peer-gateway; peer-switch; peer-config-check-bypass; auto-recovery; delay-restore; dual-active; "
        "path-mtu-discovery; "
        "pool; port-channel; primary; proposal; protocol-type; proxy; query; rekey; record; recipient|; "
        "relay; request-data-size; "
        "retransmit; reachability; revocation-check; role-priority; root-id; rsakeypair; samples; "
        "save-password; schedule; server; "
        "server-group; severity; session-type; source; split-tunnel; start-time; subject-name; synchronize; "
        "syslog; "
        "system-priority; target; task; template-data; time; time-period; timestamp; tos; transport; "
        "trigger; "
        "transform-set; ttl; update; url; usage; utilization; verify-data; version; view; vlans; vn-segment; "
        "voice; wins-server; write-memory; zone-member; encryption; integrity; prf; dh; pfs; "
        "lifetime-seconds; mode-config; "
        "tunnel-limit; ikev1; ikev2; isakmp; ipsec; policy-group; webvpn; anyconnect; keyring|; "
        "identity-local; ip-address; "
        "max-sessions; maximum-routes; mcast-group; ingress-replication; member-vni; suppress-arp; "
        "source-address; "
        "host-reachability; global; local-interface; domain-id; reload-delay; heartbeat; oif; "
        "virtual-router; vip; preempt-delay; "
        "authentication-key-id|; log-config; logging-enable|; hidekeys; log-size; path-history|; "
        "rollback-timer|; filter; "
        "archive; rewind|; no-more|"},
};

}  // namespace

std::span<const Row> cisco_words() {
  return rows;
}

}  // namespace mcpssh::guard
