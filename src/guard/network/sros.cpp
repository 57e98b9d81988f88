// Nokia SR OS, classic and model-driven: paths with "shutdown", "no" or "delete" somewhere in them.
#include <array>

#include "guard/network/dialects.hpp"
#include "guard/network/looks.hpp"

namespace mcpssh::guard {
namespace {

using enum Then;

constexpr std::array first{
    Row{"read",
        "show; info; ping; traceroute; oam; monitor; file dir; file type; file list; file show; file "
        "version; admin display-config; admin show; environment; "
        "tree; history; tools dump; pwc; pwd; help; compare; validate; state; back; echo; sleep; configure "
        "$; candidate view; mrinfo; mtrace; "
        "//environment; admin compare; admin rollback compare; admin rollback view; configure system info|; "
        "edit-config read-only; info-detail|; file checksum; exit $; file cd"},
    Row{"read", "exit; quit; quit-config; logout", up},
    Row{"read", "exit all", leave},
    Row{"device.configure",
        "edit-config; edit-config exclusive; edit-config private; edit-config global; candidate edit",
        configure},
    Row{"device.configure", "configure; enable; enable-admin; /configure; candidate", statement},
    Row{"device.configure",
        "admin save; admin rollback save; commit; commit confirmed; discard; candidate commit; candidate "
        "discard; candidate save; "
        "commit confirmed accept; admin synchronize; candidate confirm; write; save; admin "
        "application-assurance; insert; annotate; update"},
    Row{"device.operate",
        "clear router interface statistics; clear port * statistics; clear counters|; clear lag * "
        "statistics; clear cpm-filter; clear log-counters|; "
        "clear filter; clear qos; admin set-time; clear router arp; clear fdb|; clear trace; file md; file "
        "mkdir; file make-directory; clear screen"},
    Row{"device.outage", "clear", nothing, clear_rule},
    Row{"device.outage",
        "admin redundancy; tools perform; admin disconnect; reset; admin clear; admin set; admin "
        "application|; redundancy; restart; "
        "admin redundancy force-switchover; perform"},
    Row{"device.remove-file",
        "file delete; file rd; file move; file remove-directory; file unmount; file rmdir; clear log; file "
        "repair; file shutdown; admin rollback delete"},
    Row{"device.format", "file format; file erase"},
    Row{"device.transfer", "file copy; file scp; file tftp; ftp; scp; admin tech-support"},
    Row{"device.replace",
        "rollback; load; load full-replace; load merge; admin rollback revert; admin rollback; candidate "
        "load; candidate replay; candidate rollback; replace"},
    Row{"device.remove", "delete; candidate delete; no; candidate"},
    Row{"device.boot",
        "bof; admin software; admin system license; admin update; admin license; bof save; admin system; "
        "admin nat"},
    Row{"device.debug", "debug; admin debug-save"},
    Row{"device.user",
        "password; admin certificate; admin system security; admin tech|; security; admin radius"},
    Row{"device.foreign-code", "exec; telnet; ssh; pyexec; shell; //; cron; admin python; start"},
    Row{"device.factory-reset", "admin system reset; admin factory-reset; admin reset"},
    Row{"power.reboot", "admin reb|oot; admin reboot; admin reboot now; admin reboot standby; reboot"},
    Row{"power.shutdown", "admin shutdown; shutdown"},
};

constexpr std::array rest{
    Row{"read", "info; compare; validate; back; top $; tree; pwc"},
    Row{"read", "exit; quit-config; quit", up},
    Row{"read", "exit all", leave},
    Row{"read", "top", top},
    Row{"device.configure", "commit; commit confirmed; discard"},
    Row{"device.configure",
        "port; router; service; system; card; mda; lag; log; filter; qos; interface; policy-options; sfm; "
        "vprn; vpls; epipe; ies; bgp; ospf; isis; "
        "ldp; rsvp; mpls; network; customer; address; description; neighbor; group; area; static-route; "
        "static-route-entry; sap; spoke-sdp; sdp; "
        "mesh-sdp; ethernet; mtu; mode; admin-state; autonomous-system; route-target; ntp; snmp; name; "
        "location; contact; chassis; next-hop; "
        "peer-as; import; export; prefix; prefix-list; policy-statement; entry; action; default-action; "
        "from; to; match; timers; create; "
        "route-distinguisher; vrf-target; no shutdown; ip-filter; ipv6-filter; encap-type; lacp; bfd; "
        "preference; type; set; interface-type; apply-groups",
        statement},
    Row{"device.remove", "no; delete; replace"},
    Row{"device.configure", "no shutdown"},
    Row{"device.outage", "shut|down"},
};

constexpr std::array paths{
    Row{"device.configure", "** no shut|down $; ** description * $"},
    Row{"device.outage",
        "** admin-state disable; ** shutdown; management-interface; system management-interface; system "
        "boot-bad-exec|; "
        "redundancy; system redundancy; ** ospf overload; ** overload"},
    Row{"device.remove", "** no; ** delete"},
    Row{"device.user",
        "system security; ** authentication-key; ** password; system login-control|; ** user-params; ** "
        "community"},
    Row{"device.foreign-code",
        "system script-control; system cron; log event-handling; ** python-script; system boot-good-exec; "
        "python"},
};

}  // namespace

const NetworkDialect& sros_dialect() {
  static const NetworkDialect dialect{
      .platforms = "nokia_sros sros nokia_* alcatel_sros alcatel_*",
      .lexis = {.comments = "#", .quotes = "\"", .escapes = false, .long_quotes = false},
      .commands = tree_of<first>,
      .configuration = tree_of<rest>,
      .negation = nullptr,
      .paths = rows_of<paths>,
      .safer = "\"commit confirmed 5\", or \"admin rollback save\" first in the classic CLI",
  };
  return dialect;
}

}  // namespace mcpssh::guard
