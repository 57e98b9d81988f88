// Volumes, pools, arrays and encrypted devices.
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::string_view lvm_flags =
    "all yes verbose quiet force test noheadings nohistory nolocking readonly resizefs nofsck activate-skip "
    "extents-free help version autobackup unquoted units-si shared reportformat-json config-devices "
    "wipesignatures "
    "thin snapshot merge aligned segments nameprefixes rows unbuffered partial";
constexpr std::string_view lvm_valued =
    "size extents name type stripes stripesize mirrors units options sort select separator reportformat "
    "config "
    "profile commandprofile devices devicesfile physicalvolumesize physicalextentsize maxlogicalvolumes "
    "maxphysicalvolumes activate addtag deltag chunksize poolmetadatasize thinpool virtualsize permission "
    "setphysicalvolumesize metadatasize metadatacopies dataalignment alloc uuid restorefile file fs binary "
    "cachemode cachepool minor major monitor poll foreign alpha";
constexpr OptionTable lvm_options{"avydfhnPtTrqsKkAZcomBDFHlOSx", "LGliIMmNWpRCuUEegJQ", lvm_flags,
                                  lvm_valued};

/// lvresize and pvresize: a size with "+" grows; any other may shrink.
void judge_lvresize(const Call& call) {
  constexpr OptionTable table{"ftvyrnqdh", "LlAi",
                              "resizefs force test yes verbose nofsck help version quiet",
                              "size extents autobackup poolmetadatasize setphysicalvolumesize fs alloc"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && (options.has("t") || options.has("test"))) return;
  bool grows = !options.unknown && !options.splits;
  for (const Option& option : options.options)
    if (!option.value.empty() && option.name != "A" && option.name != "autobackup" && option.name != "i")
      grows = grows && option.value.known_prefix().starts_with('+');
  call.does(grows ? "disk.grow" : "disk.shrink");
}

/// lvchange and vgchange: -ay puts volumes on, -an takes them off.
void judge_lvchange(const Call& call) {
  constexpr OptionTable table{
      "fvyKtPqdhS", "aprMASkZjCx",
      "yes verbose force ignoreactivationskip partial sysinit refresh test help version resync "
      "quiet noudevsync ignorelockingfailure ignoremonitoring",
      "activate permission addtag deltag alloc monitor poll select setactivationskip discards "
      "syncaction autoactivation autobackup zero uuid physicalextentsize profile"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (!options.unknown && (options.has("t") || options.has("test"))) return;
  const Field* short_way = options.find("a");
  const Field* way = short_way != nullptr ? short_way : options.find("activate");
  const bool tags = options.has("addtag") || options.has("deltag") || options.has("refresh");
  if (options.unknown) return call.does("disk.settings");
  if (way != nullptr)
    return call.does(way->text().contains('n') || way->opaque() ? "disk.shrink" : "disk.mount");
  call.does(tags ? "disk.properties" : "disk.settings");
}

/// btrfs filesystem resize [devid:][+-]SIZE|max PATH
void judge_btrfs_resize(const Call& call, const Options& options) {
  const std::string_view word = known_operand(options, 2);
  const auto size = word.substr(word.find(':') + 1);
  call.does(size.starts_with('+') || size == "max" ? "disk.grow" : "disk.shrink");
}

void judge_btrfs_label(const Call& call, const Options& options) {
  if (options.operands.size() > 3) call.does("disk.properties");
}

void judge_btrfs_check(const Call& call, const Options& options) {
  for (const std::string_view name : {"repair", "init-csum-tree", "init-extent-tree", "clear-space-cache"})
    if (options.has(name)) return call.does("disk.repair");
}

constexpr std::array btrfs_verbs{
    Verb{"f*/sh* f*/df f*/u* f*/com* su*/l* su*/sh* su*/get-* su*/f* sub*/l* sub*/sh* dev*/u* dev*/st* "
         "bal*/stat* "
         "sc*/stat* rep*/stat* i*/* prop*/g* prop*/l* qg*/s* scrub/limit device/ready fi*/mkswapfile-show "
         "version help",
         "read"},
    Verb{"su*/c* su*/sn* sub*/c* sub*/sn* dev*/a*", "disk.grow"},
    Verb{"su*/d* sub*/d* qg*/d*", "disk.remove"},
    Verb{"su*/set-default sub*/set-default bal*/* qu*/* qg*/*", "disk.settings"},
    Verb{"dev*/rem* dev*/d* rep*/*", "disk.shrink"},
    Verb{"dev*/sc* dev*/f* sc*/* su*/sy* sub*/sy* f*/d* f*/sy* bal*/pause bal*/cancel bal*/resume qu*/rescan",
         "disk.test"},
    Verb{"f*/l*", "read", judge_btrfs_label},
    Verb{"f*/r*", "disk.shrink", judge_btrfs_resize},
    Verb{"f*/m*", "disk.grow"},
    Verb{"prop*/s*", "disk.properties"},
    Verb{"check", "read", judge_btrfs_check},
    Verb{"res*/*", "disk.repair"},
    Verb{"restore receive", "fs.write"},
    Verb{"send", "read"},
};
constexpr std::array btrfs_effects{OptionEffect{"z reset", Value::nothing, "disk.settings"}};

void judge_zfs_set(const Call& call, const Options& options) {
  for (const Field& operand : options.operands)
    if (operand.known_prefix().starts_with("mountpoint=") ||
        operand.known_prefix().starts_with("readonly=") || operand.known_prefix().starts_with("canmount="))
      return call.does("disk.settings");
  call.does("disk.properties");
}

void judge_zfs_receive(const Call& call, const Options& options) {
  if (options.has("n")) return;
  call.does(options.has("F") ? "disk.remove" : "disk.grow");
}

constexpr std::array zfs_verbs{
    Verb{"list get version userspace groupspace projectspace holds diff send help", "read"},
    Verb{"snapshot snap create clone bookmark hold", "disk.grow"},
    Verb{"mount share load-key", "disk.mount"},
    Verb{"unmount umount unshare unload-key", "disk.unmount"},
    Verb{"set inherit", "disk.properties", judge_zfs_set},
    Verb{"destroy rollback release", "disk.remove"},
    Verb{"receive recv", "disk.remove", judge_zfs_receive},
    Verb{"rename promote upgrade change-key program channel-program jail unjail redact wait project",
         "disk.settings"},
    Verb{"allow unallow", "account.change"},
};

void judge_zpool_import(const Call& call, const Options& options) {
  if (options.operands.size() > 1 || options.has("a")) call.does("disk.mount");
}

void judge_zpool_upgrade(const Call& call, const Options& options) {
  if (options.operands.size() > 1 || options.has("a")) call.does("disk.settings");
}

constexpr std::array zpool_verbs{
    Verb{"list status get iostat history events version wait help", "read"},
    Verb{"scrub trim resilver sync", "disk.test"},
    Verb{"import", "disk.mount", judge_zpool_import},
    Verb{"checkpoint", "disk.grow"},
    Verb{"set online clear reopen", "disk.properties"},
    Verb{"add attach replace", "disk.settings"},
    Verb{"export detach remove offline split", "disk.shrink"},
    Verb{"upgrade", "disk.settings", judge_zpool_upgrade},
    Verb{"reguid", "disk.settings"},
    Verb{"create destroy labelclear initialize", "disk.wipe"},
};

constexpr std::array dm_verbs{
    Verb{"ls info status table deps targets version splitname report udevcookies mangle help stats/list "
         "stats/report",
         "read"},
    Verb{"remove remove_all clear wipe_table", "disk.remove"},
    Verb{"create load reload resume suspend rename setgeometry message mknodes udev* stats/*",
         "disk.settings"},
};

constexpr std::array crypt_verbs{
    Verb{"luksDump isLuks luksUUID status benchmark tcryptDump bitlkDump fvault2Dump dump verify", "read"},
    Verb{"open luksOpen plainOpen tcryptOpen bitlkOpen loopaesOpen luksResume create", "disk.mount"},
    Verb{"close luksClose remove tcryptClose bitlkClose luksSuspend", "disk.unmount"},
    Verb{"resize", "disk.grow"},
    Verb{"luksFormat erase luksErase format reencrypt luksHeaderRestore", "disk.wipe"},
    Verb{"repair", "disk.repair"},
    Verb{"luksHeaderBackup", "secret.read"},
    Verb{"luksAddKey luksChangeKey luksRemoveKey luksKillSlot luksConvertKey config convert token luksConfig",
         "disk.settings"},
};
constexpr std::array crypt_effects{
    OptionEffect{"header-backup-file", Value::written},
    OptionEffect{"dump-volume-key dump-master-key", Value::nothing, "secret.read"}};

constexpr std::array md_effects{
    OptionEffect{"C create zero-superblock B build", Value::nothing, "disk.wipe"},
    OptionEffect{"A assemble I incremental readwrite w re-add", Value::nothing, "disk.mount"},
    OptionEffect{"S stop f fail set-faulty r remove G grow o readonly kill-subarray", Value::nothing,
                 "disk.shrink"},
    OptionEffect{"a add add-spare add-journal update-subarray replace U update run R", Value::nothing,
                 "disk.repair"},
    OptionEffect{"program alert", Value::nothing, "shell.script"},
    OptionEffect{"dump", Value::written},
};

constexpr std::array drbd_verbs{
    Verb{"status dstate cstate role dump sh-* show-gi get-gi dump-md events2 show", "read"},
    Verb{"up connect attach adjust primary resume-sync resume-io verify", "disk.mount"},
    Verb{"down disconnect detach secondary pause-sync suspend-io", "disk.shrink"},
    Verb{"create-md wipe-md", "disk.wipe"},
    Verb{"invalidate invalidate-remote outdate new-current-uuid resize apply-al", "disk.repair"},
};
constexpr std::array gluster_verbs{
    Verb{"volume/info volume/status volume/list volume/get volume/top volume/profile peer/status pool/list "
         "snapshot/list snapshot/info snapshot/status volume/heal/* global/*",
         "read"},
    Verb{"volume/start volume/create volume/add-brick peer/probe snapshot/create snapshot/activate "
         "volume/rebalance",
         "disk.grow"},
    Verb{"volume/set volume/reset volume/quota volume/heal volume/log volume/barrier", "disk.settings"},
    Verb{"volume/stop volume/remove-brick volume/replace-brick volume/reset-brick peer/detach",
         "disk.shrink"},
    Verb{"volume/delete snapshot/delete snapshot/restore", "disk.remove"},
};
constexpr std::array ceph_verbs{
    Verb{"status health df versions version features report quorum_status mon_status osd/tree osd/df "
         "osd/stat osd/dump "
         "osd/ls osd/perf osd/status osd/find osd/metadata osd/pool/ls osd/pool/get osd/pool/stats "
         "osd/ok-to-stop "
         "osd/safe-to-destroy osd/crush/tree osd/crush/rule/ls osd/crush/rule/dump osd/crush/dump "
         "osd/blocked-by "
         "osd/utilization osd/getcrushmap osd/lspools pg/stat pg/dump pg/dump_stuck pg/ls pg/ls-by-pool "
         "pg/map mon/stat "
         "mon/dump mgr/services mgr/stat mgr/module/ls mds/stat fs/ls fs/status fs/dump config/get "
         "config/dump "
         "config/show config/log log/last device/ls crash/ls crash/info orch/ls orch/ps orch/status "
         "orch/host/ls "
         "orch/device/ls time-sync-status w balancer/status progress osd/erasure-code-profile/get "
         "osd/erasure-code-profile/ls auth/ls-names",
         "read"},
    Verb{"auth/get auth/get-key auth/list auth/ls auth/print-key auth/export config-key/*", "secret.read"},
    Verb{"osd/set osd/unset osd/in osd/reweight osd/pool/create osd/pool/application/* pg/scrub "
         "pg/deep-scrub osd/scrub "
         "osd/deep-scrub balancer/* crash/archive crash/archive-all health/mute orch/restart orch/apply "
         "orch/daemon/restart osd/pool/set mgr/module/enable",
         "disk.properties"},
    Verb{"osd/out osd/down osd/purge osd/destroy osd/rm osd/lost osd/crush/* pg/repair pg/* mon/* mds/* fs/* "
         "mgr/* "
         "config/* osd/* orch/* tell/*",
         "disk.settings"},
    Verb{"osd/pool/delete osd/pool/rm fs/rm fs/volume/rm auth/del auth/rm", "disk.remove"},
    Verb{"auth/*", "account.change"},
};
constexpr std::array rbd_verbs{
    Verb{"ls list info du diff status showmapped children snap/ls snap/list lock/ls lock/list device/list "
         "pool/stats "
         "trash/ls trash/list mirror/image/status mirror/pool/status mirror/pool/info image-meta/list "
         "image-meta/get "
         "watch perf/*",
         "read"},
    Verb{"create clone snap/create snap/protect map device/map cp copy import mirror/*", "disk.grow"},
    Verb{"unmap device/unmap", "disk.unmount"},
    Verb{"export export-diff", "fs.write"},
    Verb{"resize rename mv snap/unprotect feature/* flatten lock/* image-meta/* migration/* snap/rename "
         "trash/restore",
         "disk.settings"},
    Verb{"rm remove snap/rm snap/remove snap/purge snap/rollback snap/revert trash/*", "disk.remove"},
};
/// rados get OBJECT FILE, rados export [FILE]: "-" is the screen.
void writes_last(const Call& call, const Options& options) {
  call.does("fs.write");
  if (options.operands.size() > 1) writes_file(call, options.operands.back(), Writing::replace);
}
constexpr std::array rados_verbs{
    Verb{"ls lspools df stat listomapkeys listomapvals listxattr getxattr lssnap listwatchers", "read"},
    Verb{"get export", "fs.write", writes_last},
    Verb{"put append setxattr setomapval mksnap touch create", "disk.grow"},
    Verb{"rm purge rmsnap rollback truncate rmxattr rmomapkey cleanup mkpool rmpool import bench",
         "disk.remove"},
};

/// iscsiadm -m node -o delete
void judge_iscsiadm(const Call& call) {
  constexpr OptionTable table{
      "luRsSVh", "mpTIodtinvUrHkLP", "login logout rescan stats show version help loginall logoutall",
      "mode portal targetname interface op debug type name value sid host killiscsid print"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const Field* letter = options.find("o");
  const Field* op = letter != nullptr ? letter : options.find("op");
  if (options.unknown) return call.does("disk.settings");
  if (op != nullptr && op->text() != "show")
    call.does(op->text() == "delete" ? "disk.remove" : "disk.settings");
  if (options.has("l") || options.has("login") || options.has("loginall") || options.has("R"))
    call.does("disk.mount");
  if (options.has("u") || options.has("logout") || options.has("U") || options.has("logoutall"))
    call.does("disk.shrink");
}

constexpr std::array multipath_effects{
    OptionEffect{"f F", Value::nothing, "disk.shrink"},
    OptionEffect{"r", Value::nothing, "disk.mount"},
    OptionEffect{"a A w W", Value::nothing, "disk.settings"},
};
constexpr std::array scan_effects{OptionEffect{"mknodes", Value::nothing, "disk.settings"},
                                  OptionEffect{"activate aay", Value::nothing, "disk.mount"}};
constexpr std::array dm_effects{OptionEffect{"showkeys", Value::nothing, "secret.read"}};
constexpr std::array nbd_effects{
    OptionEffect{"d disconnect", Value::nothing, "disk.unmount"},
    OptionEffect{"c connect", Value::nothing, "disk.mount"},
};
constexpr std::array exportfs_effects{
    OptionEffect{"a r o i", Value::nothing, "network.change"},
    OptionEffect{"u f", Value::nothing, "network.lockout"},
};

constexpr std::array ceph_volume_verbs{
    Verb{"inventory lvm/list raw/list simple/scan", "read"},
    Verb{"lvm/zap", "disk.wipe"},
    Verb{"*", "disk.settings"},
};

constexpr std::array rows{
    Program{.names = "pvs vgs lvs pvdisplay vgdisplay lvdisplay lvscan lvmdiskscan lvmconfig vgck "
                     "lvmpolld",
            .options = {"o", "", "", ""},
            .any_option = true},
    Program{.names = "pvscan vgscan",
            .options = {"o", "", "", ""},
            .any_option = true,
            .option_effects = scan_effects},
    Program{.names = "lvcreate lvextend vgextend vgcreate vgimport vgcfgbackup lvmdump",
            .rule = "disk.grow",
            .options = lvm_options,
            .any_option = true,
            .shows = "t test"},
    Program{.names = "lvreduce vgreduce pvmove lvconvert vgsplit vgmerge vgexport vgimportclone",
            .rule = "disk.shrink",
            .options = lvm_options,
            .any_option = true,
            .shows = "t test"},
    Program{.names = "lvremove vgremove pvremove",
            .rule = "disk.remove",
            .options = {"ftvyqdSh", "AS", "force test yes verbose quiet nohistory noudevsync help version",
                        "autobackup select config devices"},
            .shows = "t test"},
    Program{.names = "pvcreate pvchange lvrename vgrename vgmknodes lvmdevices",
            .rule = "disk.settings",
            .options = lvm_options,
            .any_option = true,
            .shows = "t test"},
    Program{.names = "vgcfgrestore pvck", .rule = "disk.repair", .any_option = true},
    Program{.names = "lvresize pvresize", .judge = judge_lvresize},
    Program{.names = "lvchange vgchange", .judge = judge_lvchange},
    Program{.names = "dmsetup",
            .options = {"cfCvyh", "joStu", "force noheadings tree columns verbose inactive showkeys",
                        "options target uuid"},
            .any_option = true,
            .verbs = dm_verbs,
            .option_effects = dm_effects},
    Program{.names = "mdadm",
            .options =
                {"QDEXFWYbCBAISfrGowRaUsvqhVtzkdp1", "nlxcuNmeyzpi",
                 "create zero-superblock build assemble incremental readwrite re-add stop fail set-faulty "
                 "remove grow readonly kill-subarray add add-spare add-journal update-subarray replace run "
                 "query detail examine examine-bitmap examine-badblocks follow monitor wait wait-clean scan "
                 "verbose quiet brief export test force help version oneshot no-degraded detail-platform "
                 "misc manage assume-clean action",
                 "update raid-devices level spare-devices config uuid name super-minor metadata chunk size "
                 "layout bitmap homehost mail program alert delay with backup-file array-size data-offset "
                 "consistency-policy dump restore"},
            .option_effects = md_effects},
    Program{
        .names = "cryptsetup integritysetup veritysetup",
        .options =
            {"qvydrh", "chsldSiTtMo", "verbose batch-mode readonly allow-discards test-passphrase persistent",
             "cipher hash key-size size offset key-file key-slot header type header-backup-file uuid label "
             "pbkdf sector-size iter-time timeout tries keyfile-size keyfile-offset new-keyfile "
             "volume-key-file token-id priority"},
        .any_option = true,
        .verbs = crypt_verbs,
        .option_effects = crypt_effects},
    Program{.names = "zfs",
            .options = {"rRfFnvpHdeukwDLcisSU", "oxtI", "dryrun", ""},
            .any_option = true,
            .shows = "n dryrun",
            .verbs = zfs_verbs},
    Program{.names = "zpool",
            .options = {"nfFvpHPLgxaDdlmNstTcewX", "oROi", "", ""},
            .any_option = true,
            .shows = "n",
            .verbs = zpool_verbs},
    Program{.names = "zdb", .any_option = true},
    Program{
        .names = "btrfs",
        .options = {"", "", "verbose quiet version help format dry-run log reset repair init-csum-tree", ""},
        .any_option = true,
        .verbs = btrfs_verbs,
        .option_effects = btrfs_effects},
    Program{.names = "iscsiadm", .judge = judge_iscsiadm},
    Program{.names = "multipath",
            .options = {"lcCqutTdiFrBAUhW", "vfpbRaw", "", ""},
            .option_effects = multipath_effects},
    Program{.names = "mpathconf", .rule = "disk.settings", .any_option = true},
    Program{.names = "nbd-client qemu-nbd",
            .rule = "disk.mount",
            .options = {"dlnpsSPrvt", "bBcCNfLkxeo", "disconnect list persist swap read-only fork",
                        "connect format"},
            .any_option = true,
            .option_effects = nbd_effects},
    Program{.names = "nbd-server", .rule = "network.serve", .any_option = true},
    Program{.names = "drbdadm", .any_option = true, .verbs = drbd_verbs},
    Program{.names = "gluster",
            .options = {"", "", "mode xml remote-host", ""},
            .any_option = true,
            .verbs = gluster_verbs},
    Program{.names = "ceph",
            .options = {"swhv", "fcnkmi", "status watch version connect-timeout verbose watch-debug",
                        "format cluster conf name id keyring user in-file out-file yes"},
            .any_option = true,
            .verbs = ceph_verbs},
    Program{.names = "rbd",
            .options = {"", "pmck", "pool-all long",
                        "pool cluster id user keyring format image snap "
                        "size"},
            .any_option = true,
            .verbs = rbd_verbs},
    Program{.names = "rados",
            .options = {"", "pmcNns", "all", "pool namespace cluster id"},
            .any_option = true,
            .verbs = rados_verbs},
    Program{.names = "exportfs", .options = {"avrufih", "od", "", ""}, .option_effects = exportfs_effects},
    Program{.names = "ceph-volume", .any_option = true, .verbs = ceph_volume_verbs},
    Program{.names = "stratis vdo targetcli tgtadm tgt-admin lsnvmet",
            .rule = "disk.settings",
            .any_option = true},
};

}  // namespace

std::span<const Program> volume_programs() {
  return rows;
}

}  // namespace mcpssh::guard
