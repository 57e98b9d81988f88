#include "guard/programs/git_program.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// "core.pager=less" behind -c.
void setting(const Call& call, const Field& word) {
  const auto equals = word.text().find('=');
  if (word.known_prefix().find('=') == std::string_view::npos && word.opaque())
    return call.does("shell.opaque-code", "git with a setting known only at run time");
  if (equals == std::string::npos) return;
  const std::string key = lower(std::string_view(word.text()).substr(0, equals));
  Field value = word.substr(equals + 1);
  if (key == "core.hookspath" || key == "include.path" || key == "core.attributesfile" ||
      key == "protocol.ext.allow")
    return call.does("shell.script", "git with hooks or settings from elsewhere");
  const bool alias = key.starts_with("alias.");
  if (alias && !value.text().starts_with('!'))
    return call.does("shell.unknown-verb", "git with an alias of its own");
  if (alias) value = value.substr(1);
  // "helper = store" names one of git's own helpers.
  const bool own_helper =
      key.ends_with(".helper") && !value.text().contains('/') && !value.text().starts_with('!');
  if (own_helper) return;
  if (key.ends_with(".helper") && value.text().starts_with('!')) value = value.substr(1);
  if ((alias || is_code_setting(key)) && !value.empty()) call.out.runs(value);
}

/// A place that is nobody's own.
bool is_foreign(const Call& call, const Field& place) {
  const Reach reach = reach_of(place, call.directory);
  return reach == Reach::temporary || reach == Reach::unknown;
}

}  // namespace

bool is_code_setting(std::string_view name) {
  const std::string key = lower(name);
  constexpr std::array<std::string_view, 11> endings{"pager",   "editor",    "command", "fsmonitor",
                                                     ".helper", ".textconv", ".cmd",    ".clean",
                                                     ".smudge", ".process",  ".driver"};
  constexpr std::array<std::string_view, 6> names{"diff.external", "core.hookspath",
                                                  "core.askpass",  "gpg.program",
                                                  "core.gitproxy", "uploadpack.packobjectshook"};
  return key.starts_with("pager.") || key.starts_with("alias.") || is_one_of(key, names) ||
         std::ranges::any_of(endings, [&](std::string_view ending) { return key.ends_with(ending); }) ||
         key.ends_with(".insteadof") || key.ends_with(".path") || key.ends_with(".program") ||
         key.ends_with(".vcs");
}

void judge_git(const Call& call) {
  constexpr OptionTable global{
      "pPhv", "Cc",
      "version help html-path man-path info-path paginate no-pager no-replace-objects bare "
      "literal-pathspecs glob-pathspecs noglob-pathspecs icase-pathspecs no-optional-locks exec-path",
      "git-dir work-tree namespace super-prefix config-env list-cmds attr-source"};
  const Options options = read_options(call.words, 1, global, false);
  if (options.unknown) call.does("shell.unknown-option");
  if (options.splits) call.does("shell.opaque-word");
  for (const Option& option : options.options) {
    if (option.name == "c") setting(call, option.value);
    if (option.name == "git-dir" && is_foreign(call, option.value))
      call.does("shell.script", "git with a repository whose settings anybody may have written");
    if (option.name == "config-env") call.does("shell.script", "git with a setting from a variable");
  }
  for (const Field& word : call.words)
    if (word.known_prefix().starts_with("--exec-path="))
      call.does("shell.script", "git with programs from elsewhere");
  if (options.operands.empty() || has_any(options, "version help h v")) return;
  const Field& verb = options.operands[0];
  if (!verb.literal())
    return call.does("shell.opaque-command", "git with a subcommand known only at run time");
  const Words rest = tail(call.words, options.first_operand);
  constexpr OptionTable verbs{
      "abdDfFimMnNpPqQrRsStuvwxXyz", "LSGgO", "",
      "output exec extcmd upload-pack receive-pack open-files-in-pager author date grep format "
      "pretty since until after before max-count message file template config depth branch "
      "origin reference strategy strategy-option onto prefix remote skip count sort points-at "
      "source-dir output-directory contents separate-git-dir unified"};
  const Options behind = read_loosely(rest, verbs);
  if (std::ranges::any_of(rest, &Field::splits))
    call.does("shell.opaque-word", "git with words known only at run time");
  if (const Field* hooks = behind.find("template");
      hooks != nullptr && is_foreign(call, *hooks) && has_name("init init-db clone", verb.text()))
    call.does("shell.script", "git with hooks anybody may have written");
  if (verb.text() == "apply" && behind.has("unsafe-paths"))
    call.does("fs.write-system", "git applies a patch wherever it leads");
  const bool separator = std::ranges::any_of(rest, [](const Field& word) { return word.text() == "--"; });
  judge_git_verb({call, verb.text(), behind, separator});
}

}  // namespace mcpssh::guard
