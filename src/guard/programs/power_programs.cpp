// What stops, restarts or suspends the host.
#include <fmt/format.h>

#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

void power(bool restart, const Call& call) {
  if (restart)
    call.does("power.reboot", fmt::format("{} restarts the host", call.shown()));
  else
    call.does("power.shutdown", fmt::format("{} stops the host", call.shown()));
}

void judge_shutdown(const Call& call) {
  constexpr OptionTable table{"hHPrRkKcfFnaty0126", "", "halt poweroff reboot no-wall show help version", ""};
  const Options options = read_options(call.words, 1, table, true);
  if (options.has("c")) return call.does("service.change", "calls a planned shutdown off");
  const bool harmless = options.has("show") || options.has("help") || options.has("version");
  if (harmless && !options.unknown && !options.splits) return;
  power(options.has("r") || options.has("reboot"), call);
}

void judge_halt(const Call& call) {
  constexpr OptionTable table{"wdfinphW", "",
                              "wtmp-only force no-wtmp no-wall no-sync help halt poweroff reboot", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const bool only_notes = options.has("w") || options.has("wtmp-only");
  if (only_notes && !options.unknown && !options.splits) return;
  power(call.name == "reboot", call);
}

void judge_init(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    if (!word.literal())
      return call.does("shell.opaque-command", "init with a run level known only at run time");
    const std::string_view text = word.text();
    if (text == "6") return power(true, call);
    if (text == "0" || text == "1" || text == "s" || text == "S") return power(false, call);
    if (text == "q" || text == "Q" || text == "u" || text == "U" || (text >= "2" && text <= "5"))
      call.does("service.change");
  }
}

void judge_kexec(const Call& call) {
  constexpr OptionTable table{"hvlpsufxytdSaci", "", "help version status unload load exec", ""};
  const Options options = read_options(call.words, 1, table, true);
  if (call.only_help() || (!options.unknown && (options.has("S") || options.has("status")))) return;
  for (const Field& word : call.words)
    if (word.text() == "-e" || word.text().starts_with("--ex") || word.splits()) return power(true, call);
  if (has_letter(call, 'e')) return power(true, call);
  call.does("kernel.boot");
}

void judge_rtcwake(const Call& call) {
  constexpr OptionTable table{"aluvnhV", "dmstA", "auto local utc verbose dry-run list-modes help version",
                              "device mode seconds time date adjfile"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const Field* letter = options.find("m");
  const Field* mode = letter != nullptr ? letter : options.find("mode");
  if (!options.unknown && (options.has("n") || options.has("dry-run") || options.has("list-modes"))) return;
  if (!options.unknown && mode != nullptr && mode->text() == "show") return;
  const bool sleeps = mode == nullptr || (mode->text() != "no" && mode->text() != "disable");
  call.does(sleeps ? "power.shutdown" : "hardware.settings");
}

constexpr std::array rows{
    Program{.names = "shutdown", .judge = judge_shutdown},
    Program{.names = "reboot poweroff halt", .judge = judge_halt},
    Program{.names = "init telinit", .judge = judge_init},
    Program{.names = "kexec", .judge = judge_kexec},
    Program{.names = "rtcwake", .judge = judge_rtcwake},
    Program{
        .names =
            "pm-suspend pm-hibernate pm-suspend-hybrid s2ram s2disk s2both zzz hibernate acpitool fasthalt",
        .rule = "power.shutdown"},
    Program{.names = "fastboot", .rule = "power.reboot", .any_option = true},
    Program{.names = "pm-is-supported on_ac_power acpi apcaccess", .any_option = true},
};

}  // namespace

std::span<const Program> power_programs() {
  return rows;
}

}  // namespace mcpssh::guard
