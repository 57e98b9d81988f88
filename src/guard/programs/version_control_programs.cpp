// git and its kind.
#include <algorithm>
#include <array>

#include "guard/programs/git_program.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::array svn_verbs{
    Verb{"info log status st stat diff di cat list ls blame praise annotate ann proplist pl plist propget pg "
         "pget help h "
         "mergeinfo youngest tree history author changed date dirs-changed filesize verify lstxns "
         "hotcopy-list lock-list "
         "uuid lslocks info-repository",
         "read"},
    Verb{"checkout co update up add copy cp mkdir mkd switch sw merge resolve resolved propset pset ps "
         "propedit propdel "
         "import export relocate cleanup changelist cl lock unlock patch move mv rename ren create hotcopy "
         "dump pack recover load upgrade",
         "vcs.change"},
    Verb{"commit ci", "vcs.push"},
    Verb{"revert delete del remove rm rmtxns setlog setrevprop rmlocks freeze obliterate", "vcs.discard"},
};
constexpr std::array svn_effects{OptionEffect{"diff-cmd diff3-cmd editor-cmd", Value::code},
                                 OptionEffect{"config-option config-dir", Value::nothing, "shell.script"}};

constexpr std::array hg_verbs{
    Verb{"status st log history diff cat annotate blame heads tip id identify summary sum parents branches "
         "tags paths "
         "manifest files locate grep incoming in outgoing out verify help version root showconfig "
         "bookmarks-list "
         "debugstate export",
         "read"},
    Verb{"add addremove commit ci pull clone init update up checkout co merge graft backout branch tag "
         "bookmark "
         "bookmarks import copy cp move mv rename resolve shelve unshelve rebase histedit amend archive "
         "bundle unbundle "
         "recover config phase forget",
         "vcs.change"},
    Verb{"push", "vcs.push"},
    Verb{"revert remove rm strip purge rollback prune evolve uncommit", "vcs.discard"},
    Verb{"serve", "network.serve"},
};
constexpr std::array hg_effects{OptionEffect{"C clean f force", Value::nothing, "vcs.discard"},
                                OptionEffect{"config", Value::nothing, "shell.script"},
                                OptionEffect{"e ssh remotecmd", Value::code}};

constexpr std::array fossil_verbs{
    Verb{"status changes timeline info diff finfo ls extras branch-list version help annotate blame cat "
         "settings",
         "read"},
    Verb{"add addremove commit ci update checkout open clone pull sync init new merge stash tag branch close "
         "mv rename "
         "login log watch edit admin",
         "vcs.change"},
    Verb{"push", "vcs.push"},
    Verb{"revert rm delete clean undo purge remove uncommit", "vcs.discard"},
    Verb{"ui server", "network.serve"},
    Verb{"rdiff history", "read"},
};

/// gh api -X METHOD PATH.
void judge_api(const Call& call, const Options&) {
  const bool removes =
      std::ranges::any_of(call.words, [](const Field& word) { return word.text().ends_with("DELETE"); });
  call.does(removes ? "transfer.delete" : "transfer.send");
}

/// gh and glab: "noun verb".
constexpr std::array gh_verbs{
    Verb{"*/list */view */ls */status */diff */checks */verify */watch */show */search search/* status "
         "browse help "
         "version completion auth/status */download",
         "read"},
    Verb{"repo/clone pr/checkout run/download release/download", "vcs.change"},
    Verb{"auth/token secret/* variable/* ssh-key/* gpg-key/*", "secret.read"},
    Verb{"*/delete */remove */close */archive */unlink", "transfer.delete"},
    Verb{"api", "transfer.send", judge_api},
    Verb{"*/create */edit */merge */comment */review */reopen */rerun */run */upload */fork */sync */ready "
         "*/enable "
         "*/disable */lock */unlock */transfer */rename */set */add */cancel auth/*",
         "transfer.send"},
    Verb{"extension/* alias/* config/* codespace/*", "shell.script"},
};

constexpr std::array rows{
    Program{.names = "git", .judge = judge_git},
    Program{.names = "svn svnadmin svnlook svnversion",
            .options =
                {"qvNRugxFm", "rcmFx",
                 "force non-interactive quiet verbose xml incremental recursive no-ignore trust-server-cert",
                 "revision change depth message file username password config-dir config-option diff-cmd "
                 "diff3-cmd "
                 "editor-cmd accept limit targets set-depth"},
            .any_option = true,
            .verbs = svn_verbs,
            .option_effects = svn_effects},
    Program{.names = "hg",
            .options = {"CfqvyArau", "Re rbm", "clean force quiet verbose all",
                        "repository cwd config ssh remotecmd rev branch"},
            .any_option = true,
            .verbs = hg_verbs,
            .option_effects = hg_effects},
    Program{.names = "fossil cvs bzr brz darcs jj pijul",
            .options = {"qvdz", "dmR", "", "message"},
            .any_option = true,
            .verbs = fossil_verbs},
    Program{.names = "gh glab hub tea",
            .options = {"", "Rq", "web", "repo jq template json limit state"},
            .any_option = true,
            .verbs = gh_verbs},
    Program{.names = "tig lazygit gitui", .rule = "shell.interactive", .any_option = true},
    Program{.names = "gitk git-cola", .rule = "shell.interactive", .any_option = true},
    Program{.names = "pre-commit", .rule = "dev.build", .any_option = true},
    Program{.names = "etckeeper", .rule = "vcs.change", .any_option = true},
    Program{.names = "patch", .rule = "fs.write", .any_option = true, .shows = "dry-run C"},
    Program{.names = "quilt", .rule = "vcs.change", .any_option = true},
};

}  // namespace

std::span<const Program> version_control_programs() {
  return rows;
}

}  // namespace mcpssh::guard
