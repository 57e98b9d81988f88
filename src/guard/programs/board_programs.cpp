// What only small boards and the BSDs have: OpenWrt's own programs, and FreeBSD's beside those of other
// tables.
#include <array>

#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array uci_verbs{
    Verb{"show get changes export", "read"},
    Verb{"set add add_list rename reorder revert batch import", "service.definition"},
    Verb{"commit", "service.definition"},
    Verb{"delete del_list", "service.definition"},
};
constexpr std::array ubus_verbs{
    Verb{"list wait_for listen monitor", "read"},
    // "call OBJECT METHOD": what the methods are named says what they do, as a rule.
    Verb{"call/*/get* call/*/list* call/*/info call/*/status call/*/board call/*/dump call/*/state "
         "call/*/assoclist call/*/devices call/*/scan call/*/freqlist call/*/countrylist call/*/read "
         "call/*/show call/*/ipv4leases call/*/ipv6leases call/*/history",
         "read"},
    Verb{"call/system/reboot", "power.reboot"},
    Verb{"call/system/sysupgrade", "device.factory-reset"},
    Verb{"call/service/* call/rc/*", "service.protected"},
    Verb{"call/file/* call/rpc-sys/* call/*/exec", "shell.foreign-code"},
    Verb{"call send", "service.definition"},
};
constexpr std::array swconfig_verbs{
    Verb{"list dev/*/show dev/*/port/*/show dev/*/vlan/*/show dev/*/help dev/*/get dev/*/port/*/get", "read"},
    Verb{"*", "network.lockout"},
};
constexpr std::array firewall4_verbs{
    Verb{"print check network device zone version", "read"},
    Verb{"start restart reload reload-sets", "service.change"},
    Verb{"stop flush", "network.lockout"},
};

constexpr std::array gpart_verbs{
    Verb{"show list status backup", "read"},
    Verb{"bootcode set unset", "kernel.boot"},
    Verb{"*", "disk.partition"},
};
constexpr std::array geom_verbs{
    Verb{"list status show dump version", "read"},
    Verb{"attach detach configure setkey rebuild activate deactivate start stop rescan", "disk.settings"},
    Verb{"label create insert init clear destroy forget remove kill delkey nuke", "disk.wipe"},
    Verb{"backup", "secret.read"},
};
constexpr std::array camcontrol_verbs{
    Verb{"devlist periphlist inquiry identify readcap tags attrib opcodes zone epc", "read"},
    Verb{"tur rescan reprobe start", "disk.test"},
    Verb{"format sanitize fwdownload", "disk.wipe"},
    Verb{"security", "disk.wipe"},
    Verb{"*", "disk.settings"},
};
constexpr std::array bectl_verbs{
    Verb{"list check", "read"},
    Verb{"create mount umount unmount rename", "disk.grow"},
    Verb{"destroy", "disk.remove"},
    Verb{"activate jail unjail import export", "kernel.boot"},
};
constexpr std::array freebsd_update_verbs{
    Verb{"fetch cron updatesready IDS", "package.cache"},
    Verb{"install", "package.install"},
    Verb{"upgrade rollback", "package.foreign"},
};
constexpr std::array ipfw_verbs{
    Verb{"list show table/*/list table/*/info nat/show pipe/show queue/show", "read"},
    Verb{"add", "network.change"},
    Verb{"*", "network.lockout"},
};

/// "sysrc name" reads, "sysrc name=value" writes what the system starts with.
void judge_sysrc(const Call& call) {
  if (call.only_help()) return;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    const bool reads = word.literal() && !word.text().contains('=') && word.text() != "-x";
    if (!reads) return call.does("service.definition");
  }
}

constexpr std::array rows{
    Program{.names = "uci", .options = {"mnNqsSX", "cdfLpPt", "", ""}, .verbs = uci_verbs},
    Program{.names = "ubus", .options = {"vS", "stm", "", ""}, .verbs = ubus_verbs},
    Program{.names = "iwinfo jsonfilter jshn devstatus", .any_option = true},
    Program{.names = "swconfig", .verbs = swconfig_verbs},
    Program{.names = "fw3 fw4", .options = {"46qd", "", "", ""}, .verbs = firewall4_verbs},
    Program{.names = "firstboot jffs2reset factoryreset", .rule = "device.factory-reset", .any_option = true},

    Program{.names = "gpart", .any_option = true, .verbs = gpart_verbs},
    Program{.names = "geom geli gmirror graid graid3 gstripe gconcat gjournal gnop gcache gmultipath",
            .any_option = true,
            .verbs = geom_verbs},
    Program{.names = "camcontrol nvmecontrol", .any_option = true, .verbs = camcontrol_verbs},
    Program{.names = "bectl beadm", .any_option = true, .verbs = bectl_verbs},
    Program{.names = "freebsd-update", .any_option = true, .verbs = freebsd_update_verbs},
    Program{.names = "sysrc", .judge = judge_sysrc},
    Program{.names = "kldload kldunload", .rule = "kernel.modules", .any_option = true},
    Program{.names = "ipfw", .any_option = true, .verbs = ipfw_verbs},
    Program{.names = "gstat procstat kldstat swapinfo fstat pciconf devinfo diskinfo", .any_option = true},

    // A self-encrypting drive: every verb that is not a query locks, resets or erases.
    Program{.names = "sedutil-cli",
            .rule = "disk.wipe",
            .options = {"", "", "scan query isValidSED printDefaultPassword", ""},
            .any_option = true,
            .shows = "scan query isValidSED printDefaultPassword"},
    Program{.names = "vmkfstools", .rule = "disk.wipe", .any_option = true, .shows = "P queryfs D Q q"},
    Program{.names = "exiqsumm", .any_option = true},
};

}  // namespace

std::span<const Program> board_programs() {
  return rows;
}

}  // namespace mcpssh::guard
