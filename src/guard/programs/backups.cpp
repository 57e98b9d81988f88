#include "guard/programs/backups.hpp"

#include <array>

#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// Verbs between blanks and what they do; the first that matches counts.
struct Meaning {
  std::string_view verbs;
  std::string_view rule;
};

void judge_by_verb(const Call& call, const Options& options, std::span<const Meaning> meanings) {
  if (call.only_help() || options.operands.empty()) return;
  const auto verb = known_operand(options, 0);
  if (has_any(options, "dry-run n")) return;
  for (const Meaning& meaning : meanings)
    if (has_name(meaning.verbs, verb)) return call.does(meaning.rule);
  call.does("shell.unknown-verb");
}

}  // namespace

void judge_borg(const Call& call) {
  constexpr std::array meanings{
      Meaning{"list info diff version check benchmark", "read"},
      Meaning{"create init mount umount compact extract export-tar import-tar upgrade with-lock", "fs.write"},
      Meaning{"delete prune recreate", "fs.remove"},
      Meaning{"key config break-lock rename serve", "fs.write-persistence"},
  };
  const Options options =
      read_loosely(call.words, {"nvps", "Pae", "dry-run stats progress repair",
                                "rsh remote-path prefix glob-archives keep-daily keep-weekly "
                                "keep-monthly keep-yearly keep-last keep-hourly keep-within "
                                "compression exclude encryption exclude-from last format"});
  if (const Field* rsh = options.find("rsh"); rsh != nullptr) call.out.runs(*rsh);
  if (options.has("repair")) call.does("fs.remove", "borg repairs an archive and may drop what is damaged");
  judge_by_verb(call, options, meanings);
  if (known_operand(options, 0) == "create")
    for (const Field& file : operands_of(options, 2)) reads_file(call, file);
}

void judge_restic(const Call& call) {
  constexpr std::array meanings{
      Meaning{"snapshots stats ls find diff check cat dump list version cache generate", "read"},
      Meaning{"backup init restore mount copy tag unlock recover migrate self-update", "fs.write"},
      Meaning{"forget prune rewrite repair rebuild-index", "fs.remove"},
      Meaning{"key", "fs.write-identity"},
  };
  const Options options = read_loosely(
      call.words, {"nvq", "rpot", "dry-run prune quiet verbose",
                   "repo repository-file password-file password-command target include exclude host tag "
                   "keep-last keep-daily keep-weekly keep-monthly keep-yearly path limit-upload option "
                   "exclude-file files-from"});
  if (const Field* command = options.find("password-command"); command != nullptr) call.out.runs(*command);
  if (const Field* target = options.find("target"); target != nullptr)
    writes_file(call, *target, Writing::change);
  if (const Field* target = options.find("t"); target != nullptr) writes_file(call, *target, Writing::change);
  for (const Option& option : options.options)
    if (has_name("o option", option.name) && option.value.text().contains("command="))
      call.out.runs(option.value.substr(option.value.text().find('=') + 1));
  if (known_operand(options, 0) == "key" &&
      (options.operands.size() < 2 || known_operand(options, 1) == "list"))
    return;
  judge_by_verb(call, options, meanings);
}

void judge_rclone(const Call& call) {
  constexpr std::array meanings{
      Meaning{"ls lsd lsf lsjson lsl size about check checksum cat tree listremotes version md5sum sha1sum "
              "hashsum ncdu "
              "cryptcheck cryptdecode help config-show link genautocomplete",
              "read"},
      Meaning{"copy copyto copyurl mkdir touch mount rcat settier archive obscure selfupdate bisync nfsmount",
              "transfer.copy"},
      Meaning{"sync move moveto delete deletefile purge rmdir rmdirs cleanup dedupe", "fs.remove"},
      Meaning{"serve rcd rc authorize", "network.serve"},
  };
  const Options options = read_loosely(
      call.words, {"nvqPi", "", "dry-run verbose progress interactive",
                   "config include exclude filter max-age min-age bwlimit transfers checkers log-file "
                   "log-level password-command filter-from include-from exclude-from backup-dir suffix"});
  if (const Field* command = options.find("password-command"); command != nullptr) call.out.runs(*command);
  if (const Field* log = options.find("log-file"); log != nullptr) writes_file(call, *log, Writing::append);
  for (const Field& word : call.words)
    if (word.text().starts_with("--sftp-ssh") || word.text().contains(",ssh=") ||
        word.text().starts_with("--webdav-bearer-token-command"))
      call.does("shell.script", "rclone runs a program of its own for the connection");
  if (known_operand(options, 0) == "config") {
    const auto what = known_operand(options, 1);
    if (has_name("file paths providers", what)) return;
    return call.does(has_name("show dump redacted", what) ? "secret.read" : "fs.write-identity");
  }
  judge_by_verb(call, options, meanings);
  for (const Field& file : operands_of(options, 1))
    if (!file.text().contains(':')) reads_file(call, file);
}

void judge_duplicity(const Call& call) {
  const Options options = read_loosely(call.words, {"", "", "force dry-run", ""});
  const auto verb = known_operand(options, 0);
  if (has_any(options, "dry-run") || has_name("collection-status list-current-files verify", verb)) return;
  const bool removes = verb.starts_with("remove-") || verb == "cleanup" || verb == "replicate";
  call.does(removes && options.has("force") ? "fs.remove" : removes ? "read" : "transfer.copy");
}

void judge_backup(const Call& call) {
  constexpr std::array meanings{
      Meaning{"list ls info status check verify diff du configtest show-keys version compare print-stats "
              "show get-config "
              "list-configs snapshots",
              "read"},
      Meaning{"create save index backup restore sync hourly daily weekly monthly alpha beta gamma extract "
              "mount init "
              "compact snapshot full incr repository server",
              "fs.write"},
      Meaning{"delete prune forget rm remove cleanup purge nuke rollback undochange modify set-config fsck",
              "fs.remove"},
  };
  const Options options = read_loosely(call.words, {"ndtv", call.name == "snapper" ? "ctrs" : "ckf",
                                                    "dry-run list list-increments print-archives create "
                                                    "delete restore remove-older-than",
                                                    "config keyfile"});
  if (has_any(options, "list list-increments print-archives t")) return;
  if (has_any(options, "delete delete-all remove-older-than d")) return call.does("fs.remove");
  if (has_any(options, "restore")) return call.does("fs.write-system");
  if (options.operands.empty() || has_any(options, "create c")) return call.does("fs.write");
  judge_by_verb(call, options, meanings);
}

}  // namespace mcpssh::guard
