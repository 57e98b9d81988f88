// Jobs that run later, and logs.
#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

void judge_crontab(const Call& call) {
  constexpr OptionTable table{"leirsnVT", "ucx", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown || options.splits) return call.does("schedule.change");
  if (options.has("r")) return call.does("schedule.remove");
  if (options.has("e")) return opens_prompt(call);
  if (options.has("l") || options.has("T") || options.has("V")) return;
  call.does("schedule.change");
}

void judge_at(const Call& call) {
  constexpr OptionTable table{"lmMkvVbBuE", "qftdrc", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && (options.has("l") || options.has("c"))) return;
  call.does(options.has("d") || options.has("r") ? "schedule.remove" : "schedule.change");
}

constexpr std::array logger_effects{OptionEffect{"f file", OptionEffect::Value::read}};
constexpr std::array journal_effects{
    OptionEffect{"vacuum-size vacuum-time vacuum-files", Value::nothing, "log.remove"},
    OptionEffect{"rotate flush sync relinquish-var smart-relinquish-var setup-keys update-catalog",
                 Value::nothing, "log.write"},
    OptionEffect{"cursor-file", Value::written},
};

/// Its settings hold scripts: those of the system run every night anyway.
void judge_logrotate(const Call& call) {
  constexpr OptionTable table{"dfvV", "sml",
                              "debug force verbose version help usage skip-state-lock wait-for-state-lock",
                              "state mail log"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) call.does("shell.unknown-option");
  for (const Option& option : options.options) {
    if (has_name("s state l log", option.name)) writes_file(call, option.value, Writing::replace);
    if (has_name("m mail", option.name)) call.out.runs(option.value);
  }
  if (!options.unknown && has_any(options, "d debug version usage")) return;
  for (const Field& file : options.operands) {
    const Field path = absolute(file, call.directory);
    const bool own = path.literal() &&
                     (path.text() == "/etc/logrotate.conf" || path.text().starts_with("/etc/logrotate.d"));
    if (!own)
      call.does("shell.script", fmt::format("logrotate runs what {} says", base::printable(file.text(), 60)));
  }
  call.does("log.write");
}

constexpr std::array rows{
    Program{.names = "crontab fcrontab", .judge = judge_crontab},
    Program{.names = "at batch", .judge = judge_at},
    Program{.names = "atq fcrondyn", .any_option = true},
    Program{.names = "atrm", .rule = "schedule.remove"},
    Program{.names = "run-parts",
            .rule = "shell.script",
            .options = {"v", "au",
                        "test list verbose report regex lsbsysinit new-session exit-on-error version help",
                        "arg umask regex"},
            .shows = "test list"},
    Program{.names = "anacron", .rule = "shell.script", .options = {"fusndqhV", "tS", "", ""}, .shows = "T"},
    Program{
        .names = "journalctl",
        .options =
            {"fearqmxkNhlb0123456789", "ntupDgocISUF",
             "no-pager all full no-full follow pager-end no-tail reverse quiet merge catalog utc dmesg boot "
             "list-boots list-catalog disk-usage header fields verify new-id128 dump-catalog no-hostname "
             "system user rotate flush sync relinquish-var smart-relinquish-var setup-keys update-catalog "
             "case-sensitive truncate-newline output-fields help version show-cursor list-invocations "
             "list-namespaces",
             "lines since until unit user-unit identifier exclude-identifier facility priority grep output "
             "directory file root image machine namespace field cursor after-cursor cursor-file transport "
             "output-fields vacuum-size vacuum-time vacuum-files verify-key interval invocation boot"},
        .option_effects = journal_effects},
    Program{.names = "logrotate", .judge = judge_logrotate},
    Program{.names = "logger",
            .rule = "log.write",
            .options = {"", "f", "", "file"},
            .any_option = true,
            .option_effects = logger_effects},
    Program{.names = "logwatch goaccess lnav multitail ccze swatchdog logcheck logtail logtail2",
            .any_option = true},
    Program{.names = "aureport ausearch aulast aulastlog ausyscall", .any_option = true},
    Program{.names = "savelog", .rule = "log.write", .any_option = true},
};

}  // namespace

std::span<const Program> schedule_programs() {
  return rows;
}

}  // namespace mcpssh::guard
