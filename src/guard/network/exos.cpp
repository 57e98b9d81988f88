// Extreme EXOS: no configuration mode; configure, create and enable add, unconfigure, delete and disable take
// away.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "show; ping; traceroute; ls; history; nslookup; mrinfo; mtrace; disable clipaging; enable clipaging; "
        "disable cli-config-logging|; "
        "disable clipaging session; enable cli refresh; disable cli refresh; configure cli columns; "
        "configure cli lines; top; pwd; cd; "
        "rtlookup; lookup|; check policy; refresh policy-show|; cat; more; disable cli prompting|; disable "
        "cli paging; man; verify"},
    Row{"read", "exit; quit; logout; q|", up},
    Row{"device.configure",
        "configure; create; enable; save; save configuration; refresh; refresh policy; start; check; edit; "
        "use profile|; "
        "configure vlan; configure ports; virtual-router; connect-vr|; conf; configure vlan * add; configure "
        "sharing; "
        "cancel; configure vlan * name"},
    Row{"device.write-file",
        "save configuration *; save configuration as-script; cp; mkdir; tech; save debug"},
    Row{"device.configure",
        "save configuration; save configuration primary; save configuration secondary; save"},
    Row{"device.configure",
        "configure vlan * description; configure ports * description-string; configure ports * "
        "display-string; "
        "configure snmp sysname; configure snmp syslocation; configure snmp syscontact; configure banner; "
        "create log message",
        text},
    Row{"device.operate",
        "clear counters; clear fdb; clear iparp; clear log counters; clear neighbor-discovery; clear "
        "session-count|; clear lldp; clear cpu-monitoring; "
        "clear slot; clear elrp; clear statistics; clear rmon|"},
    Row{"device.outage",
        "clear; disable; restart; terminate; run failover; run msm-failover; configure vlan * delete; "
        "configure vlan * delete ports; "
        "configure ports * auto off|; configure vlan default delete; configure sharing * delete; eject; run "
        "diagnostics; synchronize; "
        "configure stacking; enable stacking; disable stacking; configure slot; configure ports * disable|; "
        "run elrp; reset; stop; "
        "configure vlan mgmt; configure vr; configure vlan * tag|; configure stpd * delete; configure "
        "iproute delete; clear session; "
        "configure mgmt; clear access-list meter|; configure ipauth|; configure inline-power; configure "
        "safe-default-script; kill; "
        "configure vlan mgmt ipaddress; unmount; configure iparp delete; configure eaps * delete; configure "
        "iproute * blackhole; configure access-list delete"},
    Row{"device.remove", "unconfigure; delete; unconf"},
    Row{"device.remove-file", "rm; mv; clear log; clear log messages; delete image; unconfigure log"},
    Row{"device.factory-reset",
        "unconfigure switch; unconfigure switch all; unconfigure switch erase all; unconfigure switch erase; "
        "unconfigure configuration|; "
        "unconfigure switch erase nvram; factory-reset; unc|onfigure switch"},
    Row{"device.format", "format; erase"},
    Row{"device.boot",
        "use; use configuration; use image; download; download image; download url; download bootrom; "
        "install; install image; install bootrom; run update; "
        "uninstall; synchronize slot|; configure firmware; enable license; clear license-info; upgrade; "
        "uninstall image; install firmware; "
        "configure automation"},
    Row{"device.replace", "load; load configuration; restore"},
    Row{"device.transfer",
        "tftp; tftp get; tftp put; scp2; sftp; upload; upload configuration; upload log; upload debug; ftp; "
        "scp; download configuration"},
    Row{"device.user",
        "configure account; create account; delete account; configure failsafe-account; unconfigure account; "
        "configure radius; "
        "configure tacacs; configure ssh2 key; configure snmpv3 add user; configure snmpv3; configure snmp "
        "add community readwrite; configure sshd2; "
        "create user|; configure ssl; configure password; enable radius; disable radius; enable tacacs; "
        "configure aaa; configure cli max-failed-logins; "
        "configure netlogin add mac|; configure ssh2; configure netlogin local-user"},
    Row{"device.foreign-code",
        "load script; run script; run; telnet; ssh2; ssh; debug; python|; start shell|; create process; "
        "configure upm; create upm; configure cli script; "
        "load var; source; exec; enable cli scripting; run upm; create python|; start process; configure "
        "trace; bash|; configure upm event"},
    Row{"power.reboot", "reb|oot; reboot"},
    Row{"power.reboot", "reboot all"},
    Row{"device.configure", "reboot cancel"},
    Row{"power.shutdown", "shutdown; poweroff; halt"},
    Row{"device.outage",
        "restart process; restart ports; terminate process; disable ports; disable port; disable telnet; "
        "disable ssh2; disable ospf; disable bgp"},
    Row{"device.operate",
        "disable idletimeout; disable debug-mode; disable cpu-monitoring; disable log debug-mode; enable log "
        "debug-mode|"},
};

constexpr std::array rest{
    Row{"device.remove", "no"},
    Row{"device.configure", "entry; match; if; then; permit; count"},
    Row{"device.outage", "shutdown"},
};

}  // namespace

const NetworkDialect& exos_dialect() {
  static const NetworkDialect dialect{
      .platforms = "extreme extreme_exos exos extreme_xos",
      .lexis = {.comments = "#", .quotes = "\"", .escapes = false, .long_quotes = false},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = nullptr,
      .safer = "\"save configuration before-change\" first; \"use configuration\" and a reboot take it back",
  };
  return dialect;
}

}  // namespace mcpssh::guard
