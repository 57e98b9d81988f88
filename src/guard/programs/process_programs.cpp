// Signals, priorities and limits of processes.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/process_signals.hpp"
#include "guard/programs/program.hpp"
#include "guard/programs/protected_units.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// "-9", "-HUP", "-SIGKILL": a signal, where programs take them so.
bool is_signal(std::string_view word) {
  return word.size() > 1 && word[0] == '-' &&
         (std::ranges::all_of(word.substr(1), [](char c) { return c >= '0' && c <= '9'; }) ||
          (word.size() > 2 && word[2] >= 'A' && std::ranges::all_of(word.substr(1), [](char c) {
             return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
           })));
}

/// Signals that stop nothing: a reload of sshd is everyday work.
bool is_gentle(std::string_view signal) {
  while (signal.starts_with('-')) signal.remove_prefix(1);
  if (signal.starts_with("SIG")) signal.remove_prefix(3);
  constexpr std::array<std::string_view, 14> gentle{"0",  "1",  "10",   "12",    "HUP",  "USR1", "USR2",
                                                    "18", "28", "CONT", "WINCH", "CHLD", "17",   "URG"};
  return is_one_of(signal, gentle);
}

/// Processes this very shell started, and itself.
bool is_own(const Field& process) {
  return process.text() == "$!" || process.text() == "$$" || process.text() == "$BASHPID" ||
         process.known_prefix().starts_with('%');
}

void judge_kill(const Call& call) {
  if (call.only_help()) return;
  bool gentle = false;
  bool protected_one = false;
  bool unknown_one = false;
  bool signalled = false;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    const std::string_view text = word.text();
    if (!word.literal()) {
      // The first may be the signal; later ones are groups of processes.
      const bool signal = !signalled && word.known_prefix().starts_with('-');
      signalled = signalled || signal;
      unknown_one = unknown_one || !(is_own(word) || signal);
      continue;
    }
    signalled = signalled || text == "--";
    if (text == "-l" || text == "-L" || text == "--list" || text == "--table") return;
    if ((text == "-s" || text == "-n" || text == "--signal" || text == "-q") && i + 1 < call.words.size()) {
      gentle = text != "-q" && is_gentle(call.words[++i].text());
      signalled = true;
    } else if (text == "-1" && signalled) {
      return call.does("service.protected", "signals every process");
    } else if (!signalled && is_signal(text)) {
      gentle = is_gentle(text);
      signalled = true;
    } else if (text == "1" || text == "-1" || text == "0" || text == "-0") {
      protected_one = true;
    }
  }
  if (unknown_one && !protected_one && !gentle)
    return call.does("service.protected", "signals a process known only at run time, which may be any");
  call.does(protected_one && !gentle ? "service.protected" : "service.signal");
}

void judge_by_name(const Call& call, std::string_view flags, std::string_view valued) {
  if (call.only_help()) return;
  bool gentle = false;
  Fields rest{call.words[0]};
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    if (call.words[i].literal() && is_signal(text) && (text.size() > 2 || (text[1] >= '0' && text[1] <= '9')))
      gentle = is_gentle(text);
    else
      rest.push_back(call.words[i]);
  }
  const OptionTable table{
      flags, valued,
      "list version wait quiet interactive exact ignore-case verbose process-group regexp echo "
      "full newest oldest inverse count ignore-ancestors list-full list-name help",
      "signal user older-than younger-than context ns pidfile parent session terminal euid uid "
      "group pgroup nslist runstates cgroup delimiter older logpidfile"};
  const Options options = read_options(rest, 1, table, true);
  for (const std::string_view name : {"s", "signal"})
    if (const Field* signal = options.find(name); signal != nullptr && call.name != "pkill")
      gentle = is_gentle(signal->text());
  if (const Field* signal = options.find("signal")) gentle = is_gentle(signal->text());
  if (call.name != "pkill" && (options.has("l") || options.has("list"))) return;
  const bool inverse = options.has("inverse") || (call.name == "pkill" && options.has("v"));
  // Everything of root, everything but one.
  bool bad = options.unknown.has_value() || inverse || options.operands.empty();
  for (const Field& name : options.operands) {
    const std::string_view text = name.text();
    constexpr std::array<std::string_view, 6> everything{".", ".*", "", "ssh", "^ssh", "systemd"};
    bad = bad || is_protected_unit(Field(text.substr(text.rfind('/') + 1))) || name.opaque() ||
          is_one_of(text, everything);
  }
  call.does(bad && !gentle ? "service.protected" : "service.signal");
}

void judge_killall(const Call& call) {
  judge_by_name(call, "egIilqrvVw", "osuyZn");
}

void judge_pkill(const Call& call) {
  judge_by_name(call, "cefinovxlaAhV", "gGPstuUFLrd");
}

/// "/run/sshd.pid" as "sshd".
Field daemon_of(const Field& path) {
  const Field name = path.substr(path.text().rfind('/') + 1);
  return name.substr(0, name.text().rfind(".pid"));
}

constexpr std::array fuser_effects{OptionEffect{"k kill", Value::nothing, "service.protected"}};

void judge_prlimit(const Call& call) {
  for (const Field& word : call.words)
    if (word.text().contains('=') && !word.text().starts_with("--output")) return call.does("service.signal");
}

constexpr std::array rows{
    Program{.names = "kill", .judge = judge_kill},
    Program{.names = "killall", .judge = judge_killall},
    Program{.names = "pkill", .judge = judge_pkill},
    Program{.names = "killall5", .rule = "service.protected"},
    // By user, terminal or name, in any order: which processes those are its words do not tell.
    Program{.names = "skill",
            .rule = "service.protected",
            .options = {"lLnfivw", "", "", ""},
            .any_option = true,
            .shows = "l L n"},
    Program{.names = "snice xkill", .rule = "service.signal", .any_option = true},
    Program{.names = "renice", .rule = "service.signal", .any_option = true},
    Program{.names = "prlimit", .judge = judge_prlimit},
    Program{.names = "fuser",
            .options = {"aciIklmMsuvwVn46", "nN",
                        "all inode interactive kill list mount silent user verbose version "
                        "ipv4 ipv6 ismountpoint help",
                        "namespace"},
            .option_effects = fuser_effects},
};

}  // namespace

void judge_stopped_daemon(const Call& call, const Options& options) {
  bool named = false;
  bool risky = false;
  for (const Option& option : options.options) {
    if (has_name("s signal", option.name) && is_gentle(option.value.text()))
      return call.does("service.signal");
    if (!has_name("n name x exec p pidfile pid a startas", option.name)) continue;
    named = true;
    const Field daemon = daemon_of(option.value);
    risky = risky || is_protected_unit(daemon) || daemon.text() == "1";
  }
  if (!named) return call.does("service.protected", "stops every process of a user or parent");
  call.does(risky ? "service.protected" : "service.change", "start-stop-daemon stops a service");
}

std::span<const Program> process_programs() {
  return rows;
}

}  // namespace mcpssh::guard
