// Editors and pagers: some only show, some take what is typed, and some run commands from their options.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// What vi's commands do besides editing.
bool escapes(std::string_view command) {
  return command.contains('!') || command.contains("system(") || command.contains("py") ||
         command.contains("lua") || command.contains("sh") || command.contains("source") ||
         command.contains(":so ");
}

void judge_vi(const Call& call) {
  if (call.only_help()) return;
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    const bool follows =
        at > 1 && (call.words[at - 1].text() == "--cmd" ||
                   (call.words[at - 1].text().starts_with('-') && call.words[at - 1].text().ends_with('c')));
    const bool command =
        text.starts_with('+') || text.starts_with("-c") || text.starts_with("--cmd") || follows;
    if (command && escapes(text))
      call.does("shell.foreign-code", fmt::format("{} runs {}", call.name, base::printable(text, 60)));
    if (text == "-S" || text == "-u" || text == "-s")
      call.does("shell.script", fmt::format("{} runs commands from a file", call.name));
  }
  if (call.out.has_input())
    return call.does("shell.foreign-code", fmt::format("{} runs what it reads", call.name));
  opens_prompt(call);
}

void judge_emacs(const Call& call) {
  if (call.only_help()) return;
  for (const Field& word : call.words)
    if (has_name("--batch -batch --eval -eval --execute -f --funcall -l --load --script -script",
                 word.text()))
      return call.does("shell.foreign-code", fmt::format("{} runs lisp", call.name));
  opens_prompt(call);
}

void judge_editor(const Call& call) {
  if (call.only_help()) return;
  for (const Field& word : call.words)
    if (word.text() == "-s" || word.text().starts_with("--speller") || word.text().starts_with("-e"))
      call.does("shell.foreign-code", fmt::format("{} may run commands from its options", call.name));
  opens_prompt(call);
}

void judge_ed(const Call& call) {
  if (call.only_help()) return;
  if (!call.out.has_input()) return opens_prompt(call);
  const std::string* input = call.out.input_text();
  const auto shell = [](std::string_view line) {
    return line.contains('!') || line.starts_with("r ") || line.starts_with("e ") || line.starts_with("w /");
  };
  if (input == nullptr || std::ranges::any_of(base::split(*input, '\n'), shell))
    return call.does("shell.foreign-code", "ed runs commands it reads");
  const Options options = read_loosely(call.words, {"sGErvl", "p", "quiet silent", "prompt"});
  writes_all(call, options.operands, Writing::change);
}

void judge_pager(const Call& call) {
  if (call.only_help()) return;
  constexpr OptionTable table{
      "?abBcCdeEfFgGiIJKLmMnNQqrRsSuUvVwWX~", "oOkptTPDhjxyz#",
      "quit-if-one-screen raw-control-chars no-init chop-long-lines line-numbers ignore-case help "
      "version follow-name quit-at-eof",
      "log-file LOG-FILE lesskey-file pattern tag tag-file prompt lesskey-src lesskey-context"};
  const Options options = read_loosely(call.words, table);
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    if (text.starts_with('+') && (text.contains('!') || text.contains("|") || text.contains("#")))
      call.does("shell.foreign-code", fmt::format("{} runs {}", call.name, base::printable(text, 60)));
  }
  for (const Option& option : options.options) {
    if (has_name("o O log-file LOG-FILE", option.name)) writes_file(call, option.value, Writing::replace);
    if (has_name("k lesskey-file lesskey-src lesskey-context", option.name))
      call.does("shell.script", "a key file of less may run commands");
  }
  for (const Field& file : options.operands)
    if (!file.known_prefix().starts_with('+')) reads_file(call, file);
}

void judge_man(const Call& call) {
  constexpr OptionTable table{
      "acdDfFhikKlrtuVwWIZX", "CEHLMmpPRSTes",
      "all apropos whatis local-file where path where-cat default debug help version warnings "
      "names-only regex wildcard update troff gxditview ditroff usage",
      "pager browser html config-file encoding locale manpath systems preprocessor prompt recode "
      "sections extension troff-device"};
  const Options options = read_loosely(call.words, table);
  for (const Option& option : options.options) {
    if (has_name("P pager H browser html", option.name) && !option.value.empty()) call.out.runs(option.value);
    if (has_name("C config-file", option.name))
      call.does("shell.script", "man with a configuration of its own, which may name programs");
  }
  // A word with a slash is a file, whatever it is.
  for (const Field& page : options.operands)
    if (has_any(options, "l local-file") || page.text().contains('/')) reads_file(call, page);
}

constexpr std::array info_effects{OptionEffect{"o output dribble", Value::written},
                                  OptionEffect{"restore", Value::nothing, "shell.script"}};

constexpr std::array rows{
    Program{.names = "vi vim nvim view vimdiff rvim rview gvim ex vim.basic vim.tiny elvis nvi vim-tiny",
            .judge = judge_vi},
    Program{.names = "emacs emacsclient xemacs mg jmacs zile", .judge = judge_emacs},
    Program{.names = "nano rnano pico joe jed micro mcedit ne kak hx helix tilde dte gedit kate code subl "
                     "sensible-editor "
                     "editor select-editor",
            .judge = judge_editor},
    Program{.names = "ed red", .judge = judge_ed},
    Program{.names = "less more most pg lv zless bzless xzless zmore bzmore xzmore lzless pager "
                     "sensible-pager lesspipe moar",
            .judge = judge_pager},
    Program{.names = "man", .judge = judge_man},
    Program{.names = "info pinfo",
            .options = {"wah", "odfnkI", "where all help version",
                        "output dribble file node "
                        "apropos restore index-search"},
            .any_option = true,
            .option_effects = info_effects},
    Program{.names = "whatis apropos tldr cheat help manpath", .any_option = true},
    Program{.names = "mandb catman makewhatis", .rule = "fs.write", .any_option = true},
    Program{.names = "byobu zellij tmate", .rule = "shell.interactive", .any_option = true},
};

}  // namespace

std::span<const Program> editor_programs() {
  return rows;
}

}  // namespace mcpssh::guard
