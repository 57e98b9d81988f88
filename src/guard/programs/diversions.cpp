// dpkg-divert moves a package's file away, update-alternatives says what a program's name leads to.
#include "guard/programs/diversions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::array alternatives_effects{
    OptionEffect{"install set auto config all set-selections add-slave", Value::nothing, "package.settings"},
    OptionEffect{"remove remove-all", Value::nothing, "package.remove"},
};
constexpr Program row{
    .names = "update-alternatives alternatives",
    .options = {"", "",
                "display list query get-selections help version verbose quiet install set auto "
                "config all set-selections remove remove-all add-slave force skip-auto slave",
                "altdir admindir log"},
    .any_option = true,
    .option_effects = alternatives_effects};

/// A place where nobody installs programs.
bool is_foreign(const Field& path, const Field& directory) {
  const Reach reach = reach_of(path, directory);
  return reach == Reach::temporary || reach == Reach::home || reach == Reach::unknown;
}

/// A directory whose names are there to be given programs.
bool is_for_names(const Field& link, const Field& directory) {
  const Field path = absolute(link, directory);
  constexpr std::array<std::string_view, 7> places{
      "/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/usr/share/man/"};
  return path.literal() &&
         std::ranges::any_of(places, [&](std::string_view one) { return path.text().starts_with(one); });
}

}  // namespace

void judge_divert(const Call& call) {
  constexpr OptionTable table{
      "", "", "add remove list listpackage truename rename no-rename test quiet help version local",
      "divert package admindir instdir root"};
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, table);
  if (has_any(options, "list listpackage truename test")) return;
  call.does("package.settings");
  // With --rename the file is gone from where it stood.
  if (has_any(options, "rename"))
    for (const Field& file : options.operands) moves_file(call, file, file);
  if (const Field* to = options.find("divert")) writes_file(call, *to, Writing::change);
}

void judge_alternatives(const Call& call) {
  if (has_word(call, "--install") || has_word(call, "--set") || has_word(call, "--slave"))
    for (const Field& word : tail(call.words, 1))
      if ((word.text().contains('/') || word.opaque()) && is_foreign(word, call.directory))
        call.does("package.foreign",
                  fmt::format("a program's name comes to mean {}", base::printable(word.text(), 60)));
  for (std::size_t at = 1; at + 1 < call.words.size(); ++at)
    if (has_name("--install --slave --add-slave", call.words[at].text()) &&
        !is_for_names(call.words[at + 1], call.directory))
      writes_file(call, call.words[at + 1], Writing::replace);
  if (has_word(call, "--set-selections"))
    call.does("package.foreign", "what programs' names mean comes from its input");
  judge_row(row, call);
}

}  // namespace mcpssh::guard
