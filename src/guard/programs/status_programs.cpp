// Programs that show how the system is.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// date [+FORMAT]; -s and MMDDhhmm set the clock.
void judge_date(const Call& call) {
  constexpr OptionTable table{"uRjn", "dfIrsvz",
                              "utc universal rfc-email debug help version iso-8601 rfc-2822 "
                              "resolution",
                              "date file reference set rfc-3339"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  // -I takes its value attached only: "date -I +%F" has none.
  bool sets = options.has("s") || options.has("set") || options.unknown;
  const bool converts = options.has("j") || options.has("f");
  for (const Field& operand : options.operands)
    sets = sets || (!operand.known_prefix().starts_with('+') && !converts && !operand.opaque());
  if (sets) call.does("host.settings");
  for (const Option& option : options.options)
    if (has_name("f file", option.name)) reads_file(call, option.value);
}

void judge_hwclock(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    constexpr std::array<std::string_view, 9> looks{"-r", "--show",      "--get", "-u",       "--utc",
                                                    "-l", "--localtime", "-v",    "--verbose"};
    bool look = false;
    for (const std::string_view one : looks) look = look || text == one;
    if (!look && !call.only_help()) return call.does("host.settings");
  }
}

constexpr std::array timedate_verbs{
    Verb{"status show list-timezones timesync-status show-timesync", "read"},
    Verb{"set-* ntp-servers revert", "host.settings"},
};
constexpr std::array hostname_verbs{
    Verb{"status", "read"},
    Verb{"set-*", "host.settings"},
    Verb{"hostname icon-name chassis deployment location", "read",
         [](const Call& call, const Options& options) {
           if (options.operands.size() > 1) call.does("host.settings");
         }},
};
constexpr std::array locale_verbs{
    Verb{"status list-*", "read"},
    Verb{"set-*", "host.settings"},
};
constexpr std::array chrony_verbs{
    Verb{"tracking sources sourcestats activity ntpdata selectdata clients serverstats authdata rtcdata "
         "smoothing waitsync manual/list accheck cmdaccheck",
         "read"},
    Verb{"makestep burst online offline refresh reselect cyclelogs dump writertc trimrtc add delete settime "
         "allow deny *",
         "host.settings"},
};

/// top and its like show without end unless they are told when to stop.
void judge_top(const Call& call) {
  if (call.only_help()) return;
  if (has_letter(call, 'b') || has_letter(call, 'n') || has_letter(call, 'l') ||
      has_word(call, "--batch-mode"))
    return;
  if (call.out.has_input()) return;
  opens_prompt(call);
}

constexpr std::array sar_effects{OptionEffect{"o", Value::written}};

/// numactl --hardware looks; with a command it runs it.
void judge_numactl(const Call& call) {
  constexpr OptionTable table{
      "Hsalt", "imNCpPMSo", "hardware show all localalloc touch dump dump-nodes",
      "interleave membind cpunodebind physcpubind preferred offset length shm shmid file "
      "shmmode balancing preferred-many weighted-interleave"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, false);
  if (options.unknown) call.does("shell.unknown-option");
  if (!options.operands.empty()) call.out.runs(options.operands);
}

/// ioping -W writes to what it measures; without -W it reads.
void judge_ioping(const Call& call) {
  if (call.only_help()) return;
  const bool writes = std::any_of(call.words.begin() + 1, call.words.end(), [](const Field& word) {
    return word.known_prefix().starts_with('-') && word.text().contains('W');
  });
  if (!writes && !any_opaque(call)) return;
  writes_file(call, call.words.back(), Writing::replace);
}

/// py-spy and rbspy: "record -o FILE -- COMMAND" runs the command; --pid looks at one that runs.
void judge_spy(const Call& call) {
  constexpr OptionTable table{"nistFgbhVlL", "oprdfwc",
                              "native nonblocking idle subprocesses threads function gil full-filenames "
                              "nolineno help version silent no-drop-root blocking flamegraph",
                              "output pid rate duration format raw-file file"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 2, table, false);
  for (const Option& option : options.options)
    if (has_name("o output file raw-file", option.name)) writes_file(call, option.value, Writing::replace);
  if (options.unknown) call.does("shell.unknown-option");
  if (!options.operands.empty()) call.out.runs(options.operands);
}

/// "pidstat -e COMMAND" starts what it watches.
void judge_pidstat(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i)
    if (call.words[i].text() == "-e") return call.out.runs(tail(call.words, i + 1));
}

constexpr std::array profiler_effects{OptionEffect{"f file log", Value::written},
                                      OptionEffect{"libpath", Value::nothing, "shell.script"}};
constexpr std::array gcore_effects{OptionEffect{"o", Value::written}};

constexpr std::array lshw_effects{OptionEffect{"dump", Value::written}};

constexpr std::array bird_verbs{
    Verb{"show help", "read"},
    Verb{"configure/check", "read"},
    Verb{"configure enable restart reload refresh", "service.change"},
    Verb{"disable", "network.lockout"},
    Verb{"down", "service.protected"},
};

/// Their settings are shell scripts, and -o assigns in one.
constexpr std::array fetch_effects{
    OptionEffect{"config c C o source", OptionEffect::Value::nothing, "shell.script"}};

/// "ps auxe" shows the environments of all programs, as /proc/1/environ does. "-e" is another option.
void judge_ps(const Call& call) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const Field& word : tail(call.words, 1)) {
    const std::string_view text = word.text();
    if (text.find_first_not_of(letters) != std::string_view::npos) return;
    if (text.contains('e')) return call.does("secret.read", call.shown());
  }
}

constexpr std::array rows{
    Program{.names = "logread", .any_option = true},
    Program{.names = "ps", .judge = judge_ps},
    Program{
        .names = "birdc birdcl birdc6", .rule = "shell.interactive", .any_option = true, .verbs = bird_verbs},
    Program{.names = "lsblk pidof lscpu lsmem lsof pgrep pidwait prtstat lsclocks",
            .options = {"o", "", "", "output"},
            .any_option = true},
    Program{.names = "neofetch fastfetch screenfetch",
            .options = {"Lnv", "ocC", "", "config"},
            .any_option = true,
            .option_effects = fetch_effects},
    Program{.names = "free uptime nproc arch vmstat lspci lsusb printenv "
                     "iostat mpstat pmap pwdx pstree tload hwinfo inxi dmidecode "
                     "biosdecode vpddecode "
                     "hostid lsb_release virt-what imvirt numastat atopsar sadf "
                     "dstat collectl tuptime procinfo "
                     "cpuinfo lsdev lspcmcia cpufreq-info acpidump "
                     "pahole zdump "
                     ""
                     "landscape-sysinfo uprecords smem ps_mem "
                     "peekfd lsgpio lsiio lsinput "
                     "lscgroup lssubsys cgget pmstat pminfo pmval edac-util ras-mc-ctl mcelog "
                     "check-support-status hostinfo sw_vers system_profiler vm_stat ioreg "
                     "prtconf prtdiag psrinfo kstat oslevel lparstat dumpkeys showkey",
            .any_option = true},
    Program{.names = "lshw",
            .options = {"", "cC", "short html xml json businfo sanitize numeric notime quiet X",
                        "class "
                        "enable disable dump"},
            .any_option = true,
            .option_effects = lshw_effects},
    Program{
        .names = "top htop atop btop glances iotop nmon powertop slabtop bpytop gtop s-tui nvtop ytop zenith",
        .judge = judge_top},
    Program{.names = "sar",
            .options = {"ABbDdFHhprSuVvWwyztqRx", "osefinIjmPn", "human pretty dec iface dev fs sadc", ""},
            .any_option = true,
            .option_effects = sar_effects},
    Program{.names = "date", .judge = judge_date},
    Program{.names = "hwclock", .judge = judge_hwclock},
    Program{.names = "timedatectl",
            .options = {"al", "pHM", "no-pager no-ask-password adjust-system-clock monitor all value",
                        "property host machine"},
            .any_option = true,
            .verbs = timedate_verbs},
    Program{.names = "hostnamectl",
            .options = {"", "HM", "static transient pretty no-ask-password", "host machine json"},
            .any_option = true,
            .verbs = hostname_verbs},
    Program{.names = "localectl",
            .options = {"l", "HM", "no-pager no-convert no-ask-password full", "host machine"},
            .any_option = true,
            .verbs = locale_verbs},
    Program{.names = "chronyc",
            .options = {"46anNcdmev", "hpf", "", ""},
            .any_option = true,
            .verbs = chrony_verbs},
    Program{.names =
                "locale-gen localedef update-locale tzselect setxkbmap loadkeys setfont kbd_mode setleds "
                "setterm tzconfig adjtimex",
            .rule = "host.settings",
            .any_option = true},
    Program{.names = "numactl", .judge = judge_numactl},
    Program{.names = "gcore", .rule = "secret.read", .any_option = true, .option_effects = gcore_effects},
    Program{.names = "ioping", .judge = judge_ioping},
    Program{.names = "py-spy rbspy", .judge = judge_spy},
    Program{.names = "pstack eu-stack gstack vmmap", .rule = "read", .any_option = true},
    Program{.names = "async-profiler asprof profiler.sh",
            .options = {"sgaltIXv", "defiojFc", "threads simple sched ann alluser jfrsync list",
                        "file begin end title minwidth log loop timeout chunksize chunktime libpath"},
            .any_option = true,
            .option_effects = profiler_effects},
    Program{.names = "pidstat", .judge = judge_pidstat},
};

}  // namespace

std::span<const Program> status_programs() {
  return rows;
}

}  // namespace mcpssh::guard
