// Palo Alto Networks PAN-OS and Panorama.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "show; ping; traceroute; less; tail; grep; find; test; set cli; check; validate; view-pcap; netstat; "
        "quit-cli|; "
        "request license info; request system software check; request system software info; request content "
        "upgrade check; "
        "request content upgrade info; request anti-virus upgrade check; request anti-virus upgrade info; "
        "request system external-list show; request support check|; request support info|; request system "
        "fqdn show; "
        "request wildfire upgrade check; request wildfire upgrade info; target show; request url-filtering "
        "update-status|; "
        "request certificate show; request plugins check; request master-key show|; debug swm status|; "
        "request global-protect-client software check; request global-protect-client software info; "
        "request high-availability state show|; request system bootstrap-usb verify|; request dhcp client "
        "show|; "
        "request url-filtering download status; show config; find command; request password-hash; mtu|; "
        "request resolve; request system-setting|; diff; tcpdump-view|"},
    Row{"read", "exit; quit", up},
    Row{"device.configure", "configure", configure},
    Row{"device.configure",
        "commit; commit description; commit partial; commit-all; commit validate|; save config; save config "
        "to; save; "
        "target set; request commit-lock; request config-lock; schedule uar-report"},
    Row{"device.replace", "commit force|; load; load config; revert; load config version; load device-state"},
    Row{"device.configure", "revert config"},
    Row{"device.operate",
        "clear counter; clear counters; clear arp; clear mac; clear job; tcpdump; request system fqdn "
        "refresh; "
        "request system external-list refresh; request system external-list; clear neighbor; clear "
        "dos-protection|; "
        "clear ospf|; clear log-counters|; request acknowledge; schedule; request stats; request "
        "tech-support dump; "
        "request tech-support; request quota-enforcement; request push-filter; request system fqdn; "
        "clear ndp; clear statistics; request log-fwd-ctrl|; clear hit-count; set management-server; request "
        "url-filtering"},
    Row{"device.outage", "clear", nothing, clear_rule},
    Row{"device.outage",
        "clear session; clear session all; clear vpn; clear routing; clear user-cache; clear user-cache-mp; "
        "clear high-availability; "
        "request high-availability; request high-availability state; request global-protect-gateway; "
        "set session; set system; set panorama; set application; set deviceconfig|; request dhcp; request "
        "chassis; "
        "request device-registration; request batch; request lockout|; set ctd|; "
        "request ssl-output|; request global-protect-satellite; request vpn; set ssh; request "
        "logging-service-forwarding; "
        "request session-discard; set deviceid|; request hsm; set wildfire; set date; set clock; set "
        "data-access-password; "
        "request rma; request vsys|; request routing; request interface; request wildfire; set url-database"},
    Row{"device.remove-file",
        "delete; delete config; delete software; clear log; clear report; clear user|; delete pcap"},
    Row{"device.transfer",
        "scp; tftp; ftp; scp export; scp import; tftp export; tftp import; ftp export; upload; download; "
        "request config-export|; "
        "request device-telemetry; request config-backup; request system bootstrap-usb"},
    Row{"device.boot",
        "request system software; request content; request anti-virus; request license; request system "
        "software install; "
        "request content upgrade; debug swm; request global-protect-client; request plugins; request "
        "wildfire upgrade; "
        "request support; request bootstrap; request url-filtering install; set next-boot|; "
        "request batch software; request batch license; request system self-test; request sd-wan|; request "
        "software|"},
    Row{"device.factory-reset",
        "request system private-data-reset; request system factory-reset; request system erase|"},
    Row{"device.format",
        "request system raid; request system logdb-migrate; request system disk; request raid"},
    Row{"power.reboot",
        "request restart; request restart system; request restart software; request restart dataplane; "
        "request system reboot; debug system maintenance-mode"},
    Row{"power.shutdown", "request shutdown; request shutdown system; request system shutdown"},
    Row{"device.debug", "debug; debug dataplane; debug software"},
    Row{"device.outage", "debug software restart; debug device-server reset"},
    Row{"device.user",
        "set password; request certificate; request master-key; request authentication; request authkey; "
        "request mgmt-user|; "
        "request api; request saml|; request ssh"},
    Row{"device.secret", "request certificate export|"},
    Row{"device.foreign-code",
        "ssh; telnet; start|; debug cli-shell|; run-script|; expert|; request plugins shell|"},
};

constexpr std::array rest{
    Row{"read", "show; check; validate; find; status; help; top $; test|; run $"},
    Row{"read", "run", command},
    Row{"read", "exit; quit; abandon|", up},
    Row{"read", "top", top},
    Row{"read", "up"},
    Row{"device.configure", "edit", enter},
    Row{"device.configure", "set; override", statement},
    Row{"device.configure",
        "commit; commit description; commit partial; commit-all; save; save config; revert config; copy; "
        "move; "
        "clone|; validate full|"},
    Row{"device.replace", "commit force|; load; revert; load config; replace"},
    Row{"device.remove", "delete; rename"},
    Row{"device.user", "set password; set mgt-config"},
};

constexpr std::array paths{
    Row{"device.configure", "** description * $; ** comment * $"},
    Row{"device.outage",
        "deviceconfig system ip-address; deviceconfig system netmask; deviceconfig system default-gateway; "
        "deviceconfig system permitted-ip; deviceconfig high-availability enabled no; ** link-state down; "
        "** disabled yes; deviceconfig system service disable-ssh; deviceconfig system service "
        "disable-https; "
        "deviceconfig high-availability; deviceconfig system type; ** shutdown; "
        "rulebase security rules * from any to any source any destination any ** action deny; "
        "rulebase security rules any-deny|; deviceconfig system panorama; ** enable no; ** enabled no; "
        "deviceconfig setting management disable|; ** action drop|"},
    Row{"device.user",
        "mgt-config; shared local-user-database; shared authentication-profile; shared admin-role; "
        "** pre-shared-key; ** phash; ** password; shared server-profile; deviceconfig setting management "
        "admin-lockout|; "
        "** ssh public-key; ** public-key; shared certificate; deviceconfig setting management api; "
        "deviceconfig system snmp-setting; shared ssl-tls-service-profile; template * config mgt-config; "
        "deviceconfig system ssh; ** authentication-sequence; ** private-key"},
    Row{"device.boot", "deviceconfig system update-schedule; deviceconfig setting config rematch|"},
};

}  // namespace

const NetworkDialect& panos_dialect() {
  static const NetworkDialect dialect{
      .platforms = "paloalto_panos paloalto palo_alto panos panorama paloalto_*",
      .lexis = {.comments = "#", .quotes = "\"'", .escapes = false, .long_quotes = false},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = rows_of<paths>,
      .safer =
          "\"validate full\" and \"save config to before-change\" first, \"load config from\" takes it back",
  };
  return dialect;
}

}  // namespace mcpssh::guard
