#include "guard/readonly.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/words.hpp"

namespace mcpssh::guard {
namespace {

/// A program that reads, unless one of these options or operands says otherwise.
struct Reads {
  std::string_view name;
  std::string_view bad_letters = {};
  std::string_view bad_long = {};  ///< also when shortened
  std::string_view verbs = {};     ///< when set, the first operand must be one of these
  std::size_t most_operands = 10'000;
};

constexpr std::array readers{
    Reads{"ls"},
    Reads{"cat"},
    Reads{"head"},
    Reads{"tail"},
    Reads{"grep"},
    Reads{"egrep"},
    Reads{"fgrep"},
    Reads{"zgrep"},
    Reads{"zcat"},
    Reads{"df"},
    Reads{"du"},
    Reads{"free"},
    Reads{"uptime"},
    Reads{"uname"},
    Reads{"id"},
    Reads{"whoami"},
    Reads{"groups"},
    Reads{"who"},
    Reads{"w"},
    Reads{"last"},
    Reads{"nproc"},
    Reads{"arch"},
    Reads{"ps"},
    Reads{"pgrep"},
    Reads{"pidof"},
    Reads{"netstat"},
    Reads{"stat"},
    Reads{"wc"},
    Reads{"pwd"},
    Reads{"echo"},
    Reads{"printf"},
    Reads{"true"},
    Reads{"false"},
    Reads{"test"},
    Reads{"["},
    Reads{"cd"},
    Reads{"cut"},
    Reads{"tr"},
    Reads{"nl"},
    Reads{"tac"},
    Reads{"rev"},
    Reads{"column"},
    Reads{"jq"},
    Reads{"basename"},
    Reads{"dirname"},
    Reads{"realpath"},
    Reads{"readlink"},
    Reads{"which"},
    Reads{"type"},
    Reads{"md5sum"},
    Reads{"sha1sum"},
    Reads{"sha256sum"},
    Reads{"cksum"},
    Reads{"cmp"},
    Reads{"comm"},
    Reads{"diff"},
    Reads{"od"},
    Reads{"hexdump"},
    Reads{"strings"},
    Reads{"seq"},
    Reads{"sleep"},
    Reads{"getent"},
    Reads{"vmstat"},
    Reads{"lsblk"},
    Reads{"lscpu"},
    Reads{"lspci"},
    Reads{"lsusb"},
    Reads{"lsmod"},
    Reads{"findmnt"},
    Reads{"printenv"},
    Reads{.name = "file", .bad_letters = "C", .bad_long = "compile"},
    Reads{.name = "uniq", .most_operands = 1},
    Reads{.name = "sort", .bad_letters = "oT", .bad_long = "output compress-program temporary-directory"},
    Reads{.name = "ss", .bad_letters = "K", .bad_long = "kill"},
    Reads{.name = "hostname", .bad_letters = "bF", .bad_long = "boot file", .most_operands = 0},
    Reads{.name = "date", .bad_letters = "s", .bad_long = "set"},
    Reads{.name = "dmesg",
          .bad_letters = "cCDEn",
          .bad_long = "clear read-clear console-off console-on console-level"},
    Reads{.name = "journalctl",
          .bad_long =
              "vacuum-size vacuum-time vacuum-files rotate flush sync relinquish-var smart-relinquish-var "
              "setup-keys update-catalog cursor-file"},
    Reads{.name = "systemctl",
          .bad_letters = "H",
          .bad_long = "host",
          .verbs = "status list-units list-unit-files list-timers list-sockets list-dependencies list-jobs "
                   "is-active "
                   "is-enabled is-failed is-system-running show cat get-default"},
};

/// Wrappers that add nothing but their own reading.
constexpr std::array<std::string_view, 7> plain_wrappers{"sudo", "timeout", "nice",  "ionice",
                                                         "time", "command", "stdbuf"};

std::string_view program_name(const Field& word) {
  const std::string_view text = word.text();
  for (const std::string_view directory : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"})
    if (text.starts_with(directory)) return text.substr(directory.size());
  return text.contains('/') ? std::string_view() : text;
}

bool is_bad_option(const Reads& row, std::string_view text) {
  if (!text.starts_with("--")) return text.find_first_of(row.bad_letters, 1) != std::string_view::npos;
  const auto name = text.substr(2, text.find('=') - 2);
  return !name.empty() && std::ranges::any_of(base::split(row.bad_long, ' '),
                                              [&](std::string_view bad) { return bad.starts_with(name); });
}

bool reads_find(const Fields& words) {
  constexpr std::array<std::string_view, 4> bad{"-exec", "-ok", "-delete", "-f"};
  return std::ranges::none_of(words, [&](const Field& word) {
    const std::string_view text = word.text();
    if (text == "-false" || text == "-follow" || text == "-fstype") return false;
    return std::ranges::any_of(bad, [&](std::string_view prefix) { return text.starts_with(prefix); });
  });
}

bool reads_ip(const Fields& words) {
  constexpr std::string_view options =
      "-4 -6 -s -br -brief -c -color -j -json -p -pretty -d -details -o -oneline -h -human -stats "
      "-statistics -0 -r";
  constexpr std::string_view objects =
      "a addr address l link r route n neigh neighbour neighbor rule maddr maddress mroute tunnel vrf";
  constexpr std::string_view verbs = "show list ls lst get";
  std::size_t at = 1;
  while (at < words.size() && has_name(options, words[at].text())) ++at;
  if (at >= words.size() || !has_name(objects, words[at].text())) return false;
  return at + 1 >= words.size() || has_name(verbs, words[at + 1].text());
}

bool reads_date(const Fields& words) {
  // "date MMDDhhmm" sets the clock; a format starts with "+".
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& text = words[at].text();
    if (text == "-d" || text == "-r" || text == "-f" || text == "--date" || text == "--reference")
      ++at;
    else if (!text.starts_with('-') && !text.starts_with('+'))
      return false;
  }
  return true;
}

bool reads(const Fields& words) {
  const auto name = program_name(words[0]);
  if (name == "find") return reads_find(words);
  if (name == "ip") return reads_ip(words);
  const auto* row = std::ranges::find(readers, name, &Reads::name);
  if (row == readers.end() || (name == "date" && !reads_date(words))) return false;
  std::size_t operands = 0;
  std::string_view first;
  const bool choosy = !row->bad_letters.empty() || !row->bad_long.empty();
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view text = words[at].text();
    // A file called "-o" would be an option once the shell has expanded the pattern.
    if (words[at].glob() && choosy && words[at].known_prefix().empty()) return false;
    if (text.starts_with('-') && text.size() > 1) {
      if (is_bad_option(*row, text)) return false;
    } else if (operands++ == 0) {
      first = text;
    }
  }
  if (operands > row->most_operands) return false;
  return row->verbs.empty() || operands == 0 || has_name(row->verbs, first);
}

}  // namespace

bool is_proved_read(const SimpleCommand& command) {
  if (command.writes || command.substitutes || command.assigns) return false;
  if (command.inner.empty()) return true;
  const bool plain = std::ranges::all_of(
      command.wrappers, [](std::string_view wrapper) { return is_one_of(wrapper, plain_wrappers); });
  const bool opaque = std::ranges::any_of(command.words, &Field::opaque);
  return plain && !opaque && command.inner[0].literal() && reads(command.inner);
}

}  // namespace mcpssh::guard
