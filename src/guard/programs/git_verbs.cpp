// What each subcommand of git does to work, history and other repositories.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/git_program.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

bool has(const GitCall& git, std::string_view names) {
  return has_any(git.options, names);
}
std::size_t operands(const GitCall& git) {
  return git.options.operands.size();
}
std::string_view operand(const GitCall& git, std::size_t index) {
  return known_operand(git.options, index);
}
void does(const GitCall& git, std::string_view rule) {
  git.call.does(rule);
}
/// Throws work away, or only changes.
void discards(const GitCall& git, bool really) {
  does(git, really ? "vcs.discard" : "vcs.change");
}

/// What log, diff, show and their kind can do besides showing.
void shows(const GitCall& git) {
  if (const Field* output = git.options.find("output"); output != nullptr)
    writes_file(git.call, *output, Writing::replace);
  if (has(git, "no-index"))
    for (const Field& file : git.options.operands) reads_file(git.call, file);
  if (has(git, "ext-diff")) git.call.does("shell.script", "git runs the repository's own diff programs");
}

void greps(const GitCall& git) {
  if (has(git, "no-index"))
    for (const Field& file : operands_of(git.options, 1)) searches_file(git.call, file);
  for (const Field& word : git.call.words) {
    const std::string_view text = word.text();
    if (text.starts_with("--open-files-in-pager="))
      git.call.out.runs(word.substr(22));
    else if (text.starts_with("--open-files-in-pager"))
      git.call.does("shell.interactive");
    else if (text.starts_with("-O") && text.size() > 2)
      git.call.out.runs(word.substr(2));
  }
}

void branches(const GitCall& git) {
  if (has(git, "D f force M C")) return discards(git, true);
  if (has(git, "d delete m move c copy u set-upstream-to unset-upstream edit-description track t"))
    return does(git, "vcs.change");
  const bool lists =
      operands(git) == 0 || has(git,
                                "a all r remotes l list v vv verbose contains no-contains merged no-merged "
                                "show-current points-at");
  if (!lists) does(git, "vcs.change");
}

void tags(const GitCall& git) {
  if (has(git, "d delete f force")) return discards(git, true);
  if (operands(git) == 0 || has(git, "l list n v verify contains points-at merged no-merged")) return;
  does(git, "vcs.change");
}

void checks_out(const GitCall& git) {
  const bool creates = has(git, "b orphan t track");
  const bool all =
      std::ranges::any_of(git.options.operands, [](const Field& word) { return word.text() == "."; });
  discards(git, git.has_separator || all || has(git, "f force B p patch") || (!creates && operands(git) > 1));
}

void restores(const GitCall& git) {
  discards(git, !has(git, "staged S") || has(git, "worktree W"));
}

void stashes(const GitCall& git) {
  const auto verb = operand(git, 0);
  if (verb == "list" || verb == "show") return shows(git);
  discards(git, verb == "clear" || verb == "drop");
}

void pushes(const GitCall& git) {
  for (const std::string_view option : {"exec", "receive-pack"})
    if (const Field* code = git.options.find(option); code != nullptr) git.call.out.runs(*code);
  if (has(git, "n dry-run") && !has(git, "no-dry-run")) return;
  const bool rewrites = has(git, "f force force-with-lease force-if-includes mirror d delete prune") ||
                        std::ranges::any_of(git.options.operands, [](const Field& word) {
                          return word.text().starts_with('+') || word.text().starts_with(':');
                        });
  does(git, rewrites ? "vcs.rewrite-remote" : "vcs.push");
}

void configures(const GitCall& git) {
  if (has(git, "e edit")) return git.call.does("shell.interactive");
  if (has(git, "l list get get-all get-regexp get-urlmatch get-color show-origin")) return;
  constexpr std::array<std::string_view, 3> looks{"list", "get", "get-all"};
  if (is_one_of(operand(git, 0), looks)) return;
  const bool unsets = has(git, "unset unset-all remove-section rename-section");
  if (operands(git) < 2 && !unsets) return;
  const std::string_view key = operand(git, operand(git, 0) == "set" ? 1 : 0);
  if (has(git, "f file"))
    if (const Field* file = git.options.find("file"); file != nullptr)
      writes_file(git.call, *file, Writing::change);
  does(git, key.empty() || (is_code_setting(key) && !unsets) ? "fs.write-persistence" : "vcs.change");
}

/// "ext::sh -c x" names a program where an address stands, now or when it is used later.
void runs_addresses(const GitCall& git) {
  for (const Field& word : git.options.operands)
    if (word.known_prefix().starts_with("ext::")) git.call.out.runs(word.substr(5));
}

void remotes(const GitCall& git) {
  runs_addresses(git);
  const auto verb = operand(git, 0);
  if (verb.empty() || verb == "show" || verb == "get-url") return;
  does(git, "vcs.change");
}

void submodules(const GitCall& git) {
  runs_addresses(git);
  const auto verb = operand(git, 0);
  if (verb.empty() || verb == "status" || verb == "summary") return;
  if (verb == "foreach" && operands(git) > 1) {
    Field code;
    for (const Field& word : operands_of(git.options, 1)) {
      if (!code.empty()) code.append(' ', Field::Ink::plain);
      code.append(word);
    }
    return git.call.out.runs(code);
  }
  discards(git, verb == "deinit");
}

void bisects(const GitCall& git) {
  const auto verb = operand(git, 0);
  if (verb == "log" || verb == "view" || verb == "visualize") return;
  if (verb == "run") git.call.out.runs(Fields(git.options.operands.begin() + 1, git.options.operands.end()));
  does(git, "vcs.change");
}

void rebases(const GitCall& git) {
  if (const Field* code = git.options.find("exec"); code != nullptr) git.call.out.runs(*code);
  for (std::size_t i = 1; i < git.call.words.size(); ++i)
    if (git.call.words[i - 1].text() == "-x") git.call.out.runs(git.call.words[i]);
  if (has(git, "i interactive")) return git.call.does("shell.interactive");
  does(git, "vcs.change");
}

void archives(const GitCall& git) {
  if (const Field* code = git.options.find("exec"); code != nullptr) git.call.out.runs(*code);
  Words words = git.call.words;
  for (std::size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i].text() == "-o") writes_file(git.call, words[i + 1], Writing::replace);
  shows(git);
}

void bundles(const GitCall& git) {
  if (operand(git, 0) == "create" && operands(git) > 1)
    writes_file(git.call, git.options.operands[1], Writing::replace);
}

/// clone -u PROGRAM, clone -c SETTING=VALUE.
void clone_options(const GitCall& git) {
  Words words = git.call.words;
  const auto sets = [&](std::string_view setting) {
    if (is_code_setting(setting.substr(0, setting.find('=')))) git.call.does("shell.script");
  };
  bool behind = false;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (behind && words[i].text() == "-u") git.call.out.runs(words[i + 1]);
    if (behind && words[i].text() == "-c") sets(words[i + 1].text());
    if (behind && words[i].text().starts_with("-c")) sets(words[i].text().substr(2));
    behind = behind || words[i].text() == "clone";
  }
  for (const Option& option : git.options.options)
    if (option.name == "config") sets(option.value.text());
}

/// fetch, pull, clone, ls-remote: they may name the program of the other side.
void fetches(const GitCall& git) {
  for (const std::string_view option : {"upload-pack", "exec"})
    if (const Field* code = git.options.find(option); code != nullptr) git.call.out.runs(*code);
  runs_addresses(git);
  if (git.verb == "clone") clone_options(git);
  if (git.verb == "ls-remote" || has(git, "dry-run")) return;
  if (git.verb == "clone" && operands(git) > 1)
    writes_file(git.call, git.options.operands[1], Writing::change);
  does(git, "vcs.change");
}

/// "-nfd" only shows; "-enode_modules" is an exclusion, and "--no-dry-run" takes it back.
bool cleans_dry(const GitCall& git) {
  if (has(git, "no-dry-run")) return false;
  return has(git, "n dry-run") || std::ranges::any_of(git.call.words, [](const Field& word) {
           const std::string_view text = word.text();
           if (!word.literal() || !text.starts_with('-') || text.starts_with("--")) return false;
           return text.find('n') < text.find('e');
         });
}

/// A path behind the option, glued to it or next; git's own table takes many letters for flags.
void writes_behind(const GitCall& git, std::string_view option) {
  Words words = git.call.words;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string_view text = words[i].text();
    if (text == option && i + 1 < words.size())
      writes_file(git.call, words[i + 1], Writing::replace);
    else if (text.starts_with(option) && option.starts_with("--") && text.size() > option.size() &&
             text[option.size()] == '=')
      writes_file(git.call, words[i].substr(option.size() + 1), Writing::replace);
    else if (text.starts_with(option) && !option.starts_with("--"))
      writes_file(git.call, words[i].substr(option.size()), Writing::replace);
  }
}

/// Verbs that read or change and may be told where to write.
void writes_marks(const GitCall& git) {
  for (const std::string_view option : {"--export-marks", "--output-directory", "--output"})
    writes_behind(git, option);
  if (has_name("mailsplit format-patch bugreport diagnose", git.verb)) writes_behind(git, "-o");
  const bool reads = git.verb == "fast-export" || (git.verb == "format-patch" && has(git, "stdout"));
  if (!reads) does(git, "vcs.change");
}

/// Files outside the repository that options of readers name.
void reads_options(const GitCall& git) {
  if (const Field* file = git.options.find("contents"); file != nullptr) reads_file(git.call, *file);
  if (has(git, "in-place lost-found")) does(git, "vcs.change");
}

struct GitVerb {
  std::string_view verbs;
  std::string_view rule;
  void (*judge)(const GitCall&) = nullptr;
};

constexpr std::array git_verbs{
    GitVerb{"status rev-parse rev-list ls-files ls-tree cat-file name-rev merge-base cherry count-objects "
            "for-each-ref "
            "show-ref show-branch version help verify-commit verify-tag verify-pack check-ignore check-attr "
            "check-ref-format check-mailmap request-pull get-tar-commit-id patch-id column stripspace "
            "fmt-merge-msg merge-tree describe var shortlog",
            "read"},
    GitVerb{"fsck blame annotate interpret-trailers", "read", reads_options},
    GitVerb{"unpack-file", "vcs.change"},
    GitVerb{"log diff show whatchanged diff-tree diff-files diff-index range-diff", "read", shows},
    GitVerb{"grep", "read", greps},
    GitVerb{"branch", {}, branches},
    GitVerb{"tag", {}, tags},
    GitVerb{"checkout", {}, checks_out},
    GitVerb{"switch", {}, [](const GitCall& git) { discards(git, has(git, "f force discard-changes C")); }},
    GitVerb{"restore", {}, restores},
    GitVerb{"reset", {}, [](const GitCall& git) { discards(git, has(git, "hard merge keep")); }},
    GitVerb{"clean",
            {},
            [](const GitCall& git) {
              if (!cleans_dry(git)) discards(git, true);
            }},
    GitVerb{"stash", {}, stashes},
    GitVerb{"push send-pack", {}, pushes},
    GitVerb{"config", {}, configures},
    GitVerb{"remote", {}, remotes},
    GitVerb{"submodule", {}, submodules},
    GitVerb{"bisect", {}, bisects},
    GitVerb{"rebase", {}, rebases},
    GitVerb{"archive", {}, archives},
    GitVerb{"bundle", {}, bundles},
    GitVerb{"fetch pull clone ls-remote fetch-pack", {}, fetches},
    GitVerb{"reflog",
            {},
            [](const GitCall& git) {
              if (operand(git, 0) == "expire" || operand(git, 0) == "delete") discards(git, true);
            }},
    GitVerb{"rm",
            {},
            [](const GitCall& git) {
              if (!has(git, "n dry-run")) discards(git, !has(git, "cached"));
            }},
    GitVerb{"gc", {}, [](const GitCall& git) { discards(git, has(git, "prune")); }},
    GitVerb{"prune filter-branch filter-repo", "vcs.discard"},
    GitVerb{"worktree",
            {},
            [](const GitCall& git) {
              if (operand(git, 0) != "list") discards(git, operand(git, 0) == "remove");
            }},
    GitVerb{"update-ref", {}, [](const GitCall& git) { discards(git, has(git, "d delete stdin")); }},
    GitVerb{"symbolic-ref",
            {},
            [](const GitCall& git) {
              if (operands(git) > 1 || has(git, "d delete")) does(git, "vcs.change");
            }},
    GitVerb{"notes lfs",
            {},
            [](const GitCall& git) {
              const auto verb = operand(git, 0);
              if (!has_name("list show ls-files status env locks version logs", verb) && !verb.empty())
                discards(git, verb == "remove" || verb == "prune" || has(git, "f force"));
            }},
    GitVerb{"format-patch fast-import fast-export mailsplit bugreport diagnose", {}, writes_marks},
    GitVerb{"read-tree", {}, [](const GitCall& git) { discards(git, has(git, "reset u m")); }},
    GitVerb{"checkout-index", {}, [](const GitCall& git) { discards(git, has(git, "f force")); }},
    GitVerb{"replace", {}, [](const GitCall& git) { discards(git, has(git, "d delete f force")); }},
    GitVerb{"hash-object",
            {},
            [](const GitCall& git) {
              if (has(git, "w")) does(git, "vcs.change");
            }},
    GitVerb{
        "add stage commit merge init mv cherry-pick revert am apply repack pack-refs sparse-checkout "
        "maintenance "
        "update-index write-tree commit-tree rerere mktree mktag "
        "multi-pack-index commit-graph init-db subtree merge-file mailinfo svn p4 flow update-server-info",
        "vcs.change"},
    GitVerb{"send-email imap-send", "transfer.send"},
    GitVerb{"difftool mergetool gui citool gitk", "shell.interactive"},
    GitVerb{"instaweb daemon http-backend upload-pack receive-pack shell", "network.serve"},
    GitVerb{"credential credential-store credential-cache", "secret.read"},
};

}  // namespace

void judge_git_verb(const GitCall& git) {
  if (has_any(git.options, "help")) return;
  for (const GitVerb& verb : git_verbs) {
    if (!has_name(verb.verbs, git.verb)) continue;
    if (verb.judge != nullptr) return verb.judge(git);
    return git.call.does(verb.rule);
  }
  git.call.does("shell.unknown-verb");
}

}  // namespace mcpssh::guard
