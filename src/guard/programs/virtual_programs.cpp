// Virtual machines and system containers.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr std::array virsh_effects{
    OptionEffect{"remove-all-storage wipe-storage", Value::nothing, "vm.remove"},
    OptionEffect{"security-info", Value::nothing, "secret.read"}};
constexpr std::array virsh_verbs{
    Verb{
        "list dom* cpu-* net-list net-info net-dumpxml net-dhcp-leases net-uuid net-name pool-list pool-info "
        "pool-dumpxml pool-uuid vol-list vol-info vol-path vol-dumpxml vol-key vol-name vol-pool nodeinfo "
        "nodecpumap "
        "nodecpustats nodememstats nodedev-list nodedev-dumpxml node-memory-tune capabilities "
        "domcapabilities freecell "
        "freepages hostname sysinfo uri version vcpucount vcpuinfo dumpxml snapshot-list snapshot-info "
        "snapshot-current snapshot-dumpxml snapshot-parent checkpoint-list checkpoint-info iface-list "
        "iface-dumpxml "
        "iface-mac iface-name secret-list nwfilter-list nwfilter-dumpxml vncdisplay ttyconsole guestinfo "
        "schedinfo "
        "domjobinfo event maxvcpus help echo find-storage-pool-sources "
        "net-port-list iothreadinfo secret-dumpxml pool-capabilities",
        "read"},
    Verb{"start reboot resume suspend shutdown autostart create define net-start net-autostart net-define "
         "net-create "
         "pool-start pool-autostart pool-define pool-create pool-refresh vol-create vol-create-as "
         "vol-create-from "
         "vol-clone vol-resize snapshot-create snapshot-create-as attach-* setvcpus setmem setmaxmem save "
         "restore "
         "managedsave managedsave-* migrate dommemstat domiftune domif-setlink domrename dompmsuspend "
         "dompmwakeup "
         "domfsfreeze domfsthaw domfstrim domtime update-device update-memory-device net-update "
         "checkpoint-create* "
         "vcpupin emulatorpin memtune blkiotune blkdeviotune numatune desc change-media blockresize "
         "blockcommit blockpull blockcopy blockjob metadata",
         "vm.change"},
    Verb{
        "destroy reset inject-nmi net-destroy pool-destroy iface-destroy crash qemu-monitor-command domabort "
        "qemu-agent-command send-key send-process-signal set-user-password iface-* detach-*",
        "vm.stop"},
    Verb{
        "undefine net-undefine pool-undefine pool-delete vol-delete vol-wipe snapshot-delete snapshot-revert "
        "checkpoint-delete nwfilter-undefine secret-undefine managedsave-remove pool-build iface-undefine "
        "nodedev-destroy nodedev-undefine",
        "vm.remove"},
    Verb{"secret-get-value", "secret.read"},
    Verb{"edit console net-edit pool-edit snapshot-edit managedsave-edit nwfilter-edit save-image-edit",
         "shell.interactive"},
    Verb{"dump screenshot", "fs.write"},
    Verb{"vol-download", "fs.write",
         [](const Call& call, const Options& options) {
           call.does("fs.write");
           for (std::size_t i = 2; i < options.operands.size(); ++i)
             writes_file(call, options.operands[i], Writing::replace);
         }},
    Verb{"vol-upload secret-set-value", "vm.remove"},
};
constexpr std::array qm_verbs{
    Verb{"list status config pending listsnapshot showcmd cloudinit/dump cloudinit/pending cpusets df",
         "read"},
    Verb{"start reboot shutdown resume suspend set create clone snapshot migrate template unlock rescan "
         "resize move-disk "
         "move_disk move-volume importdisk import importovf cloudinit/update pull mount unmount fstrim",
         "vm.change"},
    Verb{"stop reset sendkey monitor nbdstop cleanup agent guest/* restore fsck", "vm.stop"},
    Verb{"destroy delsnapshot rollback unlink disk/unlink disk/*", "vm.remove"},
    Verb{"terminal enter console", "shell.interactive"},
    Verb{"push", "vm.change"},
    Verb{"exec", "vm.change",
         [](const Call& call, const Options& options) {
           if (options.operands.size() < 3) return call.does("shell.interactive");
           call.out.runs(tail(options.operands, 2));
         }},
};
constexpr std::array pve_verbs{
    Verb{"get ls usage help status list nodes config pending versions scan/* node/status user/list "
         "user/permissions "
         "role/list group/list acl/list domain/list realm/list",
         "read"},
    Verb{"create set add start task/* aplinfo update alloc", "vm.change"},
    Verb{"delete remove free prune-backups delnode purge", "vm.remove"},
    Verb{"user/* role/* group/* acl/* passwd pool/* realm/* ticket domain/*", "account.change"},
    Verb{"expected updatecerts addnode qdevice/* node/* crm-command/* stop groupadd groupset groupremove "
         "rebalance disable",
         "vm.stop"},
};
/// "pvesh set /access/acl ...": the path says what it does. The first part that fits counts.
struct PvePath {
  std::string_view part, verb, rule;  ///< no verb: all that change
};
constexpr std::array pve_paths{
    PvePath{"/access", "", "account.change"},
    PvePath{"/execute", "", "shell.script"},
    PvePath{"/exec", "", "shell.script"},
    PvePath{"/vncshell", "", "shell.interactive"},
    PvePath{"/termproxy", "", "shell.interactive"},
    PvePath{"/spiceshell", "", "shell.interactive"},
    PvePath{"/disks/", "delete", "disk.wipe"},
    PvePath{"/disks/", "", "disk.partition"},
    PvePath{"/status/start", "", "vm.change"},
    PvePath{"/status/resume", "", "vm.change"},
    PvePath{"/status/", "", "vm.stop"},
    PvePath{"/firewall", "delete", "network.lockout"},
    PvePath{"/network", "", "network.lockout"},
    PvePath{"/services/", "", "service.protected"},
    PvePath{"/rollback", "", "vm.remove"},
    PvePath{"/cluster/config", "", "vm.stop"},
    PvePath{"", "delete", "vm.remove"},
    PvePath{"", "", "vm.change"},
};

void judge_pvesh(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, {"", "", "noproxy quiet human-readable", "output-format"});
  const std::string_view verb = known_operand(options, 0);
  if (has_name("get ls usage help", verb)) return;
  if (!has_name("create set delete", verb)) return call.does("shell.unknown-verb");
  const std::string_view path = known_operand(options, 1);
  if (path.empty()) return call.does("vm.stop", "pvesh changes what is known only at run time");
  const bool node = path.starts_with("/nodes/") && path.ends_with("/status");
  if (node) return call.does("power.reboot");
  for (const PvePath& one : pve_paths)
    if (path.contains(one.part) && (one.verb.empty() || one.verb == verb)) return call.does(one.rule);
}

constexpr std::array xl_verbs{
    Verb{"list vm-list info uptime dmesg top vcpu-list network-list block-list sched-* cpupool-list "
         "host-list sr-list "
         "pif-list network-param-list vm-param-list vdi-list vbd-list task-list pool-list snapshot-list "
         "template-list "
         "vm-param-get host-param-list sr-param-list patch-list log help",
         "read"},
    Verb{"create unpause pause start vm-start vm-resume vm-suspend vm-reboot vm-shutdown reboot shutdown "
         "save restore migrate "
         "vm-migrate snapshot vm-snapshot vm-param-set vm-clone vm-copy vm-install block-attach "
         "network-attach mem-set vcpu-*",
         "vm.change"},
    Verb{"destroy block-detach network-detach host-* pool-* sr-* pif-* vbd-* task-cancel trigger", "vm.stop"},
    Verb{"vm-destroy vm-uninstall vdi-destroy snapshot-destroy snapshot-uninstall snapshot-revert "
         "template-uninstall "
         "sr-destroy sr-forget",
         "vm.remove"},
    Verb{"console", "shell.interactive"},
};
constexpr std::array lxd_verbs{
    Verb{"list ls info version image/list image/info image/show network/list network/show network/info "
         "storage/list "
         "storage/show storage/info storage/volume/list profile/list profile/show config/show config/get "
         "config/device/list "
         "config/device/show cluster/list cluster/show project/list remote/list warning/list operation/list "
         "snapshot/list "
         "top monitor help file/ls config/trust/list",
         "read"},
    Verb{"launch create init start stop restart pause resume snapshot snapshot/create copy cp move mv rename "
         "publish "
         "config/set config/unset config/device/add config/device/set profile/* network/create "
         "network/attach network/set "
         "storage/create storage/volume/create image/copy image/import image/refresh export import remote/* "
         "project/switch "
         "migrate wait",
         "vm.change"},
    Verb{"delete rm snapshot/delete image/delete network/delete storage/delete storage/volume/delete "
         "profile/delete restore "
         "snapshot/restore project/delete rebuild config/device/remove network/detach cluster/remove",
         "vm.remove"},
    Verb{"config/edit profile/edit network/edit console shell cluster/edit", "shell.interactive"},
    Verb{"file/pull", "fs.write",
         [](const Call& call, const Options& options) {
           call.does("fs.write");
           if (options.operands.size() > 3) writes_file(call, options.operands.back(), Writing::change);
         }},
    Verb{"file/push file/delete file/edit file/mount", "vm.change"},
    Verb{"admin/* cluster/* config/trust/* storage/* network/* project/* query", "vm.stop"},
    Verb{"exec", "vm.change",
         [](const Call& call, const Options& options) {
           for (std::size_t i = options.first_operand; i < call.words.size(); ++i)
             if (call.words[i].literal() && call.words[i].text() == "--")
               return call.out.runs(tail(call.words, i + 1));
           if (options.operands.size() < 3) return call.does("shell.interactive");
           call.out.runs(tail(options.operands, 2));
         }},
};
/// VBoxManage controlvm NAME VERB
void judge_controlvm(const Call& call, const Options& options) {
  constexpr std::array<std::string_view, 5> soft{"pause", "resume", "acpipowerbutton", "savestate",
                                                 "screenshotpng"};
  call.does(is_one_of(known_operand(options, 2), soft) ? "vm.change" : "vm.stop");
}
constexpr std::array vbox_verbs{
    Verb{"list showvminfo showhdinfo showmediuminfo getextradata metrics guestproperty/get "
         "guestproperty/enumerate "
         "snapshot/*/list snapshot/*/showvminfo listRegisteredVMs listSnapshots "
         "getGuestIPAddress checkToolsState",
         "read"},
    Verb{"startvm start createvm modifyvm clonevm import export sharedfolder createhd createmedium "
         "modifymedium "
         "registervm snapshot/*/take storageattach storagectl setextradata guestproperty/* snapshot clone "
         "suspend unpause pause upgradevm",
         "vm.change"},
    Verb{"controlvm", "vm.stop", judge_controlvm},
    Verb{"stop reset guestcontrol", "vm.stop"},
    Verb{"unregistervm closemedium snapshot/*/delete snapshot/*/restore deleteVM deleteSnapshot "
         "revertToSnapshot "
         "extpack/uninstall",
         "vm.remove"},
};
constexpr std::array vagrant_verbs{
    Verb{"status global-status version box/list plugin/list snapshot/list port validate ssh-config "
         "box/outdated list info "
         "find networks aliases get help",
         "read"},
    Verb{"up reload resume suspend halt provision init box/add box/update snapshot/save snapshot/push start "
         "stop restart launch "
         "mount umount set transfer rsync recover clone snapshot",
         "vm.change"},
    Verb{"destroy box/remove box/prune snapshot/restore snapshot/delete snapshot/pop delete purge restore",
         "vm.remove"},
    Verb{"ssh shell powershell rdp", "shell.interactive"},
    Verb{"exec plugin/* share", "shell.opaque-code"},
};
constexpr std::array esx_verbs{
    Verb{"about ls find vm.info host.info datastore.info datastore.ls pool.info snapshot.tree events tasks "
         "metric.* device.info device.ls "
         "*/list */get */*/list */*/get */*/*/list */*/*/get */*/*/*/list */*/*/*/get",
         "read"},
    Verb{"vm.power vm.create vm.clone snapshot.create vm.change", "vm.change"},
    Verb{"vm.destroy snapshot.remove snapshot.revert object.destroy datastore.rm", "vm.remove"},
    Verb{"host.* */* */*/* */*/*/*", "vm.stop"},
};
constexpr std::array qemu_img_verbs{
    Verb{"info map compare measure", "read"},
    Verb{"check", "read",
         [](const Call& call, const Options& options) {
           if (options.has("r") || options.has("repair")) call.does("vm.change");
         }},
    Verb{"create", "fs.write",
         [](const Call& call, const Options& options) {
           if (options.operands.size() > 1) writes_file(call, options.operands[1], Writing::replace);
         }},
    Verb{"dd", "fs.write",
         [](const Call& call, const Options& options) {
           for (const Field& operand : options.operands)
             if (operand.known_prefix().starts_with("of="))
               writes_file(call, operand.substr(3), Writing::replace);
         }},
    Verb{"convert", "fs.write",
         [](const Call& call, const Options& options) {
           if (options.operands.size() > 2) writes_file(call, options.operands.back(), Writing::replace);
         }},
    Verb{"snapshot", "read",
         [](const Call& call, const Options& options) {
           const bool loses =
               options.has("d") || options.has("delete") || options.has("a") || options.has("apply");
           if (loses || !(options.has("l") || options.has("list")))
             call.does(loses ? "vm.remove" : "vm.change");
         }},
    Verb{"resize commit rebase amend bitmap", "vm.change"},
};
constexpr std::array qemu_img_effects{OptionEffect{"shrink", Value::nothing, "disk.shrink"}};

constexpr std::array vim_verbs{
    Verb{
        "help vmsvc/getallvms vmsvc/get* vmsvc/power.getstate vmsvc/snapshot.get* vmsvc/device.get* "
        "hostsvc/hostsummary hostsvc/hosthardware hostsvc/hostconfig hostsvc/net/*info hostsvc/storage/*info",
        "read"},
    Verb{"vmsvc/power.on vmsvc/power.reboot vmsvc/power.shutdown vmsvc/snapshot.create vmsvc/reload "
         "vmsvc/tools.install solo/registervm",
         "vm.change"},
    Verb{"vmsvc/destroy vmsvc/unregister vmsvc/snapshot.remove* vmsvc/snapshot.revert", "vm.remove"},
    Verb{"*", "vm.stop"},
};

/// "vmsvc/power.off": its words have slashes between them where those of esxcli have blanks.
void judge_vim_cmd(const Call& call) {
  constexpr Program row{.names = "vim-cmd", .any_option = true, .verbs = vim_verbs};
  Fields words;
  for (const Field& word : call.words) {
    const auto slash = words.size() == 1 && word.literal() ? word.text().find('/') : std::string::npos;
    if (slash != std::string::npos) words.push_back(word.substr(0, slash));
    words.push_back(slash == std::string::npos ? word : word.substr(slash + 1));
  }
  judge_row(row, {call.name, words, call.directory, call.out});
}

constexpr std::array rows{
    Program{.names = "virsh",
            .rule = "shell.interactive",
            .options =
                {"qrdhtv", "cdlke",
                 "quiet readonly all live config current persistent inactive title name "
                 "no-autostart disable remove-all-storage wipe-storage snapshots-metadata managed-save nvram "
                 "force graceful with-snapshot disk-only no-metadata atomic quiesce",
                 "connect debug log escape keepalive-interval domain pool network vol snapshotname storage"},
            .any_option = true,
            .verbs = virsh_verbs,
            .option_effects = virsh_effects},
    Program{.names = "qm pct", .any_option = true, .verbs = qm_verbs},
    Program{.names = "pvesh", .judge = judge_pvesh},
    Program{.names = "pvesm pveum pvecm ha-manager pvenode pveam", .any_option = true, .verbs = pve_verbs},
    Program{.names = "pveversion pveperf pvereport qemu-ga virt-top virt-df virt-ls virt-cat virt-inspector "
                     "virt-filesystems "
                     "virt-host-validate virt-xml-validate osinfo-query kvm-ok virt-log lxc-ls lxc-info "
                     "lxc-checkconfig "
                     "lxc-top lxc-config xentop xenstore-ls xenstore-read vmware-toolbox-cmd "
                     "esxtop pvesubscription zonename",
            .any_option = true},
    Program{.names = "vzdump", .rule = "vm.change", .any_option = true},
    Program{.names = "qmrestore virt-sysprep virt-customize virt-edit virt-rescue guestfish virt-resize "
                     "virt-sparsify virt-make-fs virt-v2v virt-copy-in",
            .rule = "vm.remove",
            .any_option = true},
    Program{
        .names = "virt-install virt-clone virt-xml cloud-localds", .rule = "vm.change", .any_option = true},
    Program{.names = "xl xe xm", .any_option = true, .verbs = xl_verbs},
    Program{.names = "lxc incus",
            .options = {"qvfhtTn", "cse", "quiet verbose debug force all-projects force-local",
                        "project "
                        "format config storage profile network cwd env user group mode"},
            .any_option = true,
            .verbs = lxd_verbs},
    Program{.names = "lxd incusd", .rule = "vm.stop", .any_option = true},
    Program{.names = "lxc-start lxc-stop lxc-create lxc-copy lxc-snapshot lxc-freeze lxc-unfreeze "
                     "lxc-autostart lxc-wait",
            .rule = "vm.change",
            .any_option = true},
    Program{.names = "lxc-destroy", .rule = "vm.remove", .any_option = true},
    Program{.names = "lxc-attach lxc-console lxc-execute virt-viewer",
            .rule = "shell.interactive",
            .any_option = true},
    Program{.names = "VBoxManage vboxmanage vmrun prlctl",
            .options = {"q", "T", "nologo long delete", "type gu gp"},
            .any_option = true,
            .verbs = vbox_verbs},
    Program{.names = "vagrant multipass", .any_option = true, .verbs = vagrant_verbs},
    Program{.names = "esxcli govc", .any_option = true, .verbs = esx_verbs},
    Program{.names = "vim-cmd", .judge = judge_vim_cmd},
    Program{.names = "qemu-img",
            .options = {"qpnc", "fFOoblsur", "force-share backing-chain shrink force",
                        "object "
                        "image-opts output repair"},
            .any_option = true,
            .verbs = qemu_img_verbs,
            .option_effects = qemu_img_effects},
    Program{.names = "qemu-system-x86_64 qemu-system-aarch64 kvm qemu-kvm qemu-io bhyve firecracker",
            .rule = "vm.change",
            .any_option = true},
    Program{.names = "vm bhyvectl iocage ezjail-admin jexec jail bastille",
            .rule = "vm.stop",
            .any_option = true},
    Program{.names = "jls", .any_option = true},
};

}  // namespace

std::span<const Program> virtual_programs() {
  return rows;
}

}  // namespace mcpssh::guard
