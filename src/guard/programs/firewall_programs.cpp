// Packet filters. Adding a rule that accepts is allowed; what removes, empties or drops may cut the host off.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// A rule for packets from everywhere that stops them: "-j DROP" without a source or a port.
bool stops_everything(const Options& options) {
  constexpr std::array<std::string_view, 3> stopping{"DROP", "REJECT", "QUEUE"};
  constexpr std::array<std::string_view, 15> narrow{
      "s",      "d",     "source",           "destination", "src-range", "m", "match",       "dport",
      "dports", "sport", "destination-port", "src",         "dst",       "i", "in-interface"};
  const auto has_any = [&](const auto& names) {
    return std::ranges::any_of(options.options,
                               [&](const Option& option) { return is_one_of(option.name, names); });
  };
  const Field* letter = options.find("j");
  const Field* target = letter != nullptr ? letter : options.find("jump");
  return target != nullptr && is_one_of(target->text(), stopping) && !has_any(narrow);
}

/// A rule that stops the port a host is reached by.
bool stops_ssh(const Options& options) {
  const Field* letter = options.find("j");
  const Field* target = letter != nullptr ? letter : options.find("jump");
  const bool stops = target != nullptr && (target->text() == "DROP" || target->text() == "REJECT");
  for (const Option& option : options.options)
    if (stops && (option.name == "dport" || option.name == "dports" || option.name == "destination-port"))
      for (const std::string_view port : base::split(option.value.text(), ','))
        if (port == "22" || port == "ssh" || option.value.opaque()) return true;
  return false;
}

/// "-Z" behind "-L", which takes the next word.
bool resets(const Call& call) {
  return has_word(call, "-Z") || has_word(call, "--zero");
}

void judge_iptables(const Call& call) {
  constexpr OptionTable table{
      "nvx46fbC", "ADINXRPEFZLSpsdjgimowWtc",
      "numeric verbose exact line-numbers fragment ipv4 ipv6 modprobe check random random-fully syn "
      "persistent "
      "rttl rcheck set mask",
      "append delete insert new-chain delete-chain replace policy rename-chain flush zero list list-rules "
      "protocol "
      "source destination jump goto in-interface out-interface match table wait wait-interval dport sport "
      "dports sports "
      "ports destination-port source-port destination-ports source-ports state ctstate comment "
      "to-destination to-source "
      "to-ports icmp-type limit limit-burst log-prefix log-level reject-with src-range dst-range mac-source "
      "tcp-flags "
      "set-mark name seconds hitcount match-set connlimit-above connlimit-mask uid-owner gid-owner pkt-type "
      "physdev-in physdev-out src-type dst-type proto src dst string algo"};
  if (call.only_help()) return;
  Options options = read_loosely(call.words, table);
  if (has_word(call, "-M") || options.has("modprobe"))
    call.does("shell.script", "iptables runs a program to load modules");
  const auto has = [&](std::string_view letter, std::string_view name) {
    return options.has(letter) || options.has(name);
  };
  if (has("F", "flush") || has("X", "delete-chain") || has("D", "delete") || has("R", "replace") ||
      has("E", "rename-chain"))
    return call.does("network.lockout");
  if (has("P", "policy")) {
    const bool accepts = has_word(call, "ACCEPT");
    return call.does(accepts ? "network.change" : "network.lockout");
  }
  if (has("A", "append") || has("I", "insert") || has("N", "new-chain"))
    return call.does(stops_everything(options) || stops_ssh(options) ? "network.lockout" : "network.change");
  if (has("Z", "zero") || resets(call)) return call.does("network.change");
  if (has("L", "list") || has("S", "list-rules") || has("C", "check") || has_word(call, "-h")) return;
  if (any_opaque(call) || call.words.size() > 1) return call.does("network.lockout");
}

void judge_restore(const Call& call) {
  if (call.only_help() || has_word(call, "-t") || has_word(call, "--test")) return;
  call.does("network.lockout");
}

/// nft [OPTIONS] COMMAND: list and monitor look, add and insert add.
constexpr std::array nft_verbs{
    Verb{"list list/* monitor describe get", "read"},
    Verb{"add/* create/* insert/*", "network.change",
         [](const Call& call, const Options& options) {
           bool stops = false;
           bool narrow = false;
           for (const Field& word : options.operands) {
             const std::string_view text = word.text();
             stops = stops || text.contains("drop") || text.contains("reject");
             narrow = narrow || text.contains("addr") || text.contains("dport");
           }
           call.does(stops && !narrow ? "network.lockout" : "network.change");
         }},
    Verb{"delete/* flush/* replace/* reset/* destroy/* rename/* import export", "network.lockout"},
};
constexpr Program nft_row{
    .names = "nft",
    .options = {"hvVcaenyjsSNpTdiot", "fIDd",
                "help version check handle echo numeric json stateless service guid "
                "numeric-priority numeric-protocol numeric-time reversedns terse interactive",
                "file includepath debug define"},
    .any_option = true,
    .shows = "c check",
    .verbs = nft_verbs};

void judge_nft(const Call& call) {
  const Options options = read_loosely(call.words, nft_row.options);
  if ((options.has("f") || options.has("file")) && !options.has("c") && !options.has("check"))
    return call.does("network.lockout");
  if (options.has("i") || options.has("interactive")) return opens_prompt(call);
  // One word with the whole command in it: nft 'add rule ...'.
  if (options.operands.size() == 1 && options.operands[0].literal() &&
      options.operands[0].text().contains(' ')) {
    // What follows a ";" that is no part of a chain's braces is a command of its own.
    const std::string& all = options.operands[0].text();
    const auto braces = all.rfind('}');
    const auto more = std::min(all.find(';', braces == std::string::npos ? 0 : braces), all.find('\n'));
    if (more != std::string::npos && all.find_first_not_of("; \n", more) != std::string::npos)
      return call.does("network.lockout", "several commands at once");
    Fields words{call.words[0]};
    for (const std::string_view word : base::split(options.operands[0].text(), ' '))
      if (!word.empty()) words.emplace_back(word);
    return judge_row(nft_row, {call.name, words, call.directory, call.out});
  }
  judge_row(nft_row, call);
}

void judge_ufw(const Call& call) {
  constexpr OptionTable table{"", "", "force dry-run version help", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const std::string_view verb = known_operand(options, 0);
  constexpr std::array<std::string_view, 5> looks{"status", "show", "version", "help", ""};
  if (options.has("dry-run") || (is_one_of(verb, looks) && !options.unknown && !any_opaque(call))) return;
  const std::string_view second = known_operand(options, 1);
  if (verb == "app" && second != "default") return;
  constexpr std::array<std::string_view, 5> adds{"allow", "limit", "logging", "reload", "app"};
  const bool accepts = is_one_of(verb, adds) || (verb == "route" && second == "allow") ||
                       (verb == "insert" && (known_operand(options, 2) == "allow")) ||
                       (verb == "default" && second == "allow") || (verb == "prepend" && second == "allow");
  const bool narrow = (verb == "deny" || verb == "reject") && second == "from" &&
                      options.operands.size() > 2 && known_operand(options, 2) != "any";
  call.does(accepts || narrow ? "network.change" : "network.lockout");
}

constexpr std::array firewalld_effects{
    OptionEffect{
        "add-service add-port add-rich-rule add-source add-interface add-forward-port add-masquerade "
        "add-protocol add-source-port add-icmp-block add-forward new-zone new-service new-ipset new-policy "
        "new-icmptype new-helper add-entry add-entries-from-file runtime-to-permanent reload "
        "set-short set-description set-log-denied add-module add-include add-chain "
        "new-zone-from-file new-service-from-file add-helper add-destination set-destination",
        Value::nothing, "network.change"},
    OptionEffect{
        "complete-reload set-default-zone change-interface change-source set-target panic-on panic-off "
        "direct add-rule add-passthrough passthrough lockdown-on lockdown-off remove-service remove-port "
        "remove-rich-rule remove-source remove-interface remove-forward-port remove-masquerade "
        "remove-protocol remove-source-port remove-icmp-block remove-forward delete-zone delete-service "
        "delete-ipset delete-policy remove-entry remove-rules remove-rule remove-chain remove-passthrough "
        "load-zone-defaults reset-to-defaults change-zone add-icmp-block-inversion "
        "remove-icmp-block-inversion delete-icmptype delete-helper remove-entries-from-file set-priority "
        "add-lockdown-whitelist-command add-lockdown-whitelist-uid remove-module remove-include "
        "policy-default set-automatic-helpers set-path set-family add-ingress-zone add-egress-zone "
        "remove-ingress-zone remove-egress-zone remove-destination remove-helper",
        Value::nothing, "network.lockout"},
};

/// ipset takes its commands with and without a dash.
void judge_ipset(const Call& call) {
  if (call.only_help()) return;
  constexpr std::array<std::string_view, 12> looks{"list", "-L", "--list", "test",    "-T",   "--test",
                                                   "save", "-S", "--save", "version", "help", "-n"};
  constexpr std::array<std::string_view, 8> adds{"create",   "add",   "-N",  "-A",
                                                 "--create", "--add", "new", "n"};
  constexpr std::array<std::string_view, 10> flags{"-exist", "-!",     "-q",      "-quiet", "-name",
                                                   "-t",     "-terse", "-sorted", "-s",     "-r"};
  for (std::size_t i = 1; i + 1 < call.words.size(); ++i)
    if (call.words[i].text() == "-f" || call.words[i].text().ends_with("-file"))
      writes_file(call, call.words[i + 1], Writing::replace);
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    if (call.words[i].literal() && is_one_of(text, looks)) return;
    if (call.words[i].literal() && is_one_of(text, adds)) return call.does("network.change");
    if (!is_one_of(text, flags)) return call.does("network.lockout");
  }
}

constexpr std::array pf_effects{
    OptionEffect{"s g", Value::nothing, "read"},
    OptionEffect{"F d k K f e E D N R A O X", Value::nothing, "network.lockout"},
    OptionEffect{"T", Value::nothing, "network.change"},
};
constexpr std::array fail2ban_verbs{
    Verb{"status ping version get get/* banned -d --dp -t --test help", "read"},
    Verb{"reload start restart set/*/unbanip unban set/*/banip set/*/addignoreip set/*/delignoreip set/* add",
         "network.change"},
    Verb{"stop flushlogs set/dbfile", "service.protected"},
};
constexpr std::array shorewall_verbs{
    Verb{"status show dump check version ls hits logwatch iprange ipcalc help list", "read"},
    Verb{"start restart reload save allow refresh", "network.change"},
    Verb{"stop clear safe-* reset drop reject forget restore try disable", "network.lockout"},
};
constexpr std::array save_effects{OptionEffect{"f file", Value::written}};
constexpr std::array conntrack_effects{
    OptionEffect{"D delete F flush", Value::nothing, "network.lockout"},
    OptionEffect{"U update I create A add z zero", Value::nothing, "network.change"},
};
constexpr std::array csf_effects{
    OptionEffect{"l status L lfd t temp g grep v version check c i iplookup h help lr p ports",
                 Value::nothing, "read"},
    OptionEffect{"a add r restart q startq s start ra restartall ta tempallow u update", Value::nothing,
                 "network.change"},
    OptionEffect{"x disable f stop e enable d deny dr denyrm ar addrm df denyf tf tempf td tempdeny tr",
                 Value::nothing, "network.lockout"},
};
constexpr std::array crowdsec_verbs{
    Verb{"decisions/list alerts/list alerts/inspect metrics hub/list bouncers/list machines/list "
         "collections/list "
         "parsers/list scenarios/list lapi/status capi/status version config/show explain simulation/status",
         "read"},
    Verb{"decisions/add hub/update hub/upgrade collections/install parsers/install scenarios/install",
         "network.change"},
    Verb{"decisions/delete alerts/delete bouncers/* machines/* collections/remove hub/* simulation/*",
         "network.lockout"},
};

constexpr std::array rows{
    Program{.names =
                "iptables ip6tables iptables-legacy iptables-nft ip6tables-legacy ip6tables-nft ebtables "
                "arptables ebtables-nft",
            .judge = judge_iptables},
    Program{.names = "iptables-save ip6tables-save ebtables-save",
            .options = {"c", "tMf", "counters", "table modprobe file"},
            .any_option = true,
            .option_effects = save_effects},
    Program{.names = "iptables-xml iptables-translate ip6tables-translate iptables-restore-translate",
            .any_option = true},
    Program{.names =
                "iptables-restore ip6tables-restore ebtables-restore iptables-apply netfilter-persistent "
                "firewall-offline-cmd",
            .judge = judge_restore},
    Program{.names = "nft", .judge = judge_nft},
    Program{.names = "ufw", .judge = judge_ufw},
    Program{
        .names = "firewall-cmd",
        .options =
            {"qhVv", "",
             "permanent state list-all list-services list-ports list-all-zones get-default-zone "
             "get-active-zones get-zones get-services get-icmptypes list-rich-rules list-sources "
             "list-interfaces list-forward-ports query-masquerade query-panic info-zone info-service "
             "get-log-denied get-zone-of-interface get-zone-of-source check-config help version quiet "
             "list-protocols list-source-ports list-icmp-blocks query-service query-port query-rich-rule "
             "query-source query-interface info-ipset get-ipsets get-policies info-policy list-all-policies "
             "get-all-rules get-rules get-chains get-all-passthroughs get-entries verbose "
             "get-ipset-types get-short get-description get-target list-lockdown-whitelist-commands "
             "query-lockdown get-all-chains get-active-policies",
             "zone policy timeout service ipset icmptype helper type option family name "
             "to-port toport toaddr"},
        .any_option = true,
        .option_effects = firewalld_effects},
    Program{.names = "ipset", .judge = judge_ipset},
    Program{.names = "pfctl",
            .rule = "read",
            .options = {"nvqrze", "sFkKfTtapDioLgXxO", "", ""},
            .any_option = true,
            .shows = "n",
            .option_effects = pf_effects},
    Program{.names = "fail2ban-client",
            .options = {"bfxqvdit", "cspl", "", ""},
            .any_option = true,
            .verbs = fail2ban_verbs},
    Program{.names = "fail2ban-regex", .any_option = true},
    Program{.names = "shorewall shorewall6 shorewall-lite", .any_option = true, .verbs = shorewall_verbs},
    Program{.names = "conntrack",
            .options = {"LEGCShVvuz", "", "zero", ""},
            .any_option = true,
            .option_effects = conntrack_effects},
    Program{.names = "csf", .any_option = true, .option_effects = csf_effects},
    Program{.names = "cscli",
            .options = {"", "oc", "error debug info trace", "output config color"},
            .any_option = true,
            .verbs = crowdsec_verbs},
};

}  // namespace

std::span<const Program> firewall_programs() {
  return rows;
}

}  // namespace mcpssh::guard
