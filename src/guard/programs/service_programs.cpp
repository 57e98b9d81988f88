// Services, and the tools of the systems that run them. What stops the host: power_programs.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/programs/protected_units.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

bool any_protected(Words units, std::size_t from) {
  for (std::size_t i = from; i < units.size(); ++i)
    if (is_protected_unit(units[i])) return true;
  return false;
}

/// What a verb does to units that stand from `from` on.
void judge_units(const Call& call, std::string_view verb, Words units, std::size_t from) {
  constexpr std::array<std::string_view, 12> stops{"stop",   "disable",    "mask",   "kill",
                                                   "freeze", "del",        "remove", "down",
                                                   "zap",    "force-stop", "exit",   "delete"};
  const bool bad = is_one_of(verb, stops) && any_protected(units, from);
  call.does(bad ? "service.protected" : "service.change", call.shown());
}

void judge_stop(const Call& call, const Options& options) {
  judge_units(call, "stop", options.operands, 1);
}

/// The target of start, restart and isolate may stop the host.
void judge_start(const Call& call, const Options& options) {
  constexpr std::array<std::string_view, 5> restarts{"reboot", "kexec", "soft-reboot", "ctrl-alt-del",
                                                     "runlevel6"};
  constexpr std::array<std::string_view, 16> stops{"poweroff",
                                                   "halt",
                                                   "suspend",
                                                   "hibernate",
                                                   "exit",
                                                   "rescue",
                                                   "emergency",
                                                   "hybrid-sleep",
                                                   "shutdown",
                                                   "umount",
                                                   "suspend-then-hibernate",
                                                   "sleep",
                                                   "final",
                                                   "runlevel0",
                                                   "runlevel1",
                                                   "initrd-switch-root"};
  const bool isolates = known_operand(options, 0) == "isolate";
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    const std::string_view unit = options.operands[i].text();
    auto name = unit.substr(0, unit.find(".target"));
    const bool service = name == unit && unit.starts_with("systemd-");
    if (service) name = unit.substr(8, unit.find(".service") - 8);
    if (name == unit && !isolates) continue;
    if (is_one_of(name, restarts))
      return call.does("power.reboot", fmt::format("{} restarts the host", call.shown()));
    if (is_one_of(name, stops))
      return call.does("power.shutdown", fmt::format("{} stops the host", call.shown()));
  }
  if (isolates) return call.does("service.protected");
  call.does("service.change");
}

/// Units that are files of one's own, or open the host (debug-shell), are new definitions.
void judge_enable(const Call& call, const Options& options) {
  const bool defines =
      std::any_of(options.operands.begin() + 1, options.operands.end(), [](const Field& unit) {
        return unit.known_prefix().contains('/') || unit.text().starts_with("debug-shell");
      });
  call.does(defines ? "service.definition" : "service.change");
}

/// --dry-run is known to the verbs that stop the host, and to no other in every systemd.
void judge_reboot(const Call& call, const Options& options) {
  if (!options.has("dry-run")) call.does("power.reboot");
}
void judge_poweroff(const Call& call, const Options& options) {
  if (!options.has("dry-run")) call.does("power.shutdown");
}

void judge_clean(const Call& call, const Options&) {
  call.does("fs.remove");
}

constexpr std::array systemctl_verbs{
    Verb{"list-* status show cat help is-active is-enabled is-failed is-system-running get-default "
         "show-environment "
         "whoami dot",
         "read"},
    Verb{"start restart try-restart reload-or-restart try-reload-or-restart isolate condrestart force-reload "
         "reload-or-try-restart",
         "service.change", judge_start},
    Verb{"enable reenable", "service.change", judge_enable},
    Verb{"reload preset unmask daemon-reload daemon-reexec reset-failed thaw bind condreload "
         "list-install",
         "service.change"},
    Verb{"stop disable mask kill freeze condstop", "service.protected", judge_stop},
    Verb{"edit link set-property revert set-default add-wants add-requires preset-all set-environment "
         "unset-environment import-environment log-level log-target service-log-level service-log-target "
         "service-watchdogs mount-image switch-root cancel",
         "service.definition"},
    Verb{"clean", "fs.remove", judge_clean},
    Verb{"reboot kexec soft-reboot", "power.reboot", judge_reboot},
    Verb{"poweroff halt suspend hibernate hybrid-sleep suspend-then-hibernate sleep exit rescue emergency "
         "default",
         "power.shutdown", judge_poweroff},
};
/// Another host's systemd, over SSH.
constexpr std::array systemctl_effects{OptionEffect{"H host", Value::nothing, "service.change"}};
constexpr OptionTable systemctl_options{
    "alqirfTh", "tpPsnoHMCS",
    "all full quiet no-wall no-block no-ask-password no-pager no-legend force now runtime user system global "
    "failed "
    "recursive reverse after before with-dependencies show-types wait dry-run plain version help no-reload "
    "no-warn "
    "value read-only mkdir marked show-transaction firmware-setup drop-in",
    "type property state signal lines output host machine root job-mode kill-whom kill-who what when "
    "check-inhibitors message boot-loader-menu boot-loader-entry preset-mode timestamp legend image "
    "reboot-argument "
    "kill-value"};

/// service NAME COMMAND, rc-service NAME COMMAND, invoke-rc.d NAME COMMAND, /etc/init.d/NAME COMMAND.
void judge_init_script(const Call& call, const Field& name, const Field* verb) {
  if (verb == nullptr) return;
  constexpr std::array<std::string_view, 16> looks{
      "status", "configtest", "describe", "ineed",   "iuse",    "needsme", "usesme", "extra-status",
      "help",   "version",    "check",    "enabled", "running", "info",    "test",   "show"};
  constexpr std::array<std::string_view, 14> changes{
      "start",      "stop",     "restart", "reload",  "force-reload", "try-restart", "condrestart",
      "condreload", "graceful", "enable",  "disable", "zap",          "save",        "reload-or-restart"};
  if (verb->literal() && is_one_of(verb->text(), looks)) return;
  if (!verb->literal() || !is_one_of(verb->text(), changes)) return call.does("shell.unknown-verb");
  judge_units(call, verb->text(), Words(&name, 1), 0);
}

void judge_service(const Call& call) {
  constexpr OptionTable table{
      "dDqNsiIZCvVeErl", "",
      "status-all full-restart force quiet disclose-deny try-anyway "
      "no-fallback skip-systemd-native debug dry-run nodeps ifstarted ifstopped ifexists "
      "list resolve exists help version",
      ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, false);
  if (options.has("status-all") || options.has("list") || options.has("exists") || options.has("dry-run"))
    return;
  if (options.unknown) call.does("shell.unknown-option");
  if (options.operands.empty()) return;
  const bool alone = options.operands.size() == 1;
  if (alone && options.has("full-restart")) return call.does("service.change");
  judge_init_script(call, options.operands[0], alone ? nullptr : &options.operands[1]);
}

/// sv COMMAND NAME, s6-svc -COMMAND DIR, supervisorctl COMMAND NAME, initctl COMMAND NAME, pm2 ..., monit ...
void judge_verb_first(const Call& call, const Options& options) {
  judge_units(call, known_operand(options, 0), options.operands, 1);
}

constexpr std::array sv_verbs{
    Verb{"status s check", "read"},
    Verb{"up u start restart t term hup h cont c once o alarm a quit q interrupt i try-restart force-reload "
         "reload "
         "force-restart pause p 1 2",
         "service.change"},
    Verb{"down d stop kill k exit e force-stop force-shutdown shutdown x", "service.protected", judge_stop},
};
constexpr std::array supervisor_verbs{
    Verb{"status avail tail pid version help", "read"},
    Verb{"start restart stop reload reread update signal add remove clear open", "service.change",
         judge_verb_first},
    Verb{"shutdown", "service.protected"},
    Verb{"fg", "shell.interactive"},
};
constexpr std::array initctl_verbs{
    Verb{"list status show-config check-config version usage list-env get-env log-priority help", "read"},
    Verb{"start restart reload emit reload-configuration notify-*", "service.change"},
    Verb{"stop", "service.protected", judge_stop},
    Verb{"set-env unset-env reset-env", "service.definition"},
};
constexpr std::array launchctl_verbs{
    Verb{"list print print-* blame dumpstate getenv manageruid managername hostinfo version procinfo help",
         "read"},
    Verb{"start kickstart enable load bootstrap resetenv", "service.change"},
    Verb{"stop kill disable unload bootout remove", "service.protected", judge_stop},
    Verb{"setenv unsetenv limit config asuser submit attach debug reboot", "service.definition"},
};
constexpr std::array pm2_verbs{
    Verb{"list ls l status info show describe desc logs monit prettylist jlist env id pid report conf get",
         "read"},
    Verb{"restart reload start stop scale reset flush save resurrect dump gracefulReload reloadLogs "
         "sendSignal update",
         "service.change"},
    Verb{"delete del kill startup unstartup set install uninstall deploy multiset trigger",
         "service.definition"},
};
constexpr std::array monit_verbs{
    Verb{"status summary report procmatch validate", "read"},
    Verb{"start restart reload monitor unmonitor", "service.change"},
    Verb{"stop quit", "service.protected", judge_stop},
};
constexpr std::array rc_update_verbs{
    Verb{"show", "read"},
    Verb{"add update", "service.change"},
    Verb{"del delete remove", "service.protected", judge_stop},
};
constexpr std::array openrc_effects{OptionEffect{"l list s status a u c", Value::nothing, "read"}};

/// update-rc.d NAME VERB; chkconfig NAME on|off
void judge_rc(const Call& call) {
  constexpr OptionTable table{"nf", "", "list add del level override no-redirect type", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.has("list") || options.has("n") || (options.operands.size() < 2 && options.options.empty()))
    return;
  const std::string_view verb = known_operand(options, 1);
  const bool off = verb == "off" || verb == "remove" || verb == "disable" || options.has("del") ||
                   (options.operands.size() > 1 && verb.empty());
  judge_units(call, off ? "disable" : "enable", options.operands, 0);
}

/// rcctl COMMAND NAME, sysrc, svcadm, svcs
constexpr std::array rcctl_verbs{
    Verb{"check get getdef ls order", "read"},
    Verb{"start restart reload enable", "service.change"},
    Verb{"stop disable", "service.protected", judge_stop},
    Verb{"set", "service.definition"},
};
constexpr std::array logind_verbs{
    Verb{"list-* session-status show-* user-status seat-status", "read"},
    Verb{"activate lock-session unlock-session lock-sessions unlock-sessions enable-linger flush-devices "
         "attach",
         "service.change"},
    Verb{"terminate-* kill-* disable-linger", "service.protected"},
    Verb{"reboot kexec", "power.reboot"},
    Verb{"poweroff halt suspend hibernate hybrid-sleep suspend-then-hibernate", "power.shutdown"},
};
constexpr std::array machinectl_verbs{
    Verb{"list list-* status show image-status show-image cat", "read"},
    Verb{"start enable poweroff reboot bind copy-from copy-to clone rename read-only set-limit pull-* "
         "import-* export-*",
         "vm.change"},
    Verb{"terminate kill disable stop", "vm.stop"},
    Verb{"remove clean cancel-transfer", "vm.remove"},
    Verb{"shell login", "shell.interactive"},
};
/// The memory of a program has its passwords in it.
constexpr std::array coredump_verbs{Verb{"list info", "read"}, Verb{"dump", "secret.read"},
                                    Verb{"gdb debug", "shell.interactive"}};
constexpr std::array coredump_effects{OptionEffect{"o output", Value::written}};

constexpr std::array busctl_verbs{
    Verb{"list status tree introspect get-property monitor capture wait", "read"},
    Verb{"call set-property emit", "service.definition"},
};
constexpr std::array analyze_verbs{
    Verb{"blame time critical-chain plot dot dump cat-config unit-files unit-paths exit-status capability "
         "condition "
         "syscall-filter filesystems calendar timestamp timespan verify security inspect-elf fdstore "
         "image-policy "
         "pcrs srk has-tpm2 smbios11 architectures compare-versions",
         "read"},
    Verb{"log-level log-target service-watchdogs set-log-level set-log-target malloc", "service.definition"},
};

constexpr std::array rows{
    Program{.names = "systemctl",
            .options = systemctl_options,
            .any_option = true,
            .verbs = systemctl_verbs,
            .option_effects = systemctl_effects},
    Program{.names = "service rc-service invoke-rc.d", .judge = judge_service},
    Program{.names = "rc-update", .any_option = true, .verbs = rc_update_verbs},
    Program{.names = "rc-status rcorder runlevel svcs", .any_option = true},
    Program{.names = "rc openrc openrc-shutdown s6-rc",
            .rule = "service.protected",
            .any_option = true,
            .option_effects = openrc_effects},
    Program{.names = "rcctl", .any_option = true, .verbs = rcctl_verbs},
    Program{.names = "svcadm", .rule = "service.change", .any_option = true},
    Program{.names = "sv", .options = {"v", "w", "", ""}, .any_option = true, .verbs = sv_verbs},
    Program{.names = "s6-svstat svok svstat", .any_option = true},
    Program{.names = "s6-svc svc", .rule = "service.change", .any_option = true},
    Program{.names = "supervisorctl",
            .rule = "shell.interactive",
            .options = {"", "csupr", "interactive", "configuration serverurl username password history-file"},
            .any_option = true,
            .verbs = supervisor_verbs},
    Program{.names = "initctl",
            .options = {"", "", "session system user", ""},
            .any_option = true,
            .verbs = initctl_verbs},
    Program{.names = "launchctl", .any_option = true, .verbs = launchctl_verbs},
    Program{.names = "pm2",
            .options = {"s", "n", "silent no-color nostream lines raw json", ""},
            .any_option = true,
            .verbs = pm2_verbs},
    Program{.names = "monit", .options = {"tvVB", "cgdls", "", ""}, .any_option = true, .verbs = monit_verbs},
    Program{.names = "update-rc.d chkconfig", .judge = judge_rc},
    Program{.names = "loginctl",
            .options = {"alh", "pnoHMs", "no-pager no-legend no-ask-password all full value",
                        "property lines output host machine signal kill-whom"},
            .any_option = true,
            .verbs = logind_verbs},
    Program{.names = "machinectl",
            .options = {"alq", "pnoHMs", "all full no-pager no-legend", "property output host"},
            .any_option = true,
            .verbs = machinectl_verbs},
    Program{.names = "coredumpctl",
            .options = {"1qr", "nFDASUo", "no-pager no-legend reverse quiet",
                        "since until field output json debugger directory"},
            .any_option = true,
            .verbs = coredump_verbs,
            .option_effects = coredump_effects},
    Program{.names = "systemd-analyze",
            .options = {"hq", "HM",
                        "user system global no-pager order require fuzz man "
                        "quiet offline",
                        "host machine root recursive-errors"},
            .any_option = true,
            .verbs = analyze_verbs},
    Program{.names =
                "systemd-cgls systemd-cgtop systemd-path systemd-delta systemd-detect-virt systemd-escape "
                "systemd-id128 "
                "oomctl userdbctl",
            .any_option = true},
    Program{.names = "systemd-tmpfiles systemd-sysusers systemd-hwdb systemd-firstboot "
                     "systemd-creds systemd-ask-password systemd-sysext systemd-confext portablectl",
            .rule = "service.definition",
            .any_option = true},
    Program{.names = "busctl",
            .options = {"ql", "HM", "system user no-pager no-legend json verbose",
                        "host machine "
                        "address match timeout size"},
            .any_option = true,
            .verbs = busctl_verbs},
    Program{.names = "dbus-send gdbus qdbus", .rule = "service.definition", .any_option = true},
    Program{.names = "systemd-cat", .rule = "log.write", .any_option = true},
};

/// "/etc/init.d/nginx restart", called by its path.
void judge_init_path(const Call& call) {
  const std::string_view path = call.words[0].text();
  judge_init_script(call, Field(path.substr(path.rfind('/') + 1)),
                    call.words.size() > 1 ? &call.words[1] : nullptr);
}

constexpr Program init_script{.names = "init-script", .judge = judge_init_path};

}  // namespace

const Program* find_init_script(std::string_view path) {
  constexpr std::array<std::string_view, 3> places{"/etc/init.d/", "/etc/rc.d/", "/usr/local/etc/rc.d/"};
  const auto inside = [&](std::string_view place) {
    return path.starts_with(place) && path.size() > place.size() && !path.contains("..") &&
           path.find_last_of('/') == path.find('/', place.size() - 1);
  };
  return std::ranges::any_of(places, inside) ? &init_script : nullptr;
}

std::span<const Program> service_programs() {
  return rows;
}

}  // namespace mcpssh::guard
