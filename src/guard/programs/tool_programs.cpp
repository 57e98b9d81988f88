// Tools of many kinds: terminals, media, scanners of a system, and the managers of web applications.
#include <algorithm>
#include <array>

#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Runs the words from `from` on: one word is code, several are a command.
void runs_rest(const Call& call, std::span<const Field> words) {
  if (words.size() == 1)
    call.out.runs(words[0]);
  else if (!words.empty())
    call.out.runs(Fields(words.begin(), words.end()));
}

void judge_tmux(const Call& call) {
  const Options global = read_options(call.words, 1, {"2CDluUvqV", "cfLSTx", "", ""}, false);
  if (global.has("V")) return;
  if (global.has("f")) call.does("shell.script", "tmux with a configuration of its own");
  const auto verb = known_operand(global, 0);
  constexpr std::string_view looks =
      "ls list-sessions list-windows lsw list-panes lsp list-clients lsc list-buffers lsb list-keys lsk "
      "list-commands lscm "
      "show-options show show-buffer showb show-environment showenv display-message display has-session has "
      "capture-pane "
      "capturep info server-info start-server show-messages";
  if (has_name(looks, verb)) return;
  const Options options = read_options(tail(call.words, global.first_operand), 1,
                                       {"AdDEPXhvbfIgaktIZ", "ncsxyFtel", "", ""}, false);
  if (has_name("new-session new new-window neww split-window splitw respawn-pane respawn-window popup "
               "display-popup",
               verb)) {
    runs_rest(call, options.operands);
    if (!options.has("d") && options.operands.empty()) return opens_prompt(call);
    return call.does("fs.write", "tmux opens a session that stays");
  }
  if (has_name("run-shell run if-shell if pipe-pane pipep", verb)) return runs_rest(call, options.operands);
  if (has_name("kill-session kill-window killw kill-pane killp kill-server", verb))
    return call.does("service.protected", "tmux ends what runs in its windows");
  if (has_name("source-file source set-hook bind-key bind", verb)) return call.does("shell.script");
  if (has_name(
          "set-option set set-buffer setb rename-session rename rename-window renamew resize-pane resizep",
          verb))
    return call.does("fs.write");
  opens_prompt(call);  // attach, send-keys and the rest reach another shell
}

void judge_screen(const Call& call) {
  if (call.only_help() || has_word(call, "-ls") || has_word(call, "-list") || has_word(call, "-v")) return;
  if (has_word(call, "-wipe")) return call.does("fs.write");
  if (has_word(call, "-X")) return call.does("service.protected", "screen controls what runs in its windows");
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    if (has_name("-S -t -h -T -e -s -c -p -L -Logfile", text)) {
      if (text == "-c") call.does("shell.script", "screen with a configuration of its own");
      ++at;
      continue;
    }
    if (text.starts_with('-') && text.contains('S')) ++at;
    if (text.starts_with('-')) continue;
    call.does("fs.write", "screen opens a session that stays");
    return call.out.runs(tail(call.words, at));
  }
  opens_prompt(call);
}

/// fd PATTERN -x COMMAND.
void judge_fd(const Call& call) {
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    const bool runs = text == "-x" || text == "-X" || text == "--exec" || text == "--exec-batch";
    if (!runs && !text.starts_with("--exec")) continue;
    if (!runs) return call.does("shell.opaque-code", "fd runs a command for what it finds");
    Fields command = copy_of(tail(call.words, at + 1));
    if (!command.empty() && command.back().text() == ";") command.pop_back();
    for (Field& word : command)
      if (word.text().contains('{')) word = Field::unknown(word.text(), false);
    command.push_back(Field::unknown("<found>", true));
    return call.out.runs(command);
  }
}

/// fzf --preview and --bind run commands.
void judge_fzf(const Call& call) {
  for (const Field& word : call.words)
    if (word.text().starts_with("--preview") || word.text().starts_with("--bind") ||
        word.text().starts_with("--execute"))
      return call.does("shell.foreign-code", "fzf runs commands of its own");
  if (!has_word(call, "-f") && !has_word(call, "--filter")) opens_prompt(call);
}

constexpr std::array wp_verbs{
    Verb{"*/list */get */status */version */info */path */search */exists */is-active */is-installed "
         "*/check-update "
         "*/verify-checksums cli/* db/check db/size db/tables db/prefix db/export option/get config/get "
         "core/version "
         "cron/event */count */describe help",
         "read"},
    Verb{"*/delete */uninstall */destroy db/drop db/reset db/clean site/empty */remove */spam */trash "
         "site/archive",
         "fs.remove"},
    Verb{"db/query db/cli", "database.code"},
    Verb{"eval eval-file shell", "shell.foreign-code"},
    Verb{"user/create user/update user/set-role user/add-role user/reset-password super-admin/*",
         "account.change"},
    Verb{"*", "fs.write"},
};

/// Tasks are the project's own, but those of rails bear known names.
void judge_rake(const Call& call) {
  constexpr std::array<std::string_view, 9> removing{
      "db:drop",           "db:reset",       "db:purge", "db:migrate:reset", "db:truncate_all",
      "db:structure:load", "db:schema:load", "db:setup", "db:seed:replant"};
  if (call.only_help()) return;
  const Options options = read_loosely(
      call.words, {"", "fIrReEpCj", "", "rakefile execute execute-continue execute-print require"});
  if (has_any(options, "e E p execute execute-continue execute-print"))
    return call.does("shell.foreign-code", "rake runs code from its command line");
  for (const Field& task : options.operands) {
    // NAME=value sets a variable, "task[argument]" gives one, "task:primary" is of one database.
    const std::string_view name = std::string_view(task.text()).substr(0, task.text().find('['));
    if (std::ranges::any_of(removing, [&](std::string_view one) {
          return name.starts_with(one) && (name.size() == one.size() || name[one.size()] == ':');
        }))
      return call.does("database.remove");
  }
  call.does("dev.build");
}

/// rails, artisan, django-admin and their kind.
constexpr std::array framework_verbs{
    Verb{"about version --version list routes help check showmigrations migrate:status db:version stats "
         "notes inspectapp "
         "diffsettings sqlmigrate dumpdata status core:status pm:list inspect/* report events route:list env "
         "queue:failed "
         "schedule:list debug:* lint:* config:dump-reference module:status indexer:status cache:status",
         "read"},
    Verb{"db:drop db:reset db:wipe migrate:fresh migrate:reset migrate:refresh db:migrate:reset flush "
         "sqlflush reset_db sql:drop "
         "site:install doctrine:database:drop doctrine:schema:drop db:purge queue:flush purge",
         "database.remove"},
    Verb{
        "console c tinker shell shell_plus dbshell dbconsole db runner r php:eval eval php:cli sql:cli psysh",
        "shell.foreign-code"},
    Verb{"server s serve runserver run worker beat multi flower", "network.serve"},
    Verb{"createsuperuser changepassword user:password user:create user:login uli admin:user:create",
         "account.change"},
    Verb{"migrate makemigrations collectstatic compilemessages makemessages assets:* db:migrate db:seed "
         "db:create db:rollback "
         "cache:* config:* route:* view:* optimize* queue:* up down key:generate storage:link generate g new "
         "startapp "
         "startproject clearsessions loaddata doctrine:* make:* cc cr cron updb cim cex setup:* indexer:* "
         "maintenance:* "
         "schedule:run test vendor:* clear* tmp:* log:*",
         "dev.build"},
};

constexpr std::array gitlab_verbs{
    Verb{"status service-list show-config help version check-config list-installed verify tail env-dump list",
         "read"},
    Verb{"start stop restart reconfigure hup once term int graceful-kill backup-etcd renew-le-certs "
         "deploy-page register run",
         "service.change"},
    Verb{"unregister kill uninstall cleanse remove-accounts pg-upgrade reset-grafana reset-data",
         "fs.remove"},
};

constexpr std::array direnv_verbs{
    Verb{"status version help hook prune", "read"},
    Verb{"allow permit grant deny block revoke edit reload exec", "shell.script"},
};

constexpr std::array scan_effects{
    OptionEffect{"o report logfile report-file l output outfile log-file", Value::written},
    OptionEffect{"propupd update u init accept upgrade", Value::nothing, "fs.write"}};

constexpr std::array faillog_effects{
    OptionEffect{"r reset m maximum l lock-secs", Value::nothing, "account.change"}};
constexpr std::array oscap_effects{
    OptionEffect{"remediate", Value::nothing, "shell.script"},
    OptionEffect{"results results-arf report stig-viewer output", Value::written}};

constexpr std::array rows{
    Program{.names = "tmux", .judge = judge_tmux},
    Program{.names = "screen", .judge = judge_screen},
    Program{.names = "fd fdfind", .judge = judge_fd},
    Program{.names = "fzf sk peco fselect", .judge = judge_fzf},
    Program{
        .names =
            "stty tset tabs dircolors infocmp toe captoinfo pinky wdctl lsirq lsfd fincore utmpdump "
            "scriptreplay sudoreplay lessecho lessfile lexgrog gprof gcov-dump readtags jc identify ffprobe "
            "mediainfo inotifywait inotifywatch fatrace cluset nodeset dshbak xdpyinfo xprop xwininfo "
            "xlsclients "
            "fc-list fc-match fc-scan fc-query pkaction pkcheck iconvconfig "
            "osqueryi osquery chkrootkit sealert sockstat "
            "nettop doggo dog urlwatch msggrep msgcmp xzcmp bzcmp lzcmp ptargrep "
            "xdg-user-dir xmlsec1-config python3-config",
        .any_option = true},
    Program{.names = "faillog",
            .options = {"ah", "lmtuR", "all help reset", "lock-secs maximum time user root"},
            .any_option = true,
            .option_effects = faillog_effects},
    Program{
        .names = "oscap",
        .options = {"", "", "remediate fetch-remote-resources",
                    "results results-arf report stig-viewer oval-results profile output export-variables"},
        .any_option = true,
        .option_effects = oscap_effects},
    // Its language has system().
    Program{.names = "calc", .rule = "shell.foreign-code", .any_option = true},
    Program{.names = "lynis rkhunter aide aide.wrapper tripwire",
            .options = {"ciuqv", "lor", "check update init propupd accept upgrade",
                        "report logfile report-file output log-file"},
            .any_option = true,
            .option_effects = scan_effects},
    Program{.names = "tic zic fc-cache ucf jar jarsigner javadoc zforce znew zipnote zipsplit bzip2recover "
                     "msgcat msgmerge msginit "
                     "sosreport sos xsos ptar rpcgen gencat update-mime-database update-desktop-database "
                     "gtk-update-icon-cache "
                     "glib-compile-schemas xauth asciinema",
            .rule = "fs.write",
            .any_option = true},
    Program{.names = "wp wp-cli",
            .options = {"", "", "", "path url user format fields"},
            .any_option = true,
            .verbs = wp_verbs},
    Program{.names = "rake", .judge = judge_rake},
    Program{.names = "rails django-admin flask celery artisan symfony drush magento sake typo3 occ",
            .options = {"vqnyA", "el", "", "env root uri app"},
            .any_option = true,
            .verbs = framework_verbs},
    Program{.names = "uvicorn hypercorn daphne thin passenger waitress-serve",
            .rule = "network.serve",
            .any_option = true},
    Program{.names = "gitlab-ctl gitlab-runner", .any_option = true, .verbs = gitlab_verbs},
    Program{.names = "gitlab-rake gitlab-rails gitlab-backup", .rule = "shell.script", .any_option = true},
    Program{.names = "direnv", .any_option = true, .verbs = direnv_verbs},
    Program{.names = "bats expect-lite chezmoi castget bear burp veeamconfig rundeck",
            .rule = "shell.script",
            .any_option = true},
    Program{.names = "stress stress-ng", .rule = "fs.write", .any_option = true},
    Program{
        .names = "sudoedit", .rule = "shell.interactive", .any_option = true, .operands = Operands::written},
    Program{.names = "vipe", .rule = "shell.interactive", .any_option = true},
    Program{
        .names = "mosh slogin rlogin telnet-ssl dbclient", .rule = "shell.interactive", .any_option = true},
    Program{.names = "prove", .rule = "dev.build", .any_option = true},
    Program{.names = "hashcat john ncrack patator gobuster ffuf msfconsole",
            .rule = "network.attack",
            .any_option = true},
};

}  // namespace

std::span<const Program> tool_programs() {
  return rows;
}

}  // namespace mcpssh::guard
