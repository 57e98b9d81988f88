// Disks, partitions, file systems and mounts. Volumes and arrays: volume_programs.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/dd_program.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

void judge_mkfs(const Call& call) {
  constexpr OptionTable ext{"cFjKnqSvVD", "bCdeEfgGIiJlLmMNoOrtTUz", "", ""};
  if (call.only_help()) return;
  if (call.name.starts_with("mkfs.ext") || call.name == "mke2fs") {
    const Options options = read_options(call.words, 1, ext, true);
    if (!options.unknown && !options.splits && options.has("n")) return;
  }
  call.does("disk.mkfs", fmt::format("{} makes a file system and erases what the device held", call.name));
}

void judge_wipefs(const Call& call) {
  constexpr OptionTable table{"abfinpqJVh", "Oto", "all backup force json noheadings no-act parsable quiet",
                              "offset output types lock"};
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && (options.has("n") || options.has("no-act"))) return;
  const bool erases =
      options.unknown || options.has("a") || options.has("all") || options.has("o") || options.has("offset");
  if (!erases) return;
  for (const Field& operand : options.operands) writes_file(call, operand, Writing::replace);
}

void repartitions(const Call& call) {
  call.does("disk.partition", fmt::format("{} can change the partitions of a disk", call.name));
}

/// What stands on the input of fdisk and gdisk: without "w" nothing is written.
bool writes_nothing(const std::string& lines) {
  return std::ranges::none_of(base::split(lines, '\n'), [](std::string_view line) {
    const auto word = base::trim(line);
    return word.starts_with('w') || word.starts_with('W');
  });
}

void judge_fdisk(const Call& call) {
  constexpr OptionTable table{
      "lsxBcuLhvV", "bCHoStwWAf", "list getsz list-details bytes compatibility color help version noauto-pt",
      "sector-size output type wipe wipe-partitions cylinders heads sectors lock units"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const bool lists = options.has("l") || options.has("s") || options.has("x") || options.has("list") ||
                     options.has("getsz") || options.has("list-details");
  if (lists && !options.unknown && !options.splits) return;
  const std::string* input = call.out.input_text();
  if (input != nullptr && writes_nothing(*input)) return;
  repartitions(call);
}

/// sgdisk and sfdisk: an option that is no look changes the table.
void judge_by_options(const Call& call, const OptionTable& looks, bool bare_changes) {
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, looks, true);
  if (options.unknown || options.splits || (bare_changes && options.options.empty()))
    return repartitions(call);
  for (const std::string_view name : {"b", "backup"})
    if (const Field* file = options.find(name)) writes_file(call, *file, Writing::replace);
}

void judge_sgdisk(const Call& call) {
  judge_by_options(call,
                   {"pvLDEfFOP", "ib",
                    "print verify list-types display-alignment end-of-largest "
                    "first-in-largest first-aligned-in-largest print-mbr pretend version help usage",
                    "info backup"},
                   false);
}

void judge_sfdisk(const Call& call) {
  const bool no_act = has_word(call, "-n") || has_word(call, "--no-act");
  if (no_act && !any_opaque(call)) return;
  judge_by_options(call,
                   {"ldJFsVTqvh", "o",
                    "list dump json list-free show-size verify list-types quiet "
                    "version help bytes color show-pt-geometry",
                    "output label"},
                   true);
}

/// One command of parted at `at`; how many words it takes when it only looks, 0 when it changes.
std::size_t parted_look(Words words, std::size_t at) {
  const std::string_view word = words[at].text();
  if (!words[at].literal()) return 0;
  if (is_short_for(word, "print")) {
    constexpr std::array<std::string_view, 4> what{"devices", "free", "list", "all"};
    const bool more =
        at + 1 < words.size() && (is_one_of(words[at + 1].text(), what) ||
                                  words[at + 1].text().find_first_not_of("0123456789") == std::string::npos);
    return more ? 2 : 1;
  }
  if (is_short_for(word, "unit") || is_short_for(word, "select", 3)) return 2;
  if (is_short_for(word, "align-check", 2)) return 3;
  if (is_short_for(word, "help")) return words.size();
  return is_short_for(word, "quit") || is_short_for(word, "version") ? 1 : 0;
}

void judge_parted(const Call& call) {
  constexpr OptionTable table{"lmsfjhvi", "a", "list machine script json fix help version interactive",
                              "align"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, false);
  if (options.has("l") || options.has("list") || options.has("v") || options.has("h")) return;
  if (options.unknown || options.operands.empty()) return repartitions(call);
  if (options.operands.size() == 1) return call.out.has_input() ? repartitions(call) : opens_prompt(call);
  for (std::size_t at = 1; at < options.operands.size();) {
    const std::size_t words = parted_look(options.operands, at);
    if (words == 0) return repartitions(call);
    at += words;
  }
}

/// What the system does not go on without, or covers at its peril.
bool is_system_mount(const Field& path, const Call& call) {
  constexpr std::array<std::string_view, 14> trees{"/",     "/usr", "/var",   "/etc",  "/bin",
                                                   "/sbin", "/lib", "/lib64", "/proc", "/sys",
                                                   "/dev",  "/run", "/home",  "/root"};
  const Field whole = absolute(path, call.directory);
  return std::ranges::any_of(trees, [&](std::string_view tree) { return whole.may_be(tree); });
}

void judge_mount(const Call& call) {
  constexpr OptionTable table{
      "aBcfFhilMnrRsvVw", "ToOtLUN",
      "all bind no-canonicalize fake fork help internal-only show-labels move no-mtab "
      "read-only rbind sloppy verbose version rw read-write make-shared make-slave "
      "make-private make-unbindable make-rshared make-rslave make-rprivate onlyonce",
      "fstab options test-opts types label uuid namespace source target mkdir "
      "target-prefix options-mode options-source"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const bool all = options.has("a") || options.has("all");
  const bool named = options.has("L") || options.has("U") || options.has("label") || options.has("uuid") ||
                     options.has("source") || options.has("target");
  if (options.unknown)
    return call.does("shell.unknown-option",
                     fmt::format("mount with {}", base::printable(*options.unknown, 40)));
  if (!all && !named && options.operands.empty()) return;
  const Field* how = options.find("o");
  const bool again = how != nullptr && how->text().contains("remount");
  const bool stops_writing = again && how->text().contains("ro") && !how->text().contains("rw") &&
                             !options.operands.empty() && is_system_mount(options.operands.back(), call);
  if (stops_writing) return call.does("disk.unmount-system", "mount lets nobody write there any more");
  const bool covers = !again && !options.operands.empty() && options.operands.size() > 1 &&
                      is_system_mount(options.operands.back(), call) &&
                      !absolute(options.operands.back(), call.directory).may_be("/home") &&
                      !absolute(options.operands.back(), call.directory).may_be("/var");
  // The same files under another name, where nothing says what they are.
  const bool binds = options.has("B") || options.has("R") || options.has("M") || options.has("bind") ||
                     options.has("rbind") || options.has("move") ||
                     (how != nullptr && how->text().contains("bind"));
  if (binds) return call.does("disk.unmount-system", "mount puts files where others are looked for");
  // What stands below it is no temporary file, whatever its path says.
  if (options.operands.size() > 1 && is_passing(options.operands.back(), call.directory))
    call.does("fs.link-system", "mount puts another file system where files go every day");
  call.does(covers ? "disk.unmount-system" : "disk.mount");
}

void judge_umount(const Call& call) {
  if (call.only_help()) return;
  constexpr OptionTable table{
      "acdfilnqrRvAhV", "OtN",
      "all all-targets no-canonicalize detach-loop fake force internal-only lazy no-mtab "
      "quiet recursive read-only verbose",
      "test-opts types namespace"};
  const Options options = read_options(call.words, 1, table, true);
  bool system = options.unknown || options.splits || options.has("a") || options.has("all");
  for (const Field& operand : options.operands) system = system || is_system_mount(operand, call);
  call.does(system ? "disk.unmount-system" : "disk.unmount");
}

void judge_fsck(const Call& call) {
  if (call.only_help()) return;
  constexpr OptionTable table{"acdDfFhkMnNpPrRsSTvVywxe", "bBCEijlLItuUzmo",
                              "no-action dry-run help version list force", "type mode"};
  const Options options = read_options(call.words, 1, table, true);
  const bool looks =
      options.has("n") || options.has("N") || options.has("no-action") || options.has("dry-run");
  if (looks && !options.unknown && !options.splits) return;
  call.does("disk.repair", fmt::format("{} repairs a file system", call.name));
}

void judge_resize(const Call& call) {
  constexpr OptionTable table{"dfFpPMbs", "SzT", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && options.has("P")) return;
  const bool grows = !options.unknown && !options.splits && !options.has("M") && options.operands.size() == 1;
  call.does(grows ? "disk.grow" : "disk.shrink");
}

void judge_xfs_quota(const Call& call) {
  constexpr std::array<std::string_view, 9> looks{"report", "quota", "df",   "free", "state",
                                                  "print",  "path",  "help", "dump"};
  const Options options = read_options(call.words, 1, {"xfV", "cpdDP", "", ""}, true);
  bool changes = options.unknown.has_value() || options.splits;
  for (const Option& option : options.options)
    if (option.name == "c")
      changes =
          changes || !option.value.literal() ||
          !is_one_of(std::string_view(option.value.text()).substr(0, option.value.text().find(' ')), looks);
  if (changes) return call.does("disk.settings");
  if (!options.has("c") && !call.only_help()) opens_prompt(call);
}

/// Programs that show with one operand and set with two (e2label, fatlabel).
void judge_label(const Call& call) {
  if (call.words.size() > 2 && !call.only_help()) call.does("disk.properties");
}

void judge_tune2fs(const Call& call) {
  constexpr OptionTable table{"lfj", "L", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && options.has("l") && options.options.size() == 1) return;
  const bool label = !options.unknown && options.has("L") && options.options.size() == 1;
  call.does(label ? "disk.properties" : "disk.settings");
}

/// "dump [-p] FILE OUT", "rdump DIRECTORY OUT", "cat FILE": past all permissions.
void debugfs_request(const Call& call, const Field& request) {
  const std::string_view text = base::trim(request.text());
  const auto last = text.find_last_of(" \t");
  if (request.opaque() || last == std::string_view::npos) return;
  if (text.starts_with("dump ") || text.starts_with("rdump "))
    writes_file(call, Field(text.substr(last + 1)), Writing::replace);
  else if (text.starts_with("cat "))
    reads_file(call, Field(text.substr(last + 1)));
  else if (text.starts_with("logdump ") && text.contains("-O"))
    call.does("fs.write");
}

void judge_debugfs(const Call& call) {
  constexpr OptionTable table{"wcinDV", "bsRfdz", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown || options.has("w")) return call.does("disk.repair");
  if (!options.has("R") && !options.has("V")) opens_prompt(call);
  for (const Option& option : options.options)
    if (option.name == "R") debugfs_request(call, option.value);
}

void judge_losetup(const Call& call) {
  constexpr OptionTable table{
      "adDflJLnPrv", "cjoOb",
      "all detach-all find list json noheadings nooverlap partscan read-only raw show verbose",
      "detach set-capacity associated offset sizelimit sector-size output direct-io loop-ref"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown || options.has("D") || options.has("d") || options.has("detach") ||
      options.has("detach-all"))
    return call.does("disk.unmount");
  const bool finds = options.has("f") || options.has("find");
  const bool attaches = finds ? !options.operands.empty() : options.operands.size() > 1;
  if (attaches || options.has("c")) call.does("disk.mount");
}

constexpr std::array swapon_looks{OptionEffect{"all a", Value::nothing, "disk.mount"}};
constexpr std::array mtd_verbs{Verb{"verify unlock", "read"}};
constexpr std::array partclone_effects{OptionEffect{"o output O overwrite", OptionEffect::Value::written}};
constexpr std::array badblocks_effects{
    OptionEffect{"w", Value::nothing, "disk.wipe"},
    OptionEffect{"n", Value::nothing, "disk.repair"},
    OptionEffect{"o", Value::written},
};
constexpr std::array blockdev_effects{
    OptionEffect{"setro setrw setra setfra setbsz setss", Value::nothing, "disk.settings"},
    OptionEffect{"flushbufs rereadpt", Value::nothing, "disk.test"},
};
constexpr std::array partx_effects{OptionEffect{"a add u update", Value::nothing, "disk.mount"},
                                   OptionEffect{"d delete", Value::nothing, "disk.unmount"}};
constexpr std::array sdparm_effects{
    OptionEffect{"s set c clear C command D defaults S save", Value::nothing, "disk.settings"}};
constexpr std::array xfs_admin_effects{OptionEffect{"L", Value::nothing, "disk.properties"},
                                       OptionEffect{"e f j p r U c O", Value::nothing, "disk.settings"}};
constexpr std::array freeze_effects{OptionEffect{"f freeze", Value::nothing, "disk.settings"},
                                    OptionEffect{"u unfreeze", Value::nothing, "disk.mount"}};
constexpr std::array blkid_effects{OptionEffect{"w", Value::written},
                                   OptionEffect{"g garbage-collect", Value::nothing, "disk.test"}};
constexpr std::array xfs_db_effects{OptionEffect{"x", Value::nothing, "disk.repair"}};
constexpr std::array nvme_verbs{
    Verb{"list list-* id-* *-log smart-log* error-log* fw-log* effects-log* endurance-log* get-* show-* "
         "self-test-log sanitize-log ana-log changed-ns-list-log device-info discover version resv-report "
         "nvm-id-* primary-ctrl-caps persistent-event-log predictable-lat-log ns-descs cmdset-ind-id-ns",
         "read"},
    Verb{"device-self-test ns-rescan", "disk.test"},
    Verb{"connect connect-all attach-ns create-ns", "disk.mount"},
    Verb{"format sanitize write write-* dsm delete-ns security-send zns/reset-zone compare copy verify-*",
         "disk.wipe"},
    Verb{"disconnect disconnect-all detach-ns", "disk.unmount"},
    Verb{"set-* reset subsystem-reset fw-* security-recv resv-* dir-* admin-passthru io-passthru virt-mgmt "
         "capacity-mgmt lockdown ns-*",
         "disk.settings"},
    Verb{"telemetry-log", "fs.write"},
    Verb{"intel/* wdc/* micron/* samsung/* huawei/* ocp/* zns/*", "disk.settings"},
    Verb{"intel/smart-log-add intel/id-ctrl intel/temp-stats intel/lat-stats ocp/smart-add-log "
         "micron/smart-add-log "
         "wdc/vs-smart-add-log zns/list zns/id-ctrl zns/id-ns zns/report-zones",
         "read"},
};

constexpr std::array rows{
    Program{.names =
                "mkfs mke2fs mkdosfs mkntfs mkreiserfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs "
                "mkfs.vfat mkfs.fat mkfs.msdos mkfs.exfat mkfs.ntfs mkfs.f2fs mkfs.jfs mkfs.minix "
                "mkfs.cramfs mkfs.bfs mkfs.reiserfs mkfs.gfs2 mkfs.ocfs2 mkfs.nilfs2 mkfs.udf mkfs.erofs "
                "mkfs.ext4dev mkexfatfs mkudffs newfs newfs_msdos mkfs.bcachefs mkfs.ubifs "
                "mformat",
            .judge = judge_mkfs},
    Program{.names = "dd dcfldd dc3dd", .judge = judge_dd},
    Program{.names = "wipefs", .judge = judge_wipefs},
    Program{
        .names = "mkswap blkdiscard",
        .options = {"cfvszV", "pLUolej", "check force verbose secure zeroout quiet lock verbose swapversion",
                    "pagesize label uuid offset length step endianness"},
        .any_option = true,
        .operands = Operands::written},
    Program{.names = "fdisk cfdisk gdisk cgdisk", .judge = judge_fdisk},
    Program{.names = "sgdisk", .judge = judge_sgdisk},
    Program{.names = "sfdisk", .judge = judge_sfdisk},
    Program{.names = "parted", .judge = judge_parted},
    Program{.names = "fixparts growpart",
            .rule = "disk.partition",
            .options = {"hN", "", "dry-run help", ""},
            .shows = "N dry-run"},
    Program{.names = "partprobe",
            .rule = "disk.test",
            .options = {"dshv", "", "dry-run summary", ""},
            .shows = "d dry-run s summary"},
    Program{.names = "partx kpartx",
            .options = {"adubgrlPsvpf", "on",
                        "add delete update bytes show list pairs raw noheadings verbose sync",
                        "output nr type output-all sector-size partition"},
            .option_effects = partx_effects},
    Program{.names = "addpart delpart resizepart", .rule = "disk.settings", .any_option = true},
    Program{.names = "blockdev", .any_option = true, .option_effects = blockdev_effects},
    Program{.names = "mount mount.nfs mount.cifs mount.fuse ntfs-3g sshfs s3fs", .judge = judge_mount},
    Program{.names = "umount umount.nfs fusermount fusermount3", .judge = judge_umount},
    Program{.names =
                "filefrag xfs_info xfs_bmap xfs_estimate xfs_spaceman dumpe2fs "
                "e2freefrag lsscsi "
                "quota quotastats repquota warnquota findfs isosize zramctl "
                "sg_inq sg_scan sg_map sg_map26 sg_readcap sg_ses sg_logs sg_vpd sg_modes sg_luns sg_turs "
                "sg_requests sg_opcodes sg_sat_identify rescan-scsi-bus.sh showmount nfsstat nfsiostat "
                "mountstats "
                "smbstatus testparm volname cifsiostat",
            .any_option = true},
    Program{.names = "blkid",
            .options = {"", "cgtLUousnSOw", "garbage-collect", ""},
            .any_option = true,
            .option_effects = blkid_effects},
    Program{.names =
                "sg_format sg_sanitize sg_write_same sg_write_buffer sg_unmap sg_write_verify scrub nwipe "
                "secure-delete",
            .rule = "disk.wipe",
            .any_option = true},
    Program{.names = "sg_start sg_reset sg_raw sg_wr_mode sg_persist sg_senddiag sg_ses_microcode sg_dd",
            .rule = "disk.settings",
            .any_option = true},
    Program{
        .names =
            "fsck e2fsck fsck.ext2 fsck.ext3 fsck.ext4 fsck.xfs fsck.vfat fsck.fat fsck.msdos fsck.btrfs "
            "fsck.exfat fsck.f2fs fsck.jfs fsck.minix fsck.cramfs fsck.ntfs fsck.reiserfs dosfsck btrfsck "
            "xfs_repair ntfsfix reiserfsck jfs_fsck fsck.gfs2 exfatfsck fsck.hfsplus fsck_hfs fsck_ufs",
        .judge = judge_fsck},
    Program{.names = "resize2fs resize.f2fs", .judge = judge_resize},
    Program{
        .names = "xfs_growfs", .rule = "disk.grow", .options = {"dlrxinV", "DLRemtp", "", ""}, .shows = "n"},
    Program{.names = "tune2fs tunefs", .judge = judge_tune2fs},
    Program{.names = "e2label fatlabel dosfslabel exfatlabel ntfslabel mlabel swaplabel",
            .judge = judge_label},
    Program{
        .names = "xfs_admin", .options = {"lujfeV", "LUpcrO", "", ""}, .option_effects = xfs_admin_effects},
    Program{.names = "xfs_db", .options = {"firxFV", "cplt", "", ""}, .option_effects = xfs_db_effects},
    Program{.names = "xfs_freeze fsfreeze",
            .options = {"fuh", "", "freeze unfreeze", ""},
            .option_effects = freeze_effects},
    Program{.names = "xfs_quota", .judge = judge_xfs_quota},
    Program{.names =
                "setquota edquota quotaon quotaoff quotacheck setproject btrfstune reiserfstune "
                "jfs_tune e4crypt ntfsclone ntfsresize ntfsundelete extundelete testdisk photorec f2fscrypt "
                "e2undo",
            .rule = "disk.settings",
            .any_option = true},
    Program{.names = "xfs_fsr e4defrag fstrim",
            .rule = "disk.test",
            .options = {"avnhcAf", "olmtI",
                        "all fstab verbose "
                        "dry-run quiet-unsupported listed-in",
                        "offset length minimum"},
            .shows = "n dry-run c"},
    Program{.names = "xfs_metadump xfs_mdrestore xfs_copy e2image partclone.ext4 partclone.xfs xfsrestore",
            .any_option = true,
            .operands = Operands::last_written},
    Program{.names = "flash_erase flash_eraseall flashcp nandwrite mtd_debug sunxi-fel",
            .rule = "disk.write-device",
            .any_option = true},
    Program{.names = "mtd", .any_option = true, .verbs = mtd_verbs, .otherwise = "disk.write-device"},
    Program{.names = "ddrescue dd_rescue dcfldd_rescue", .any_option = true, .operands = Operands::written},
    Program{.names = "partclone.restore partclone.dd partclone.btrfs partclone.vfat partclone.ntfs partimage",
            .options = {"", "oOsL", "", "output overwrite source logfile"},
            .any_option = true,
            .option_effects = partclone_effects},
    Program{.names = "debugfs", .judge = judge_debugfs},
    Program{.names = "losetup", .judge = judge_losetup},
    Program{.names = "swapon",
            .options = {"adefhsvV", "opLU",
                        "all discard ifexists fixpgsz summary show noheadings raw bytes verbose",
                        "options priority show"},
            .otherwise = "disk.mount",
            .option_effects = swapon_looks,
            .most_operands = 0},
    Program{.names = "swapoff", .rule = "disk.unmount", .options = {"avhV", "LU", "all verbose", ""}},
    Program{.names = "skdump hddtemp disktype", .any_option = true},
    Program{.names = "sdparm", .any_option = true, .option_effects = sdparm_effects},
    Program{.names = "badblocks",
            .options = {"BfnsvwX", "bcdeiopt", "", ""},
            .option_effects = badblocks_effects},
    Program{
        .names = "nvme",
        .options = {"vbHhjm", "nofltsaS", "verbose raw-binary human-readable output-format namespace-id", ""},
        .any_option = true,
        .verbs = nvme_verbs},
};

}  // namespace

std::span<const Program> disk_programs() {
  return rows;
}

}  // namespace mcpssh::guard
