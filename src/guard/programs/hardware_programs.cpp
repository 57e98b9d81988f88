// Controllers, management processors, firmware and devices.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// A change of the power of the machine behind the management processor.
void judge_chassis_power(const Call& call, const Options& options) {
  const std::size_t at = known_operand(options, 0) == "power" ? 1 : 2;
  const std::string_view verb = known_operand(options, at);
  if (verb == "status" || options.operands.size() <= at) return;
  if (verb == "on") return call.does("vm.change");
  call.does(verb == "cycle" || verb == "reset" ? "power.reboot" : "power.shutdown");
}

constexpr std::array ipmi_verbs{
    Verb{"chassis/status chassis/poh chassis/restart_cause chassis/selftest chassis/bootparam/get sdr "
         "sensor/list sensor/get "
         "sensor sel/list sel/info sel/elist sel/get sel/time/get sel fru mc/info mc/guid mc/getenables "
         "mc/selftest lan/print "
         "lan/stats user/list user/summary channel/info channel/getaccess session/info sol/info pef/info "
         "dcmi/* fwum/info hpm/check "
         "bmc/info power/status chassis/policy/list delloem/* sunoem/led/get isol/info",
         "read"},
    Verb{"sdr/dump sel/save sel/writeraw fru/read", "fs.write",
         [](const Call& call, const Options& options) {
           writes_file(call, options.operands.back(), Writing::replace);
         }},
    Verb{"chassis/power power", "power.shutdown", judge_chassis_power},
    Verb{"chassis/identify", "service.change"},
    Verb{"sel/clear sel/delete", "log.remove"},
    Verb{"sol/activate shell isol/activate tsol", "shell.interactive"},
    Verb{"user/* channel/setaccess", "account.change"},
    Verb{"mc/* bmc/* lan/* chassis/* sol/* pef/* raw i2c spd event sensor/thresh fwum/* hpm/* ekanalyzer "
         "set/* exec sel/* "
         "fru/write fru/edit channel/* session/* picmg/* kontronoem/* sunoem/* ime/* vita/* firewall/*",
         "hardware.settings"},
};

/// storcli /c0 show; megacli -LDInfo -Lall -aALL; hpacucli ctrl all show.
/// A word of theirs that loses what is on disks.
bool loses_disks(std::string_view text) {
  constexpr auto words = std::to_array<std::string_view>({"del", "erase", "init", "clear", "clr", "secure"});
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

void judge_raid(const Call& call) {
  if (call.only_help()) return;
  bool looks = false;
  const auto loses_later = [](const Field& word) { return loses_disks(word.text()); };
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    std::string text = call.words[i].text();
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!call.words[i].literal()) return call.does("hardware.settings");
    const auto has = [&](std::string_view part) { return text.contains(part); };
    if (loses_disks(text) || has("foreign"))
      return call.does(has("foreign") && call.words.back().text() == "show" ? "read" : "disk.wipe");
    if (has("-add") || text == "add" || has("offline") || has("setoff") || has("set") || has("flash") ||
        has("start") || has("create") || has("modify") || has("remove") || has("rebuild") || has("import") ||
        has("restart") || has("download") || has("stop") || has("-rbld") || has("prop"))
      if (!has("get") && !has("dsply") && !has("show") && !has("display"))
        return call.does(std::ranges::any_of(call.words, loses_later) ? "disk.wipe" : "hardware.settings");
    looks = looks || has("show") || has("info") || has("list") || has("display") || has("dsply") ||
            has("get") || has("status");
  }
  if (!looks && call.words.size() > 1) call.does("hardware.settings");
}

constexpr std::array racadm_verbs{
    Verb{"getsysinfo get get/* getconfig getniccfg getsel getsensorinfo getversion getled getractime "
         "getsvctag hwinventory "
         "getssninfo gettracelog getraclog lclog/view raid/get storage/get jobqueue/view "
         "serveraction/powerstatus "
         "inlettemphistory/get swinventory help license/view nicstatistics vflashsd/status",
         "read"},
    Verb{"serveraction", "power.shutdown"},
    Verb{"clrsel clrraclog lclog/clear", "log.remove"},
    Verb{"racresetcfg systemerase", "disk.wipe"},
    Verb{"set config setniccfg racreset update fwupdate setled jobqueue/* raid/* storage/* sslcertupload "
         "license/* *",
         "hardware.settings"},
};
constexpr std::array fwupd_verbs{
    Verb{"get-* security version search check-reboot-needed hwids monitor", "read"},
    Verb{"refresh", "package.cache"},
    Verb{"update upgrade install downgrade reinstall activate unlock clear-* modify-* set-* local-install "
         "switch-branch "
         "enable-remote disable-remote verify-update firmware-*",
         "kernel.boot"},
};
constexpr std::array smi_effects{
    OptionEffect{"r gpu-reset pm persistence-mode pl power-limit c compute-mode e ecc-config mig lgc "
                 "lock-gpu-clocks rgc "
                 "lmc rmc ac applications-clocks rac p reset-ecc-errors gom am caa dm fdm cc acp",
                 Value::nothing, "hardware.settings"},
    OptionEffect{"f filename", Value::written},
};
constexpr std::array sensors_effects{OptionEffect{"s set", Value::nothing, "hardware.settings"}};
constexpr std::array bluetooth_verbs{
    Verb{"list show devices info paired-devices version help", "read"},
    Verb{"power pair connect trust disconnect remove scan discoverable block untrust agent",
         "hardware.settings"},
};
constexpr std::array ipmi_effects{OptionEffect{"f", OptionEffect::Value::read}};
constexpr std::array ups_effects{OptionEffect{"c s k K fsd", Value::nothing, "power.shutdown"}};

constexpr std::array smart_effects{
    OptionEffect{"t test X abort", Value::nothing, "disk.test"},
    OptionEffect{"s smart o offlineauto S saveauto set", Value::nothing, "disk.settings"},
};
constexpr Program smart_row{
    .names = "smartctl",
    .options = {"aixHAcjqhVgPF", "dTbrntlfvBoSsCXgqP",
                "all info xall health attributes capabilities json scan "
                "scan-open license identify captive abort presets",
                "device tolerance badsum report nocheck log format vendorattribute drivedb get set smart "
                "offlineauto saveauto test quietmode firmwarebug"},
    .any_option = true,
    .option_effects = smart_effects};

/// "-l scterc,70,70" sets what "-l scterc" shows.
void judge_smartctl(const Call& call) {
  if (std::ranges::any_of(call.words, [](const Field& word) { return word.text().contains("scterc,"); }))
    call.does("disk.settings");
  judge_row(smart_row, call);
}

constexpr std::array hdparm_effects{
    OptionEffect{"security-erase security-erase-enhanced security-set-pass security-disable security-freeze "
                 "security-unlock trim-sector-ranges trim-sector-ranges-stdin write-sector repair-sector "
                 "make-bad-sector fwdownload fwdownload-mode3 fwdownload-modee dco-restore dco-freeze "
                 "sanitize-crypto-scramble sanitize-block-erase sanitize-overwrite "
                 "please-destroy-my-drive yes-i-know-what-i-am-doing",
                 Value::nothing, "disk.wipe"},
    OptionEffect{"B S W A M a c d k K m n N p P Q r R s u U w X x y Y Z z D E e f F L J idle-immediate "
                 "idle-unload set-sector-size",
                 Value::nothing, "disk.settings"},
};

constexpr std::array rows{
    Program{.names = "smartctl", .judge = judge_smartctl},
    Program{.names = "hdparm",
            .options =
                {"BSWAMacdkKmnNpPQrRsuUwXxyYZzDEefFLJ"
                 "iItTgCvVhHqO",
                 "",
                 "security-erase security-erase-enhanced security-set-pass security-disable security-freeze "
                 "security-unlock trim-sector-ranges trim-sector-ranges-stdin write-sector repair-sector "
                 "make-bad-sector fwdownload fwdownload-mode3 fwdownload-modee dco-restore dco-freeze "
                 "sanitize-crypto-scramble sanitize-block-erase sanitize-overwrite please-destroy-my-drive "
                 "yes-i-know-what-i-am-doing idle-immediate idle-unload set-sector-size Istdout dco-identify "
                 "direct fibmap read-sector sanitize-status verbose offset security-mode user-master",
                 ""},
            .option_effects = hdparm_effects},
    Program{.names = "ipmitool",
            .options = {"cvVhg", "IHpULPEfkKyotbmBTNRSCdlnsAeO", "", ""},
            .any_option = true,
            .verbs = ipmi_verbs,
            .option_effects = ipmi_effects},
    Program{.names = "ipmi-sensors ipmi-fru bmc-info "
                     "edac-ctl mlxlink ibstat ibstatus ibv_devinfo ibhosts iblinkinfo ibnetdiscover "
                     "perfquery nvidia-debugdump rocminfo lspnp lstopo hwloc-ls "
                     "biosdevname usb-devices i2cdetect i2cdump i2cget "
                     "pcilmr isadump",
            .any_option = true},
    Program{.names = "sensors",
            .options = {"ufAjvh", "cs", "set raw bus-list config-file no-adapter allow-no-sensors", ""},
            .any_option = true,
            .option_effects = sensors_effects},
    Program{.names = "sensors-detect fancontrol pwmconfig ipmi-oem ipmi-config bmc-config ipmi-raw "
                     "bmc-device ddcutil v4l2-ctl "
                     "mlxconfig mlxfwmanager mstflint flint mstconfig biosconfig dell-syscfg smbios-sys-info "
                     "hponcfg conrep "
                     "ilorest opensm",
            .rule = "hardware.settings",
            .any_option = true},
    Program{.names = "ipmi-sel", .rule = "hardware.settings", .any_option = true},
    Program{
        .names = "ipmi-power ipmi-chassis", .rule = "power.shutdown", .any_option = true, .shows = "s stat"},
    Program{.names = "storcli storcli64 perccli perccli64 megacli MegaCli MegaCli64 megacli64 hpacucli "
                     "hpssacli ssacli arcconf "
                     "tw_cli sas2ircu sas3ircu mvcli areca-cli",
            .judge = judge_raid},
    Program{.names = "racadm idracadm7",
            .options = {"", "rupi", "nocertwarn", ""},
            .any_option = true,
            .verbs = racadm_verbs},
    Program{.names = "omreport", .any_option = true},
    Program{.names = "omconfig", .rule = "hardware.settings", .any_option = true},
    Program{.names = "fwupdmgr fwupdtool", .any_option = true, .verbs = fwupd_verbs},
    Program{.names = "nvidia-smi rocm-smi amd-smi",
            .options = {"qLhB", "idlfgc", "query list-gpus xml-format help",
                        "id display loop query-gpu query-compute-apps format"},
            .any_option = true,
            .option_effects = smi_effects},
    Program{.names = "eject", .rule = "disk.unmount", .any_option = true},
    Program{
        .names = "bluetoothctl", .rule = "shell.interactive", .any_option = true, .verbs = bluetooth_verbs},
    Program{.names = "usb_modeswitch usbreset uhubctl setserial minicom cu picocom",
            .rule = "hardware.settings",
            .any_option = true},
    Program{.names = "upsc nut-scanner", .any_option = true},
    Program{.names = "upscmd upsrw upsmon upsdrvctl apctest",
            .rule = "power.shutdown",
            .any_option = true,
            .option_effects = ups_effects},
    Program{.names = "upower", .any_option = true},
};

}  // namespace

std::span<const Program> hardware_programs() {
  return rows;
}

}  // namespace mcpssh::guard
