#include "guard/programs/tar_program.hpp"

#include <algorithm>

#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr OptionTable table{
    "AcdrtuxGniJjklmMoOpPRsSvwWzZaBhUy0123456789", "bCfFgHIKLNTVX",
    "catenate concatenate create diff compare delete append list update extract get test-label check-device "
    "incremental "
    "ignore-failed-read no-check-device no-seek seek overwrite overwrite-dir keep-old-files keep-newer-files "
    "skip-old-files no-overwrite-dir one-top-level recursive-unlink unlink-first to-stdout "
    "ignore-command-error delay-directory-restore "
    "same-owner no-same-owner no-same-permissions same-permissions preserve-permissions preserve "
    "numeric-owner sort-names "
    "acls no-acls selinux no-selinux xattrs no-xattrs force-local multi-volume read-full-records "
    "ignore-zeros "
    "auto-compress no-auto-compress bzip2 gzip gunzip ungzip lzip lzma lzop xz zstd compress uncompress "
    "backup "
    "add-file-null dereference hard-dereference no-recursion recursion remove-files one-file-system null "
    "no-null "
    "verbatim-files-from no-verbatim-files-from absolute-names exclude-backups exclude-caches "
    "exclude-caches-all exclude-vcs "
    "exclude-vcs-ignores exclude-caches-under anchored ignore-case no-anchored no-ignore-case no-wildcards "
    "wildcards "
    "no-wildcards-match-slash wildcards-match-slash checkpoint totals verbose verify show-defaults "
    "show-omitted-dirs "
    "show-transformed-names show-stored-names full-time utc block-number interactive confirmation sparse "
    "help usage version "
    "touch preserve-order same-order restrict no-quote-chars-all warning-all",
    "listed-incremental level occurrence sparse-version hole-detection to-command group owner owner-map "
    "group-map mode "
    "mtime atime-preserve sort file rmt-command rsh-command tape-length info-script new-volume-script "
    "volno-file "
    "blocking-factor record-size format label use-compress-program add-file directory exclude exclude-from "
    "files-from exclude-tag exclude-tag-all "
    "exclude-tag-under exclude-ignore exclude-ignore-recursive newer after-date newer-mtime starting-file "
    "strip-components suffix transform xform "
    "checkpoint-action index-file quoting-style quote-chars no-quote-chars warning clamp-mtime pax-option"};

/// "czf x" as "-czf x"; the values of old-style letters stand in the order of the letters.
Fields with_dashes(Words words) {
  if (words.size() < 2 || !words[1].literal() || words[1].text().starts_with('-') ||
      words[1].text().contains('/') || words[1].text().contains('.'))
    return copy_of(words);
  Fields out{words[0]};
  std::size_t next = 2;
  for (const char letter : words[1].text()) {
    out.emplace_back(std::string("-") + letter);
    if (std::string_view(table.valued).contains(letter) && next < words.size()) out.push_back(words[next++]);
  }
  for (; next < words.size(); ++next) out.push_back(words[next]);
  return out;
}

void runs_programs(const Call& call, const Options& options) {
  for (const Option& option : options.options) {
    if (has_name("to-command I use-compress-program rsh-command rmt-command F info-script new-volume-script",
                 option.name))
      call.out.runs(option.value);
    if (option.name == "checkpoint-action" && option.value.known_prefix().starts_with("exec="))
      call.out.runs(option.value.substr(5));
    if (option.name == "checkpoint-action" && option.value.opaque())
      call.does("shell.opaque-code", "tar with a checkpoint action known only at run time");
    if (has_name("T files-from X exclude-from", option.name)) reads_file(call, option.value);
    if (has_name("g listed-incremental index-file", option.name))
      writes_file(call, option.value, Writing::change);
  }
}

/// An archive among the backups is one more of them.
bool is_new_backup(const Field& archive) {
  const std::string_view text = archive.text();
  return text.starts_with("/backup") || text.starts_with("/var/backups/");
}

}  // namespace

void judge_tar(const Call& call) {
  if (call.only_help()) return;
  const Fields words = with_dashes(call.words);
  const Options options = options_of({call.name, words, call.directory, call.out}, table);
  runs_programs(call, options);
  const Field* archive = options.find("f");
  if (archive == nullptr) archive = options.find("file");
  if (archive != nullptr && archive->text().contains(':') && !has_any(options, "force-local"))
    call.does("transfer.copy", "tar reads or writes an archive of another host");
  if (has_any(options, "t list d diff compare test-label")) return;
  if (has_any(options, "x extract get")) {
    if (has_any(options, "O to-stdout to-command")) return;
    const Field* directory = options.find("C");
    if (directory == nullptr) directory = options.find("directory");
    if (directory != nullptr)
      writes_file(call, *directory, Writing::change);
    else if (!call.directory.empty())
      writes_file(call, call.directory, Writing::change);
    if (const Field* top = options.find("one-top-level"); top != nullptr && !top->empty())
      writes_file(call, *top, Writing::change);
    if (has_any(options, "P absolute-names"))
      call.does("fs.write-system", "tar unpacks absolute names wherever they lead");
    return call.does("fs.write", call.shown());
  }
  if (!has_any(options, "c create r append u update A catenate concatenate delete")) return;
  if (options.has("delete")) call.does("fs.remove", "tar deletes from an archive");
  if (archive != nullptr)
    writes_file(
        call, *archive,
        has_any(options, "c create") && !is_new_backup(*archive) ? Writing::replace : Writing::change);
  for (const Field& file : options.operands) {
    reads_file(call, file);
    if (options.has("remove-files")) removes_file(call, file, true);
  }
}

}  // namespace mcpssh::guard
