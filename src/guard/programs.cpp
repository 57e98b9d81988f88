#include "guard/programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/options.hpp"
#include "guard/path.hpp"
#include "guard/words.hpp"

namespace mcpssh::guard {
namespace {

bool any_splits(const Fields& words) {
  return std::ranges::any_of(words, &Field::splits);
}

std::string shown(const Field& field) {
  return base::printable(field.text(), 80);
}

/// Nothing but a request for help or the version.
bool only_help(const Fields& words) {
  return words.size() == 2 && words[1].literal() &&
         (words[1].text() == "--help" || words[1].text() == "--version");
}

void check_rm(const Fields& words, const Field& directory, const Report& report) {
  constexpr OptionTable table{
      "fiIrRdvPWx", "",
      "force interactive one-file-system no-preserve-root preserve-root recursive dir verbose "
      "help version",
      ""};
  const Options options = read_options(words, 1, table, true);
  if (only_help(words)) return;
  const bool recursive = options.has("r") || options.has("R") || options.has("recursive");
  const bool unsure = options.unknown.has_value() || std::ranges::any_of(options.operands, &Field::splits);
  if (!recursive && !unsure) return;
  for (const Field& operand : options.operands) {
    const Removal removal = removal_of(operand, directory);
    if (recursive && removal == Removal::protected_)
      return report("fs.remove-root",
                    fmt::format("removes {} and everything below it", shown(absolute(operand, directory))));
  }
  for (const Field& operand : options.operands)
    if (removal_of(operand, directory) != Removal::ordinary)
      return report(
          "fs.remove-unknown",
          fmt::format("removes {}, which may be the root, a system tree or a home", shown(operand)));
  if (options.unknown && !recursive)
    report("fs.remove-unknown", fmt::format("rm with the option {}", base::printable(*options.unknown, 40)));
}

void check_mkfs(const Fields& words, const Report& report) {
  const bool version = words.size() == 2 && words[1].text() == "-V";
  if (only_help(words) || version) return;
  report("disk.mkfs", fmt::format("{} makes a file system and erases what the device held", shown(words[0])));
}

void check_dd(const Fields& words, const Field& directory, const Report& report) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Field& word = words[i];
    if (word.known_prefix().starts_with("of=")) {
      const Device device = device_of(word.substr(3), directory);
      if (device == Device::raw)
        return report("disk.dd-device", fmt::format("dd writes to {}", shown(word.substr(3))));
      if (device == Device::unknown)
        return report("disk.opaque-target",
                      fmt::format("dd writes to {}, known only at run time", shown(word)));
    } else if (word.opaque() && std::string_view("of=").starts_with(word.known_prefix())) {
      report("disk.opaque-target", fmt::format("dd with {}, known only at run time", shown(word)));
    }
  }
}

/// Programs that write to the files they name: every operand, or the last one only.
void check_writer(const Fields& words, const Field& directory, bool last_only, const Report& report) {
  for (std::size_t i = last_only ? words.size() - 1 : 1; i < words.size(); ++i) {
    const Field& word = words[i];
    if (i == 0 || word.known_prefix().starts_with('-')) continue;
    if (absolute(word, directory).text() == "/proc/sysrq-trigger")
      return report("power.reboot", "writes to /proc/sysrq-trigger, which can restart the host at once");
    const Device device = device_of(word, directory);
    if (device == Device::raw)
      return report("disk.write-device",
                    fmt::format("{} writes raw bytes to {}", shown(words[0]), shown(word)));
    if (device == Device::unknown && !last_only)
      report("disk.opaque-target",
             fmt::format("{} writes to {}, known only at run time", shown(words[0]), shown(word)));
  }
}

void check_wipefs(const Fields& words, const Field& directory, const Report& report) {
  constexpr OptionTable table{"abfinpqJVh", "Oto", "all backup force json noheadings no-act parsable quiet",
                              "offset output types lock"};
  const Options options = read_options(words, 1, table, true);
  if (!options.unknown && (options.has("n") || options.has("no-act"))) return;
  const bool erases =
      options.unknown || options.has("a") || options.has("all") || options.has("o") || options.has("offset");
  if (erases) check_writer(words, directory, false, report);
}

void power(bool restart, std::string_view how, const Report& report) {
  if (restart)
    report("power.reboot", fmt::format("{} restarts the host", base::printable(how, 60)));
  else
    report("power.shutdown", fmt::format("{} stops the host", base::printable(how, 60)));
}

void check_shutdown(const Fields& words, const Report& report) {
  constexpr OptionTable table{"hHPrRkKcfFnaty0126", "", "halt poweroff reboot no-wall show help version", ""};
  const Options options = read_options(words, 1, table, true);
  const bool harmless =
      options.has("c") || options.has("show") || options.has("help") || options.has("version");
  if (harmless && !options.unknown && !any_splits(words)) return;
  power(options.has("r") || options.has("reboot"), canonical(words), report);
}

void check_halt(std::string_view name, const Fields& words, const Report& report) {
  if (only_help(words)) return;
  power(name == "reboot", canonical(words), report);
}

void check_systemctl(const Fields& words, const Report& report) {
  constexpr OptionTable table{
      "alqirfT", "tpPsnoHMC",
      "all full quiet no-wall no-block no-ask-password no-pager no-legend force now runtime user system "
      "global "
      "failed recursive reverse after before with-dependencies show-types wait dry-run plain version help "
      "no-reload no-warn value read-only mkdir marked",
      "type property state signal lines output host machine root job-mode kill-whom kill-who what when "
      "check-inhibitors message firmware-setup boot-loader-menu boot-loader-entry preset-mode timestamp "
      "legend image "
      "reboot-argument"};
  const Options options = read_options(words, 1, table, true);
  if (any_splits(words)) return report("shell.opaque-command", "systemctl with words known only at run time");
  if (options.operands.empty()) return;
  const std::string& verb = options.operands[0].text();
  constexpr std::array<std::string_view, 3> restarts{"reboot", "kexec", "soft-reboot"};
  constexpr std::array<std::string_view, 11> stops{
      "poweroff", "halt",      "suspend",      "hibernate", "exit",
      "rescue",   "emergency", "hybrid-sleep", "default",   "suspend-then-hibernate",
      "sleep"};
  if (!options.operands[0].literal())
    return report("shell.opaque-command",
                  fmt::format("systemctl {}, known only at run time", shown(options.operands[0])));
  if (is_one_of(verb, restarts)) return power(true, canonical(words), report);
  if (is_one_of(verb, stops)) return power(false, canonical(words), report);
  if (verb != "start" && verb != "isolate" && verb != "restart" && verb != "reload-or-restart") return;
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    const std::string& unit = options.operands[i].text();
    const auto base_name = std::string_view(unit).substr(0, unit.find(".target"));
    if (base_name == unit && verb != "isolate") continue;
    if (is_one_of(base_name, restarts) || base_name == "ctrl-alt-del")
      return power(true, canonical(words), report);
    if (is_one_of(base_name, stops) || base_name == "shutdown") return power(false, canonical(words), report);
  }
}

void check_init(const Fields& words, const Report& report) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Field& word = words[i];
    if (!word.literal())
      return report("shell.opaque-command", "init with a run level known only at run time");
    if (word.text() == "6") return power(true, canonical(words), report);
    if (word.text() == "0" || word.text() == "1" || word.text() == "s" || word.text() == "S")
      return power(false, canonical(words), report);
  }
}

void check_kexec(const Fields& words, const Report& report) {
  for (const Field& word : words)
    if (word.text() == "-e" || word.text().starts_with("--ex") || word.splits())
      return power(true, canonical(words), report);
}

void check_loginctl(const Fields& words, const Report& report) {
  for (const Field& word : words) {
    if (word.text() == "reboot") return power(true, canonical(words), report);
    if (word.text() == "poweroff" || word.text() == "halt" || word.text() == "suspend" ||
        word.text() == "hibernate")
      return power(false, canonical(words), report);
  }
}

bool makes_file_system(std::string_view name) {
  constexpr std::array<std::string_view, 5> others{"mkfs", "mke2fs", "mkdosfs", "mkntfs", "mkreiserfs"};
  return name.starts_with("mkfs.") || is_one_of(name, others);
}

}  // namespace

void check_program(std::string_view name, const Fields& words, const Field& directory, const Report& report) {
  if (name == "rm") return check_rm(words, directory, report);
  if (makes_file_system(name)) return check_mkfs(words, report);
  if (name == "dd") return check_dd(words, directory, report);
  if (name == "tee" || name == "shred" || name == "blkdiscard" || name == "mkswap" || name == "sponge")
    return check_writer(words, directory, false, report);
  if (name == "cp" || name == "mv" || name == "install") return check_writer(words, directory, true, report);
  if (name == "wipefs") return check_wipefs(words, directory, report);
  if (name == "shutdown") return check_shutdown(words, report);
  if (name == "reboot" || name == "poweroff" || name == "halt") return check_halt(name, words, report);
  if (name == "systemctl") return check_systemctl(words, report);
  if (name == "init" || name == "telinit") return check_init(words, report);
  if (name == "kexec") return check_kexec(words, report);
  if (name == "loginctl") return check_loginctl(words, report);
}

}  // namespace mcpssh::guard
