// Archives, compression and backups.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/backups.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/tar_program.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Where an archive is unpacked: the directory named, or where the command runs.
void unpacks_into(const Call& call, const Field* directory) {
  if (directory != nullptr)
    writes_file(call, *directory, Writing::change);
  else if (!call.directory.empty())
    writes_file(call, call.directory, Writing::change);
  else
    call.does("fs.write", call.shown());
}

void judge_zip(const Call& call) {
  constexpr OptionTable table{
      "rqvujmdefgkloyADEFJMSTUVXZ0123456789@h", "bnitxPsT",
      "recurse-paths quiet verbose move delete test update freshen junk-paths encrypt help "
      "symlinks show-files fix grow sync filesync",
      "unzip-command password exclude include out temp-path suffixes split-size"};
  Fields words;
  for (std::size_t i = 0; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    const bool tests = text.starts_with("-TT");
    if (tests && i + 1 < call.words.size())
      call.out.runs(text.size() > 3 ? call.words[i].substr(3) : call.words[++i]);
    if (!tests) words.push_back(call.words[i]);
  }
  constexpr OptionTable no_test{"rqvujmdefgkloyADEFJMSTUVXZ0123456789@h", "bnitxPs", table.long_flags,
                                table.long_valued};
  const Options options = read_loosely(words, no_test);
  if (const Field* command = options.find("unzip-command"); command != nullptr) call.out.runs(*command);
  if (options.operands.empty() || has_any(options, "sf show-files h help v version")) return;
  writes_file(call, options.operands[0], Writing::change);
  if (has_any(options, "d delete")) call.does("fs.remove", "zip deletes from an archive");
  for (const Field& file : operands_of(options, 1)) {
    reads_file(call, file);
    if (has_any(options, "m move")) removes_file(call, file, true);
  }
}

void judge_unzip(const Call& call) {
  constexpr OptionTable table{"lvtpczZqoanjLCXVUuf:1h", "dxP", "help version", ""};
  const Options options = read_loosely(call.words, table);
  if (call.only_help() || options.operands.empty() || has_any(options, "l v t p c z Z h Zl Z1")) return;
  unpacks_into(call, options.find("d"));
}

/// gzip and its kind: a file becomes another one beside it.
void judge_compressor(const Call& call) {
  constexpr OptionTable table{
      "123456789cdfhklLnNqrtTvVzeTsCJmb", "SoDMpBFT",
      "stdout to-stdout decompress uncompress force help keep list license no-name name quiet "
      "recursive synchronous test verbose version fast best rm ultra extreme rsyncable compress "
      "adapt long single-thread auto-threads no-progress content-size train",
      "suffix threads format memlimit check block-size output-dir-flat"};
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, table);
  const bool shows = has_any(options, "c stdout to-stdout l list t test h help V version");
  const bool rests = call.name.ends_with("cat") || shows;
  if (const Field* made = options.find("o"); made != nullptr && !made->empty())
    writes_file(call, *made, Writing::replace);
  for (const Field& file : options.operands) {
    if (rests)
      reads_file(call, file);
    else
      writes_file(call, file, Writing::change);
  }
}

constexpr std::string_view seven_readers = "l t b h i";
void judge_seven_zip(const Call& call) {
  const Options options = read_loosely(call.words, {"y", "", "", ""});
  const auto verb = known_operand(options, 0);
  if (verb.empty() || has_name(seven_readers, verb)) return;
  if (verb == "d") call.does("fs.remove", "deletes from an archive");
  if (verb != "x" && verb != "e") {
    for (const Field& file : operands_of(options, 2)) reads_file(call, file);
    if (options.operands.size() > 1) writes_file(call, options.operands[1], Writing::change);
    for (const Field& word : call.words)
      if (word.text() == "-sdel" || word.text() == "-df")
        call.does("fs.remove", "removes files after packing them");
    return;
  }
  for (const Field& word : call.words)
    if (word.known_prefix().starts_with("-o")) {
      const Field directory = word.substr(2);
      return unpacks_into(call, &directory);
    }
  unpacks_into(call, nullptr);
}

void judge_rar(const Call& call) {
  const Options options = read_loosely(call.words, {});
  const auto verb = known_operand(options, 0);
  if (verb.empty() || has_name("l lt lb v vt vb t p lta", verb)) return;
  if (verb == "d") call.does("fs.remove", "deletes from an archive");
  const bool unpacks = verb == "x" || verb == "e";
  if (unpacks)
    unpacks_into(call, options.operands.size() > 2 ? &options.operands.back() : nullptr);
  else if (options.operands.size() > 1)
    writes_file(call, options.operands[1], Writing::change);
}

/// cpio and pax take names from their input.
void judge_cpio(const Call& call) {
  constexpr OptionTable table{
      "0abcdfiklLmnopqrstuvVzBSAX", "CDEFHIMORW",
      "null reset-access-time append binary make-directories nonmatching extract list link "
      "dereference preserve-modification-time numeric-uid-gid create pass-through "
      "no-absolute-filenames unconditional verbose quiet sparse force-local",
      "directory file format rsh-command owner pattern-file block-size io-size"};
  if (call.only_help()) return;
  const Options options = options_of(call, table);
  if (const Field* command = options.find("rsh-command"); command != nullptr) call.out.runs(*command);
  if (has_any(options, "t list")) return;
  const bool creates = has_any(options, "o create");
  const Field* file = options.find("F");
  if (file == nullptr) file = options.find("O");
  if (file == nullptr) file = options.find("file");
  if (creates && file != nullptr) writes_file(call, *file, Writing::replace);
  if (creates) return;
  const Field* directory = options.find("D");
  if (directory == nullptr) directory = options.find("directory");
  const bool copies = has_any(options, "p pass-through") && !options.operands.empty();
  unpacks_into(call, copies ? &options.operands.back() : directory);
}

void judge_pax(const Call& call) {
  constexpr OptionTable table{"acdiklntruvwzDHLPXYZO", "fbopsxBEGTUq", "", ""};
  const Options options = options_of(call, table);
  const Field* file = options.find("f");
  if (options.has("w")) {
    if (file != nullptr) writes_file(call, *file, Writing::replace);
    if (options.has("r") && !options.operands.empty()) unpacks_into(call, &options.operands.back());
  } else if (options.has("r")) {
    unpacks_into(call, nullptr);
  }
}

/// ar OPERATION[MODIFIERS] ARCHIVE FILES.
void judge_ar(const Call& call) {
  const Options options = read_loosely(call.words, {});
  if (call.words.size() < 2 || call.only_help()) return;
  std::string_view verb = call.words[1].text();
  if (verb.starts_with('-')) verb.remove_prefix(1);
  if (verb.empty() || verb[0] == 't' || verb[0] == 'p') return;
  if (verb[0] == 'x') return unpacks_into(call, nullptr);
  if (call.words.size() > 2) writes_file(call, call.words[2], Writing::change);
}

constexpr std::array image_effects{
    OptionEffect{"o output outdev indev dev logfile log-file", Value::written}};
constexpr std::array squash_effects{OptionEffect{"l ll lls s stat", Value::nothing, "read"},
                                    OptionEffect{"d dest", Value::written}};

constexpr std::array rows{
    Program{.names = "tar gtar bsdtar star", .judge = judge_tar},
    Program{.names = "zip", .judge = judge_zip},
    Program{.names = "unzip", .judge = judge_unzip},
    Program{
        .names =
            "zipinfo zipgrep funzip unzipsfx isoinfo lsar zip2list zipdetails rpm2cpio lsinitramfs lsinitrd",
        .any_option = true},
    Program{
        .names =
            "gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd zstdmt lz4 unlz4 lzop compress "
            "uncompress "
            "pigz unpigz pbzip2 lbzip2 pixz lzip plzip brotli unbrotli pxz pzstd rzip lrzip lrunzip snzip "
            "gzexe zopfli uncompress.real",
        .judge = judge_compressor},
    Program{.names = "7z 7za 7zr 7zz p7zip", .judge = judge_seven_zip},
    Program{.names = "rar unrar unar", .judge = judge_rar},
    Program{.names = "cpio", .judge = judge_cpio},
    Program{.names = "pax", .judge = judge_pax},
    Program{.names = "ar gar", .judge = judge_ar},
    Program{.names = "mksquashfs", .rule = "fs.write", .any_option = true},
    Program{.names = "unsquashfs",
            .rule = "fs.write",
            .options = {"lls", "df", "ll lls stat", "dest"},
            .any_option = true,
            .shows = "l ll lls s stat",
            .option_effects = squash_effects},
    Program{.names = "genisoimage mkisofs xorriso xorrisofs",
            .rule = "fs.write",
            .options = {"", "oVAp", "", "outdev dev output"},
            .any_option = true,
            .option_effects = image_effects},
    Program{.names = "borg", .judge = judge_borg},
    Program{.names = "restic", .judge = judge_restic},
    Program{.names = "rclone", .judge = judge_rclone},
    Program{.names = "duplicity", .judge = judge_duplicity},
    Program{
        .names =
            "rsnapshot rdiff-backup rdiff-backup-statistics backupninja automysqlbackup autopostgresqlbackup "
            "borgmatic bup tarsnap duply attic zbackup kopia snapper timeshift",
        .judge = judge_backup},
};

}  // namespace

std::span<const Program> archive_programs() {
  return rows;
}

}  // namespace mcpssh::guard
