// Commands of the shell that change nothing but the shell (bash 5.2, dash 0.5.12). The others: shell/.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// "enable -f FILE name" loads a library into the shell.
void judge_enable(const Call& call) {
  if (has_letter(call, 'f') || any_opaque(call))
    return call.does("shell.redefinition", "enable loads a command of the shell from a file");
  const bool lists = call.words.size() == 1 || has_letter(call, 'p') || has_letter(call, 'a');
  if (!lists) call.does("shell.redefinition", "enable gives names of the shell another meaning");
}

void judge_history(const Call& call) {
  if (has_letter(call, 'c') || has_letter(call, 'd') || has_letter(call, 'w'))
    call.does("fs.truncate-state", "clears or rewrites the history of the shell");
  if (has_letter(call, 'p') || has_letter(call, 'r') || has_letter(call, 's') || has_letter(call, 'a'))
    call.does("fs.write", call.shown());
}

/// fc without -l edits and runs what was typed before.
void judge_fc(const Call& call) {
  if (!has_letter(call, 'l')) call.does("shell.opaque-code", "fc runs earlier commands again");
}

/// Where the names of `call` begin and how many there are: of test and printf only what follows -v.
std::span<const Field> names_of(const Call& call) {
  const std::span<const Field> words(call.words);
  if (has_name("bind compgen complete", call.name)) return {};
  if (!has_name("test [ printf wait", call.name))
    return words.subspan(std::min<std::size_t>(1, words.size()));
  const auto option = std::ranges::find_if(
      words, [](const Field& word) { return word.text() == "-v" || word.text() == "-R"; });
  const auto at = static_cast<std::size_t>(option - words.begin());
  return at + 1 < words.size() ? words.subspan(at + 1, 1) : std::span<const Field>();
}

/// bash runs what stands in the subscript of a name, also when the name is only data: test -v 'a[$(x)]'.
void judge_names(const Call& call) {
  for (const Field& word : call.words) {
    const std::string_view text = word.text();
    const bool words_of_completion = call.name == "compgen" || call.name == "complete";
    if ((text.contains('[') || words_of_completion) && (text.contains("$(") || text.contains('`')))
      return call.does("shell.opaque-code", "bash runs what stands in the subscript of a name");
  }
  bool value = false;
  for (const Field& name : names_of(call)) {
    const bool option = !name.empty() && !name.unknown_at(0) && name.text().starts_with('-');
    const bool data = std::exchange(value, option && name.size() == 2 && call.name == "read" &&
                                               std::string_view("dinNptu").contains(name.text()[1]));
    if (!option && !data && !name.known_prefix().contains('=') && name.any_text())
      call.does("shell.opaque-word", fmt::format("{} with a name known only at run time", call.name));
  }
  const bool maps = call.name == "mapfile" || call.name == "readarray";
  if (maps && has_letter(call, 'C')) call.does("shell.code-variable", "mapfile -C runs a command");
}

/// bind -x and complete -C run commands later.
void judge_binding(const Call& call) {
  if (has_letter(call, 'x') || has_letter(call, 'C') || has_letter(call, 'F') || has_letter(call, 'f'))
    call.does("shell.code-variable", "a key or a completion that runs a command");
  judge_names(call);
}

constexpr std::array rows{
    Program{.names =
                ": true false echo pwd type set shopt umask jobs fg bg disown return break continue exit "
                "logout shift times dirs caller suspend compopt ulimit hash cd pushd popd alias unalias let "
                "trap logname [[ ]]",
            .any_option = true},
    Program{.names = "printf test [ wait getopts read mapfile readarray unset export readonly declare local "
                     "typeset",
            .judge = judge_names},
    Program{.names = "enable", .judge = judge_enable},
    Program{.names = "history", .judge = judge_history},
    Program{.names = "fc", .judge = judge_fc},
    Program{.names = "bind complete compgen", .judge = judge_binding},
};

}  // namespace

std::span<const Program> builtin_programs() {
  return rows;
}

}  // namespace mcpssh::guard
