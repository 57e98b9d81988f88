// Commands of Cisco IOS, IOS XE, IOS XR and NX-OS, Arista EOS, and of what is modelled on them (FRR, OS10,
// ArubaOS).
#include <array>

#include "guard/network/cisco.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array rows{
    // Looking
    Row{"read",
        "show; ping; traceroute; traceroute6; ping6; mtrace; dir; verify; where; systat; help; ?; list; pwd; "
        "cd; "
        "terminal; terminal length; terminal width; terminal monitor; enable; disable; logout; "
        "monitor interface; monitor traffic; find; grep; who; test policy; describe; tail; man; "
        "no terminal; no page; page; no paging; paging; no pager; pager; display; lookup; nslookup; mping; "
        "checksum; md5sum; sha256sum; sha512sum; terminal no; login local; login authentication; "
        "debug-filter|; sleep; echo|; monitor; bfd"},
    Row{"read", "more; type|; cat|; file dir; file list; file show; file view; head|", nothing,
        show_file_rule},
    Row{"read", "exit; quit", up},
    Row{"read", "end; abort", leave},
    Row{"read", "watch *; watch diff *; do-exec", command},
    Row{"device.configure", "do", command},
    Row{"device.configure", "admin; sysadmin", command},
    Row{"read", "admin $"},

    // Configuring
    Row{"device.configure",
        "configure; configure terminal; configure exclusive; configure private; configure lock; "
        "configure session; configure maintenance; configure dual-stage; conf; "
        "configure terminal revert; configure t; configure checkpoint save; configure snapshot",
        configure},
    Row{"device.configure",
        "configure confirm; configure revert timer; configure replace commit; configure unlock; "
        "configure sync; configure session * commit; configure session * abort; commit; "
        "configure commit; archive config; checkpoint; start transaction; discard; "
        "checkpoint auto; checkpoint post-configuration; no configure session; validate; save"},
    Row{"device.replace",
        "configure replace; configure revert now; configure memory; configure network; "
        "configure overwrite-network; configure checkpoint restore; rollback; commit replace; "
        "checkpoint rollback; configure revert; configure convert; load; configure factory|"},
    Row{"device.configure", "write; write memory; write file; write integrated"},
    Row{"read", "write terminal"},
    Row{"device.transfer", "write network; write core; write http:; write net"},
    Row{"device.outage", "write standby"},

    // Wiping
    Row{"device.write-erase", "write erase"},
    Row{"device.erase-startup",
        "erase startup-config; erase nv|ram:; erase nvram; clear startup-config; "
        "erase nvram:startup-config; erase /all nvram:; erase config; clear start|up"},
    Row{"device.format",
        "erase; erase all; erase flash; erase flash:; format; squeeze; fsck /nocrc|; wipe|; erase-disk|; "
        "partition|; secure-erase|; erase secure"},
    Row{"device.factory-reset",
        "factory-r|eset; factory-d|efault; factory reset; restore factory-d|efault; "
        "restore factory-defaults; write default; erase factory-defaults; zeroize|; "
        "configure factory-default; load factory-default; license right-to-use erase|; "
        "erase all zeroize; request platform software factory-reset; clear configure all; "
        "reset factory; system factory-default; factory-reset all; write erase reload; "
        "hw-module * factory-reset; platform factory-reset; erase zeroize"},
    Row{"device.remove-file", "delete; remove|; rm|", nothing, delete_rule},
    Row{"device.remove-file",
        "rmdir; rename; move; undelete|; clear logging; clear log; clear checkpoint; fsck; unlink|; "
        "clear cores; clear crashinfo; clear archive; mv|"},
    Row{"device.write-file", "mkdir; touch|; archive create; tar create; gzip; gunzip; tar append"},
    Row{"device.transfer",
        "archive tar; archive upload-sw; tar; tftp; ftp|; scp; upload; backup|; sftp|; download; "
        "copy-sup|; wget|; curl|"},
    Row{"device.transfer", "copy; cp|", nothing, copy_rule},

    // Power
    Row{"power.reboot",
        "rel|oad; reboot; boot system; reset system; restart system; cold-reboot|; warm-reboot|; boot $; "
        "hw-module * * reload; hw-module * reload; hw-module * * * reload; switch * reload|; "
        "reset $; apboot; fast-reboot|; power cycle; boot flash; reset module"},
    Row{"device.configure", "rel|oad cancel; no reload; rel|oad /cancel; rel|oad abort"},
    Row{"power.shutdown", "halt; poweroff; power-off; poweroff module"},

    // Starting next time
    Row{"device.boot",
        "install; archive download-sw; issu; request platform software package; upgrade; update; software; "
        "request; boot; boot set-default; license; image; firmware|; zerotouch; bootvar; redundancy reload; "
        "set boot; extension|; system software; install-image|; microcode; patch; smart-license|; "
        "request system; startup-default; setup; autoinstall; reprovision|; upgrade-firmware; pnpa; "
        "license smart; poap|; guestshell resize"},
    Row{"read", "install verify; request platform software trace; license show; archive tar /table"},

    // Interruptions
    Row{"device.outage",
        "clear; redundancy; hw-module; system switchover; process; test; diagnostic; release; "
        "renew; shun|; kill; system mode; switch|; stack|; reset; restart; agent; "
        "set platform; reload-module|; platform; vsf; vsx|; system standby; reset bgp; isolate; "
        "switchto; mac-move; maintenance; terminate|; vpn-sessiondb; udld reset; system reset; "
        "clear line; clear users; clear crypto; aaa user; cluster|; disconnect|; setmib|"},
    Row{"device.outage",
        "clear ip bgp; clear bgp; clear ipv6 bgp; clear ip eigrp; clear router bgp; clear bgp ipv4; "
        "clear ip bgp *; clear bgp *",
        nothing, soft_reset_rule},
    Row{"device.outage",
        "clear; clear ip; clear ipv6; clear interface; clear interfaces; clear spanning-tree; "
        "clear policy-map; clear lacp; clear ip ospf; clear isis; clear ospf; clear mpls; clear qos; "
        "clear port-channel; clear platform; clear hardware; clear vpc; clear copp; clear snmp; clear "
        "crypto; "
        "clear aaa; clear ntp; clear radius; clear tacacs; clear storm-control; clear queuing; clear l2vpn; "
        "clear controller; clear pim; clear hsrp; clear vrrp; clear lldp; clear ip igmp; clear dot1x",
        nothing, clear_rule},
    Row{"device.operate",
        "clear counters; clear mac address-table; clear mac-address-table; clear arp-cache; clear arp; "
        "clear ip arp; clear access-list counters; clear access-list; clear ip access-list counters; "
        "clear cdp; clear lldp table; clear lldp counters; clear host; clear screen; clear statistics; "
        "clear ip traffic; clear ip nat statistics; clear ipv6 neighbors; clear ip dhcp conflict; "
        "clear interface counters; clear configuration lock; clear link-flap; clear mac; "
        "clear ip prefix-list; clear spanning-tree detected-protocols; clear errdisable; "
        "clear cli history; clear terminal; clear history; clear parser; clear ip sla; clear dns; "
        "clear port-security sticky|; clear errdisable interface; clear access-lists; clear mac-addr"},
    Row{"device.operate",
        "undebug; undebug all; un all; u all; no debug; send; clock set; clock; "
        "diag-dump|; dot1x re-authenticate; logger; generate; banner exec|; session-limit; no watch; "
        "no monitor; event-log; debug-off|; capture; blink|; led|; locator-led; beacon; mark; "
        "monitor session; lock; resume; terminal lock"},
    Row{"device.debug", "debug; diag; diagnose; diagnostics"},
    Row{"device.operate", "monitor capture", nothing, capture_rule},

    // People and keys
    Row{"device.user",
        "enable se|cret; enable pa|ssword; username; crypto key; crypto pki; crypto; aaa; password; passwd; "
        "change-password|; login local; ssh-key; snmp-server user; user; clear pass; no username"},
    Row{"device.foreign-code", "login; connect; access-enable"},
    Row{"device.secret",
        "crypto key export; crypto pki export; crypto export; crypto ca export; crypto key pubkey-chain "
        "export"},

    // Code and other prompts
    Row{"device.foreign-code",
        "tclsh; python; python3; python-shell; guestshell; run guestshell; run; event manager run; "
        "event manager policy; event manager directory; event manager session; event manager update; "
        "event manager scheduler; "
        "app-hosting; start-shell; linuxsh; telnet; telnet6; ssh; ssh6; rlogin; rsh; session; "
        "attach; macro; script; source; exec|; execute|; menu; remote|; virtual-service; "
        "iox; docker; container|; vsh; load-nxos; service-module; pad; loadscript; "
        "request platform software system shell; request platform software system; "
        "scripting; call-home send; run-script|"},
    Row{"device.foreign-code",
        "bash; run bash; guestshell run; run guestshell run; start shell; dohost; bash timeout *", shell},
    Row{"device.configure", "schedule; scheduler; cli alias; alias; event manager; kron; archive"},
};

}  // namespace

std::span<const Row> cisco_commands() {
  return rows;
}

}  // namespace mcpssh::guard
