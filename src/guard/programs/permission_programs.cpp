// Owners, modes, access lists and attributes of files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Whether a symbolic clause ("u+s", "o=rw", "a+w") gives setuid, setgid or everybody's writing.
bool clause_grants(std::string_view clause) {
  const auto sign = clause.find_first_of("+=");
  if (sign == std::string_view::npos) return false;
  const std::string_view who = clause.substr(0, sign);
  const std::string_view what = clause.substr(sign + 1);
  const bool everybody = who.contains('o') || who.contains('a');
  const bool sticky = what.contains('t');
  return what.contains('s') || (everybody && what.contains('w') && !sticky);
}

bool mode_grants(std::string_view mode) {
  if (!mode.empty() && mode.find_first_not_of("01234567") == std::string_view::npos) {
    const int others = mode.back() - '0';
    const int special = mode.size() > 3 ? mode[mode.size() - 4] - '0' : 0;
    return (special & 6) != 0 || ((others & 2) != 0 && (special & 1) == 0);
  }
  return std::ranges::any_of(base::split(mode, ','), clause_grants);
}

/// "-x", "-rw" of chmod take bits away.
bool takes_away(const Field& word) {
  const std::string_view text = word.text();
  return text.size() > 1 && text[0] == '-' &&
         text.find_first_not_of("rwxXstugo,=+-", 1) == std::string_view::npos;
}

void judge_chmod(const Call& call) {
  constexpr OptionTable table{
      "RcfvhHLP", "",
      "recursive changes silent quiet verbose no-preserve-root preserve-root help version "
      "dereference no-dereference",
      "reference"};
  if (call.only_help()) return;
  Fields words;
  bool removes_bits = false;
  for (const Field& word : call.words) {
    const bool bits = takes_away(word) && !removes_bits;
    removes_bits = removes_bits || bits;
    if (!bits) words.push_back(word);
  }
  const Options options = options_of({call.name, words, call.directory, call.out}, table);
  const bool mode_given = removes_bits || options.has("reference");
  Permission permission{has_any(options, "R recursive"), false};
  if (!mode_given && !options.operands.empty())
    permission.grants = options.operands[0].opaque() || mode_grants(options.operands[0].text());
  for (const Field& path : operands_of(options, mode_given ? 0 : 1)) {
    const Reach reach = reach_of(path, call.directory);
    Permission here = permission;
    // Everybody may write in /tmp anyway; setuid is another matter.
    const bool special = !options.operands.empty() && !mode_given && options.operands[0].text().size() < 4 &&
                         options.operands[0].literal() && !options.operands[0].text().contains('s');
    if (reach == Reach::temporary && special) here.grants = false;
    permits(call, path, here);
  }
}

void judge_chown(const Call& call) {
  constexpr OptionTable table{
      "RcfvhHLP", "",
      "recursive changes silent quiet verbose no-preserve-root preserve-root help version "
      "dereference no-dereference",
      "from reference"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  const Permission permission{has_any(options, "R recursive"), false};
  for (const Field& path : operands_of(options, options.has("reference") ? 0 : 1))
    permits(call, path, permission);
}

void judge_setfacl(const Call& call) {
  constexpr OptionTable table{"bkndRLPv", "mMxXs",
                              "set remove-all remove-default no-mask default recursive logical physical "
                              "test version help",
                              "modify modify-file remove remove-file set-file restore"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  if (options.has("test")) return;
  const Permission permission{has_any(options, "R recursive"), false};
  for (const Field& path : options.operands) permits(call, path, permission);
  if (options.has("restore")) call.does("fs.permissions", "setfacl restores access lists from a file");
}

void judge_attributes(const Call& call) {
  constexpr OptionTable table{"RVfvdxh", "npm", "recursive", "name value remove restore"};
  Fields words;
  for (const Field& word : call.words)
    // "-i" and "+a" are what chattr sets, not options.
    if (call.name != "chattr" || &word == call.words.data() || word.text() == "-R" ||
        !(word.known_prefix().starts_with('-') || word.known_prefix().starts_with('+') ||
          word.known_prefix().starts_with('=')))
      words.push_back(word);
  const Options options = options_of({call.name, words, call.directory, call.out}, table);
  for (const Field& path : options.operands) permits(call, path, {has_any(options, "R recursive"), false});
}

/// SELinux labels: chcon CONTEXT FILES, restorecon FILES.
void judge_label(const Call& call) {
  constexpr OptionTable table{"RhHLPvnFipqmDIxN0", "utrlfeoTd",
                              "recursive no-dereference dereference verbose preserve-root no-preserve-root",
                              "user role type range reference"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  if (call.name == "restorecon") {
    if (has_any(options, "n")) return;
    return call.does("fs.write", call.shown());
  }
  const bool parts = has_any(options, "u t r l user role type range reference");
  for (const Field& path : operands_of(options, parts ? 0 : 1))
    permits(call, path, {has_any(options, "R recursive"), false});
}

constexpr std::array rows{
    Program{.names = "chmod gchmod", .judge = judge_chmod},
    Program{.names = "chown chgrp gchown", .judge = judge_chown},
    Program{.names = "setfacl", .judge = judge_setfacl},
    Program{.names = "chattr setfattr", .judge = judge_attributes},
    Program{.names = "chcon restorecon", .judge = judge_label},
    Program{.names = "getfacl lsattr getfattr matchpathcon", .any_option = true},
};

}  // namespace

std::span<const Program> permission_programs() {
  return rows;
}

}  // namespace mcpssh::guard
