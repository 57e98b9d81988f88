// The kernel: its settings, modules, boot and protections.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Settings whose change protects nobody any more, or hands out the kernel.
bool is_grave(std::string_view setting) {
  constexpr std::array<std::string_view, 9> grave{
      "kernel.core_pattern", "kernel.modprobe",           "kernel.sysrq", "kernel.modules_disabled",
      "kernel.kexec_load",   "kernel.randomize_va_space", "kernel.yama",  "kernel.kptr",
      "kernel.panic"};
  std::string name(setting.substr(0, setting.find('=')));
  std::ranges::replace(name, '/', '.');
  return std::ranges::any_of(grave, [&](std::string_view one) { return name.starts_with(one); });
}

void judge_sysctl(const Call& call) {
  constexpr OptionTable table{
      "abeNnqwASXoxhVd", "prf",
      "all binary ignore names values quiet write system deprecated dry-run help version "
      "load",
      "pattern load"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) return call.does("shell.unknown-option");
  if (options.has("dry-run")) return;
  const bool loads = options.has("p") || options.has("f") || options.has("load") || options.has("system");
  if (loads || options.has("S")) call.does("kernel.setting");
  const auto loaded = [&](const Field& file) {
    const Reach reach = reach_of(file, call.directory);
    if (!file.empty() && (reach == Reach::temporary || reach == Reach::unknown))
      call.does("kernel.protection", "sysctl loads settings anybody may have written");
  };
  for (const Option& option : options.options)
    if (has_name("p f load", option.name)) loaded(option.value);
  for (const Field& operand : options.operands) {
    const std::string_view text = operand.text();
    if (!text.contains('=') && !operand.opaque() && !options.has("w") && !options.has("write")) continue;
    if (operand.opaque() && operand.known_prefix().empty()) return call.does("kernel.setting");
    call.does(is_grave(text) ? "kernel.protection" : "kernel.setting");
  }
}

void judge_modprobe(const Call& call) {
  constexpr OptionTable table{
      "abcfilnqrRsvwDV", "CdSo",
      "all use-blacklist showconfig show-config force first-time ignore-install ignore-remove "
      "show-depends dry-run show quiet remove resolve-alias syslog verbose version dump-modversions "
      "force-vermagic force-modversion show-modversions show-exports remove-holders help",
      "config dirname set-version wait"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) return call.does("shell.unknown-option");
  for (const std::string_view name : {"n", "dry-run", "show", "c", "showconfig", "show-config", "D",
                                      "show-depends", "R", "resolve-alias", "dump-modversions"})
    if (options.has(name)) return;
  const bool removes = options.has("r") || options.has("remove");
  const bool odd = options.has("f") || options.has("force") || options.has("d") || options.has("dirname") ||
                   options.has("C") || options.has("config");
  const bool file = std::ranges::any_of(options.operands, [](const Field& operand) {
    return operand.text().contains('/') || operand.text().ends_with(".ko");
  });
  call.does(removes || odd || file ? "kernel.modules" : "kernel.module");
}

constexpr std::array dmesg_effects{
    OptionEffect{"C clear c read-clear D console-off n console-level", Value::nothing, "kernel.protection"},
    OptionEffect{"E console-on", Value::nothing, "kernel.setting"},
};

/// setenforce 1 and Enforcing protect; the rest does not.
void judge_setenforce(const Call& call) {
  if (call.only_help() || call.words.size() < 2) return;
  const std::string_view to = call.words[1].text();
  call.does(to == "1" || to == "Enforcing" || to == "enforcing" ? "kernel.setting" : "kernel.protection");
}

constexpr std::array auditctl_effects{
    OptionEffect{"D d W e f r b R reset-lost reset_backlog_wait_time_actual loginuid-immutable",
                 Value::nothing, "kernel.protection"},
    OptionEffect{"a w A k p S F", Value::nothing, "kernel.setting"},
};
constexpr std::array semanage_effects{
    OptionEffect{"d delete D deleteall m modify r", Value::nothing, "kernel.protection"},
    OptionEffect{"a add i import", Value::nothing, "kernel.setting"},
};
constexpr std::array semanage_verbs{Verb{"import permissive", "kernel.protection"}, Verb{"*", "read"}};
/// Libraries from directories of one's own, or a cache or root of one's own.
constexpr std::array ldconfig_effects{OptionEffect{"C f r", Value::nothing, "fs.write-system"}};
constexpr std::array setsebool_effects{OptionEffect{"P", Value::nothing, "kernel.setting"}};
constexpr std::array semodule_effects{
    OptionEffect{"r remove d disable B build D disable_dontaudit", Value::nothing, "kernel.protection"},
    OptionEffect{"i install e enable u upgrade R reload", Value::nothing, "kernel.protection"},
};
constexpr std::array parser_effects{
    OptionEffect{"R remove C Complain", Value::nothing, "kernel.protection"},
    OptionEffect{"a add r replace", Value::nothing, "kernel.setting"},
};

constexpr std::array efibootmgr_effects{
    OptionEffect{"a active A inactive B delete-bootnum c create C create-only D remove-dups n bootnext N "
                 "delete-bootnext o bootorder O delete-bootorder t timeout T delete-timeout r",
                 Value::nothing, "kernel.boot"},
};
constexpr std::array bootctl_verbs{
    Verb{"status list is-installed systemd-efi-options kernel-identify kernel-inspect", "read"},
    Verb{"install update remove random-seed set-* unlink cleanup reboot-to-firmware", "kernel.boot"},
};
constexpr std::array grubby_effects{
    OptionEffect{
        "set-default set-default-index add-kernel remove-kernel update-kernel args remove-args copy-default "
        "make-default",
        Value::nothing, "kernel.boot"},
};
constexpr std::array mokutil_effects{
    OptionEffect{
        "import delete reset password clear-password disable-validation enable-validation revoke-import "
        "revoke-delete revoke-reset set-verbosity i d x generate-hash trust-mok untrust-mok set-sbat-policy "
        "set-fallback-verbosity timeout",
        Value::nothing, "kernel.boot"},
};
constexpr std::array dkms_verbs{
    Verb{"status", "read"},
    Verb{"add build install autoinstall", "kernel.boot-files"},
    Verb{"remove uninstall unbuild mkdsc ldtarball mktarball match", "kernel.modules"},
};
constexpr std::array udevadm_verbs{
    Verb{"info monitor test test-builtin verify", "read"},
    Verb{"settle wait", "read"},
    Verb{"trigger control lock", "disk.test"},
};
constexpr std::array cpupower_verbs{
    Verb{"frequency-info idle-info info monitor powercap-info", "read"},
    Verb{"frequency-set idle-set set", "kernel.setting"},
};
constexpr std::array tuned_verbs{
    Verb{"active list profile_info recommend verify profile_mode", "read"},
    Verb{"profile off auto_profile", "kernel.setting"},
};
constexpr std::array chcpu_effects{
    OptionEffect{"d disable g deconfigure", Value::nothing, "hardware.settings"},
    OptionEffect{"e enable c configure r rescan", Value::nothing, "kernel.setting"}};

constexpr std::array initramfs_effects{OptionEffect{"d", Value::nothing, "kernel.boot"}};

constexpr std::array rows{
    Program{.names = "sysctl", .judge = judge_sysctl},
    Program{.names = "modprobe", .judge = judge_modprobe},
    Program{.names = "insmod rmmod", .rule = "kernel.modules", .any_option = true},
    Program{.names = "depmod",
            .rule = "kernel.boot-files",
            .options = {"aAeEnruvwhVm", "bCFos",
                        "all quick dry-run show "
                        "errsyms warn verbose",
                        "basedir config filesyms outdir"},
            .shows = "n dry-run show"},
    Program{.names =
                "lsmod modinfo systool uname sestatus getenforce getsebool "
                "selinuxenabled seinfo sesearch audit2why aa-status apparmor_status aa-enabled aa-unconfined "
                ""
                "grub-file grub2-file os-prober cpuid x86info "
                "sbverify sbsiglist ld.so "
                "lsns ipcs lslocks lsipc",
            .any_option = true},
    Program{
        .names = "dmesg",
        .options =
            {"CcDdEeHhkLPprSTtuVwWxJ", "nfFKls",
             "clear read-clear console-off show-delta console-on reltime human kernel color nopager raw "
             "syslog ctime notime userspace follow follow-new decode force-prefix json help version noescape",
             "console-level facility file kmsg-file level buffer-size time-format since until color"},
        .option_effects = dmesg_effects},
    Program{.names = "setenforce", .judge = judge_setenforce},
    Program{.names = "auditctl",
            .options = {"lsvthic", "", "reset-lost signal backlog_wait_time loginuid-immutable", ""},
            .any_option = true,
            .option_effects = auditctl_effects},
    Program{.names = "augenrules audispd", .rule = "kernel.setting", .any_option = true},
    Program{.names = "semanage",
            .options = {"lCnESNh", "stfprRcTPLo", "list locallist noheading extract",
                        "seuser type "
                        "range proto"},
            .any_option = true,
            .verbs = semanage_verbs,
            .option_effects = semanage_effects},
    Program{.names = "setsebool togglesebool",
            .rule = "kernel.setting",
            .any_option = true,
            .option_effects = setsebool_effects},
    Program{.names = "semodule",
            .options = {"lvnhK", "psX", "list list-modules verbose", "priority store"},
            .any_option = true,
            .option_effects = semodule_effects},
    Program{.names = "fixfiles setfiles load_policy checkmodule semodule_package audit2allow "
                     "sepolicy",
            .rule = "kernel.setting",
            .any_option = true,
            .shows = "n"},
    Program{.names = "aa-enforce", .rule = "kernel.setting", .any_option = true},
    Program{
        .names =
            "aa-complain aa-disable aa-teardown aa-remove-unknown aa-logprof aa-genprof aa-autodep aa-audit "
            "aa-exec",
        .rule = "kernel.protection",
        .any_option = true},
    Program{.names = "apparmor_parser",
            .options = {"QNSvqTKWd", "IML", "skip-kernel-load names stdout preprocess", ""},
            .any_option = true,
            .option_effects = parser_effects},
    Program{.names = "update-grub update-grub2 grub-mkconfig grub2-mkconfig dracut mkinitramfs "
                     "mkinitcpio mkinitrd genkernel kernel-install update-bootloader",
            .rule = "kernel.boot-files",
            .any_option = true},
    Program{.names = "update-initramfs",
            .rule = "kernel.boot-files",
            .any_option = true,
            .option_effects = initramfs_effects},
    Program{.names = "ldconfig",
            .rule = "kernel.boot-files",
            .options = {"NXnlvpV", "Cfrc", "verbose print-cache version", "format ignore-aux-cache"},
            .any_option = true,
            .shows = "p print-cache",
            .otherwise = "fs.write-system",
            .option_effects = ldconfig_effects,
            .most_operands = 0},
    Program{.names =
                "grub-install grub2-install grub-setup grub-reboot grub2-reboot grub-set-default "
                "grub2-set-default "
                "grub-editenv grub2-editenv grub-mkrescue grub-mkpasswd-pbkdf2 lilo extlinux syslinux zipl "
                "flashrom sbctl sbsign update-secureboot-policy refind-install bless nvram "
                "fw_setenv",
            .rule = "kernel.boot",
            .any_option = true},
    Program{.names = "fw_printenv", .any_option = true},
    Program{.names = "efibootmgr",
            .options = {"aAcCDNOTgvqVuFyYh", "BbndeEiloLmMpRtw",
                        "verbose quiet active inactive create create-only "
                        "remove-dups delete-bootnext delete-bootorder delete-timeout unicode full-dev-path",
                        "bootnum delete-bootnum bootnext bootorder timeout disk part loader label"},
            .option_effects = efibootmgr_effects},
    Program{.names = "bootctl", .any_option = true, .verbs = bootctl_verbs},
    Program{.names = "grubby", .any_option = true, .option_effects = grubby_effects},
    Program{.names = "mokutil", .any_option = true, .option_effects = mokutil_effects},
    Program{.names = "dkms",
            .options = {"", "mvka", "force all", "arch kernelsourcedir"},
            .any_option = true,
            .verbs = dkms_verbs},
    Program{
        .names = "udevadm", .options = {"d", "", "debug", ""}, .any_option = true, .verbs = udevadm_verbs},
    Program{
        .names = "cpupower", .options = {"", "c", "", "cpu"}, .any_option = true, .verbs = cpupower_verbs},
    Program{.names = "tuned-adm", .any_option = true, .verbs = tuned_verbs},
    Program{.names = "bpftool trace-cmd ftrace systemtap", .rule = "kernel.protection", .any_option = true},
    Program{
        .names =
            "execsnoop opensnoop biosnoop biolatency tcplife tcpconnect tcpaccept runqlat cachestat "
            "execsnoop-bpfcc opensnoop-bpfcc biosnoop-bpfcc biolatency-bpfcc tcplife-bpfcc tcpconnect-bpfcc",
        .any_option = true},
    Program{.names = "ipcrm ipcmk", .rule = "service.signal", .any_option = true},
    Program{.names = "chcpu",
            .options = {"", "", "", "cpu"},
            .any_option = true,
            .option_effects = chcpu_effects},
    Program{.names = "chmem", .rule = "hardware.settings", .any_option = true},
    Program{.names = "setpci i2cset pcimem devmem devmem2 wrmsr isaset",
            .rule = "hardware.settings",
            .any_option = true},
    Program{.names = "kdumpctl makedumpfile crash", .rule = "kernel.boot-files", .any_option = true},
};

}  // namespace

std::span<const Program> kernel_programs() {
  return rows;
}

}  // namespace mcpssh::guard
