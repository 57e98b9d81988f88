// Fortinet FortiOS and its kin: a tree of settings that is written at once, and commands behind get,
// diagnose, execute.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "get; show; tree; grep; execute ping; execute ping6; execute traceroute; execute tracert6; execute "
        "date $; "
        "execute time $; execute ping-options; execute ping6-options; execute traceroute-options; "
        "execute log display; execute log list; execute log filter; execute dhcp lease-list; execute dhcp6 "
        "lease-list; execute disk list; "
        "execute vpn sslvpn list; execute tac report; execute revision list|; execute ha management-ip|; "
        "execute log-report list|; "
        "execute fortitoken info|; execute dns|; execute fctems verify; execute wireless-controller list; "
        "execute wireless-controller info; "
        "execute switch-controller get-conn-status; execute switch-controller get-physical-conn; execute "
        "switch-controller get-sync-status; "
        "execute modem trigger|; execute usb-device list; execute lsusb|; execute vm-license-options|; "
        "execute api-user list|; "
        "execute fortiguard-log test-connectivity; execute traceroute6; execute revision; execute "
        "speed-test-server list; execute nslookup|; "
        "execute update-list; execute extender list|; execute cloud-status|; execute ssh-options; execute "
        "telnet-options|; execute wake|; execute clear-screen|"},
    Row{"read", "exit; quit; logout; ?; help", up},
    Row{"read", "sudo", command},
    Row{"device.configure", "config; conf", enter},
    Row{"read", "sudo *", command},
    Row{"device.unknown-word", "diagnose", nothing, listing_rule},
    Row{"read",
        "diagnose sniffer packet; diagnose sys top; diagnose sys top-summary; diagnose sys session list; "
        "diagnose sys session stat; "
        "diagnose sys session filter; diagnose sys session6 filter; diagnose hardware sysinfo; diagnose "
        "hardware deviceinfo; "
        "diagnose debug info; diagnose debug crashlog read; diagnose debug config-error-log read; diagnose "
        "debug report; "
        "diagnose debug rating; diagnose sys ntp; diagnose sys ha status; diagnose sys ha checksum; diagnose "
        "firewall iprope lookup; "
        "diagnose ip proute match; diagnose test update info; diagnose autoupdate versions; diagnose "
        "autoupdate status; "
        "diagnose vpn tunnel list; diagnose vpn ike gateway list; diagnose vpn ike log-filter; diagnose vpn "
        "ike log filter; "
        "diagnose debug flow filter; diagnose debug flow show; diagnose sys process pidof; diagnose user "
        "device list; "
        "diagnose vpn ike status; diagnose vpn ssl list; diagnose vpn ipsec status; diagnose sys flash list; "
        "diagnose netlink interface list; "
        "diagnose sys link-monitor status; diagnose sys sdwan; diagnose sys virtual-wan-link; diagnose log "
        "test; diagnose sys vd list; "
        "diagnose ip arp list; diagnose ip address list; diagnose ip rtcache list; diagnose netlink brctl; "
        "diagnose sys csum; "
        "diagnose npu np6 port-list; diagnose npu; diagnose switch-controller switch-info; diagnose firewall "
        "fqdn list; diagnose sys mpstat; "
        "diagnose sys cmdb info; diagnose debug flow filter addr; diagnose firewall auth list; diagnose sys "
        "profile show|; diagnose sys device"},
    Row{"device.operate",
        "diagnose debug disable; diagnose debug reset; diagnose debug enable; diagnose debug duration; "
        "diagnose debug flow trace stop; "
        "diagnose debug console timestamp; diagnose test authserver; diagnose log alertconsole; diagnose "
        "netlink interface clear; "
        "diagnose sys session filter clear; diagnose debug flow filter clear; diagnose vpn ike log-filter "
        "clear; execute cfg save; "
        "execute clear system arp table; execute log filter; execute log flush-cache; execute ha synchronize "
        "start|; "
        "execute wireless-controller scan-list; execute fortiguard-log update|; execute clear system; "
        "diagnose firewall iprope clear; diagnose vpn ike filter; diagnose vpn tunnel stat"},
    Row{"device.debug",
        "diagnose debug; diagnose debug application; diagnose debug flow; diagnose debug flow trace; "
        "diagnose debug cli; diagnose debug all; "
        "diagnose test application"},
    Row{"device.outage",
        "diagnose sys kill; diagnose sys session clear; diagnose sys session6 clear; diagnose sys ha "
        "reset-uptime; diagnose sys ha; "
        "diagnose vpn tunnel; diagnose vpn ike restart; diagnose vpn ike gateway clear; diagnose vpn ike "
        "gateway flush; "
        "diagnose vpn ssl|; diagnose user; diagnose sys process; diagnose netlink interface set|; diagnose "
        "hardware test; "
        "diagnose sys session; execute interface; execute router; execute router clear; execute ha; execute "
        "ha failover; "
        "execute disconnect-admin-session; execute dhcp lease-clear; execute vpn; execute vpn ipsec; execute "
        "vpn sslvpn; "
        "execute switch-controller; execute wireless-controller; execute modem; execute extender; execute "
        "cfg reload; "
        "execute sync-session; execute set-time|; execute date; execute time; execute ha disconnect; execute "
        "ha synchronize; "
        "execute clear; execute sensor; execute sync; execute enter; execute reload; execute fortiswitch; "
        "execute stop; "
        "execute ping-force|; diagnose firewall; diagnose firewall auth clear; execute fortitoken; execute "
        "auto-script; execute speed-test; "
        "diagnose ip; diagnose sys link-monitor; diagnose sys tcpsock|; execute session; execute "
        "central-mgmt; execute fortimanager"},
    Row{"device.remove-file",
        "execute log delete; execute log delete-all; execute log; execute revision delete; execute backup "
        "delete|; "
        "diagnose debug crashlog clear; execute log delete-rolled; diagnose sys flash delete|; execute "
        "log-report reset; "
        "execute remove; execute report; execute disk scan; execute disk"},
    Row{"device.transfer",
        "execute backup; execute scp|; execute tftp|; execute ftp|; execute usb-disk; execute upload; "
        "execute log roll; "
        "execute telemetry; execute log backup; execute dump|; execute tac upload|; execute fortiguard-log; "
        "diagnose debug report-upload|"},
    Row{"device.write-file",
        "execute backup config flash; execute backup config disk; execute backup config usb; execute backup "
        "config usb-mode|; "
        "execute backup full-config flash|; execute backup memory flash|"},
    Row{"device.replace",
        "execute restore; execute restore config; execute revision restore; execute batch-config|; execute "
        "migrate; execute config-transaction"},
    Row{"device.boot",
        "execute restore image; execute restore vmlicense; execute restore secondary-image; execute restore "
        "src-vis; execute update-now; "
        "execute set-next-reboot; execute upload image; execute restore ips; execute restore av; execute "
        "forticare-license|; "
        "execute update-av; execute update-ips; execute update-eol|; execute update; execute vm-license; "
        "execute license; execute bios; "
        "execute federated-upgrade; execute image; execute add-vm-license; execute upgrade; execute "
        "update-src-vis; execute forticarelicense; "
        "execute reload-license; diagnose autoupdate; execute raid"},
    Row{"device.factory-reset",
        "execute factory|reset; execute factoryreset2; execute factoryreset-shutdown; execute "
        "factoryreset-for-central-management; "
        "execute reset all-settings; execute reset all-except-ip; execute factory-license|; execute reset; "
        "execute factoryreset"},
    Row{"device.format",
        "execute formatlogdisk; execute erase-disk; execute disk format; execute disk raid; execute usb-disk "
        "format; execute format; "
        "execute lvm; execute formatharddisk|; diagnose sys flash format; execute disk delete; execute "
        "cleanup-disk|; execute partition"},
    Row{"power.reboot", "execute reb|oot; execute reboot; execute ha cold-reboot|; execute chassis"},
    Row{"power.shutdown", "execute shut|down; execute shutdown; execute halt; execute power-off|"},
    Row{"device.user",
        "execute certificate; execute vpn certificate; execute ssh-key; execute ssh-regen-keys; execute "
        "api-user; execute private-encryption-key; "
        "execute password; execute admin; execute lockout; execute unset; execute crypto; execute api-user "
        "generate-key; execute ssh-host-key"},
    Row{"device.foreign-code",
        "execute ssh; execute telnet; execute batch; execute ha manage; execute shell; execute sh; execute "
        "auto-script start; "
        "execute console; execute system|; execute run; execute script; execute lua; execute connect; "
        "execute debug; "
        "execute fortimanager-script|; execute automation-stitch; execute auto-script"},
    Row{"device.foreign-code", "fnsysctl; diagnose sys shell|", shell},
};

constexpr std::array rest{
    Row{"read", "get; show; tree"},
    Row{"device.configure", "config; conf", enter},
    Row{"device.configure", "set; append; select; edit", statement},
    Row{"device.configure", "next; move; clone; copy"},
    Row{"device.configure", "end", outwards},
    Row{"device.configure", "abort; exit", outwards},
    Row{"device.remove", "delete; purge; unset; unselect; rename; clear"},
};

constexpr std::array paths{
    Row{"device.configure", "** comment * $; ** comments * $; ** alias * $; ** description * $"},
    Row{"device.outage",
        "** status disable; ** status down; system interface ** allowaccess; system global ** admin-port; "
        "system global ** admin-sport; system global ** admin-ssh-port; system ha; system global ** "
        "vdom-mode; "
        "system settings ** opmode; system interface mgmt ** ip; system interface mgmt1 ** ip; system global "
        "** management-vdom; "
        "router static ** blackhole enable; system ha ** mode; system global ** admin-restrict-local; "
        "system global ** admin-https-redirect|; system settings ** status; system interface ** vdom; "
        "system virtual-switch; system central-management; system global ** admin-maintainer; ** shutdown; "
        "firewall local-in-policy; system vdom-property|; system interface ** mode; system global ** "
        "admin-lockout-threshold"},
    Row{"device.user",
        "system admin; system api-user; system accprofile; user local; user ldap; user radius; user tacacs+; "
        "user group; "
        "user peer; user fsso; user saml; system sso-admin; ** password; ** passwd; ** psksecret; ** "
        "trusthost1; "
        "vpn certificate; certificate; system snmp user; system password-policy; system "
        "sso-forticloud-admin; "
        "** accprofile; ** private-key; system admin-group|; ** ssh-public-key1; system global ** "
        "private-data-encryption; "
        "system fortimanager|; user setting; firewall ssh; ** secret; ** passphrase; user pop3|; system "
        "saml"},
    Row{"device.foreign-code",
        "system auto-script; system automation-action ** script; system automation-action; ** script; "
        "system automation-stitch|; system custom-language|"},
    Row{"device.boot",
        "system autoupdate; system fortiguard ** auto-firmware-upgrade; system global ** daily-restart; "
        "system auto-install; "
        "system fortiguard ** update|; system federated-upgrade"},
};

}  // namespace

const NetworkDialect& fortios_dialect() {
  static const NetworkDialect dialect{
      .platforms = "fortinet fortinet_fortios fortios fortigate fortinet_* fortios_*",
      .lexis = {.comments = "#", .quotes = "\"'", .escapes = true, .long_quotes = true},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = rows_of<paths>,
      .safer =
          "\"set cfg-save revert\" in \"config system global\", which goes back unless \"execute cfg save\" "
          "follows",
  };
  return dialect;
}

}  // namespace mcpssh::guard
