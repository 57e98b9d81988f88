// Addresses, links, routes and connections. Firewalls: firewall_programs.cpp; probes: probe_programs.cpp.
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

/// Verbs of a program that lets them be shortened, strictest first: "ip route d" may be one that cuts the
/// host off.
struct ShortVerbs {
  std::string_view lockout, change, read;
};

bool begins_one(std::string_view word, std::string_view names) {
  return !word.empty() && std::ranges::any_of(base::split(names, ' '),
                                              [&](std::string_view name) { return name.starts_with(word); });
}

void judge_short(const Call& call, const Field& verb, const ShortVerbs& verbs) {
  if (!verb.literal()) return call.does("network.lockout");
  // A whole word is what it says; a short one is the strictest it may be, reads before rare changes.
  for (const auto& [names, rule] :
       {std::pair{verbs.read, "read"}, {verbs.lockout, "network.lockout"}, {verbs.change, "network.change"}})
    if (has_name(names, verb.text())) return call.does(rule);
  if (begins_one(verb.text(), verbs.lockout)) return call.does("network.lockout");
  if (begins_one(verb.text(), verbs.read)) return;
  call.does(begins_one(verb.text(), verbs.change) ? "network.change" : "shell.unknown-verb");
}

constexpr ShortVerbs ip_verbs{
    "delete flush replace change unset disable restore",
    "add append prepend set up restart prune allocspi update deleteall attach detach "
    "identify",
    "show list lst get save showdump count pids ls monitor help"};

/// ip link set DEV down, name, address, netns ...: what may take a link away.
bool takes_link(Words words) {
  constexpr std::array<std::string_view, 11> bad{"down", "netns",  "name", "address",   "nomaster", "mtu",
                                                 "arp",  "master", "vrf",  "protodown", "xdp"};
  return std::ranges::any_of(words,
                             [&](const Field& word) { return word.opaque() || is_one_of(word.text(), bad); });
}

void judge_ip_exec(const Call& call, Words operands) {
  // ip netns exec NAME COMMAND
  if (operands.size() > 3) return call.out.runs(tail(operands, 3));
  call.does("shell.unknown-verb");
}

void judge_ip_words(const Call& call, Words operands) {
  if (operands.empty()) return;
  const std::string_view object = operands[0].text();
  constexpr std::string_view objects =
      "address addrlabel l2tp fou ila ioam link macsec maddress monitor mptcp mroute mrule neighbor "
      "neighbour netconf "
      "netns nexthop ntable ntbl route rule sr stats tap tcpmetrics tcp_metrics token tunnel tuntap vrf xfrm "
      "help";
  if (!operands[0].literal()) return call.does("shell.opaque-command");
  if (!begins_one(object, objects)) return call.does("shell.unknown-verb");
  if (operands.size() == 1 || object == "monitor" || object == "help" || object == "mon") return;
  const std::string_view verb = operands[1].text();
  if (is_short_for(object, "netns") && object.size() > 3 && operands[1].literal()) {
    if (is_short_for(verb, "exec")) return judge_ip_exec(call, operands);
    if (is_short_for(verb, "delete")) return call.does("network.lockout");
  }
  if (is_short_for(object, "vrf") && is_short_for(verb, "exec")) return judge_ip_exec(call, operands);
  // "ip l s" is set; with no more than a link behind it, it does nothing.
  if (is_short_for(object, "link") && operands[1].literal() &&
      (verb.size() > 1 || takes_link(tail(operands, 2))) && is_short_for(verb, "set"))
    return call.does(takes_link(tail(operands, 2)) ? "network.lockout" : "network.change");
  if (is_short_for(object, "xfrm") && operands.size() > 2) return judge_short(call, operands[2], ip_verbs);
  // "ip route s" is show, "ip route r" replaces: the common readings of iproute2.
  if (verb == "s" || verb == "sh" || verb == "l" || verb == "g" || verb == "ls") return;
  if (verb == "a" || verb == "ad") return call.does("network.change");
  judge_short(call, operands[1], ip_verbs);
}

void judge_ip(const Call& call) {
  constexpr OptionTable table{"VhsdiroctjpaNnIMB0246D", "fblr",
                              "Version human human-readable statistics stats details resolve iec oneline "
                              "color timestamp tshort json pretty "
                              "all brief echo force",
                              "family batch loops rcvbuf netns"};
  if (call.only_help()) return;
  // iproute2 has long options behind one dash; they all only show, but for these.
  Fields operands;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    const std::string_view text = word.text();
    const bool option = operands.empty() && text.size() > 1 && text[0] == '-';
    if (!option) {
      operands.push_back(word);
      continue;
    }
    const auto name = text.substr(text[1] == '-' ? 2 : 1);
    if (name == "b" || is_short_for(name, "batch", 2))
      return call.does("shell.opaque-code", "ip runs a batch");
    const bool takes = name == "n" || name == "f" || name == "l" || name == "rc" || name == "netns" ||
                       name == "family" || name == "loops" || name == "rcvbuf";
    if (takes) ++i;
    if (!takes && !has_name(table.long_flags, name) && !begins_one(name, table.long_flags) &&
        name.find_first_not_of(table.flags) != std::string_view::npos && !name.starts_with("c"))
      call.does("shell.unknown-option");
  }
  judge_ip_words(call, operands);
}

/// A number that leaves room for what an address family needs; IPv6 wants 1280.
bool is_usual_mtu(std::string_view text) {
  return text.size() >= 4 && text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos &&
         (text.size() == 5 || text >= "1280");
}

/// ifconfig IF [up|down|ADDRESS ...]. What is neither listed here nor the value of such a word may be an
/// address, also by name, and then it takes the place of the one the host is reached by.
void judge_ifconfig(const Call& call) {
  if (call.only_help()) return;
  constexpr std::string_view harmless =
      "up inet inet6 promisc -promisc multicast -multicast allmulti -allmulti arp trailers -trailers "
      "dynamic -dynamic";
  constexpr std::string_view valued = "add alias netmask broadcast metric txqueuelen mtu";
  std::size_t at = 1;
  while (at < call.words.size() && call.words[at].text().starts_with('-')) ++at;
  const bool all = at < call.words.size() && has_name("down del delete destroy", call.words[at].text());
  if (all) return call.does("network.lockout");
  if (at + 1 >= call.words.size()) return;
  bool has_place = call.words[at].text().contains(':');  // eth0:1 is an address of its own
  for (++at; at < call.words.size(); ++at) {
    const Field& word = call.words[at];
    if (word.opaque()) return call.does("network.lockout");
    if (has_name(harmless, word.text())) continue;
    if (has_name(valued, word.text())) {
      const std::string_view value =
          at + 1 < call.words.size() ? std::string_view(call.words[at + 1].text()) : "";
      if (word.text() == "mtu" && !is_usual_mtu(value)) return call.does("network.lockout");
      ++at;
      if (at < call.words.size() && call.words[at].opaque()) return call.does("network.lockout");
      continue;
    }
    const bool address = !word.empty() && word.text()[0] >= '0' && word.text()[0] <= '9';
    if (!has_place || !address) return call.does("network.lockout");
    has_place = false;
  }
  call.does("network.change");
}

void judge_route(const Call& call) {
  if (call.only_help()) return;
  const Options options =
      read_loosely(call.words, {"neveCFV46", "A", "numeric extend verbose inet inet6", ""});
  if (options.operands.empty()) return;
  const std::string_view verb = known_operand(options, 0);
  if (verb == "add") return call.does("network.change");
  if (verb == "get" || verb == "show" || verb == "monitor") return;
  call.does("network.lockout");
}

/// nmcli OBJECT COMMAND, each as short as one likes.
void judge_nmcli(const Call& call) {
  constexpr OptionTable table{"toapsvh", "cegfmw",
                              "terse overview pretty ask show-secrets help version complete-args order",
                              "colors escape get-values fields mode wait"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, false);
  if (options.unknown) call.does("shell.unknown-option");
  if (options.has("s") || options.has("show-secrets")) call.does("secret.read");
  Words words = options.operands;
  if (words.size() < 2) return;
  const std::string_view object = words[0].text();
  if (is_short_for(object, "networking")) {
    if (is_short_for(words[1].text(), "connectivity")) return;
    return call.does(words[1].text() == "on" ? "network.change" : "network.lockout");
  }
  if (is_short_for(object, "radio"))
    return words.size() < 3 ? void()
                            : call.does(words[2].text() == "on" ? "network.change" : "network.lockout");
  if (is_short_for(object, "general"))
    return judge_short(call, words[1], {"", "hostname logging", "status permissions"});
  if (is_short_for(object, "connection"))
    return judge_short(call, words[1],
                       {"down delete modify edit", "up add reload load clone import", "show monitor export"});
  if (is_short_for(object, "device")) {
    const bool wifi = is_short_for(words[1].text(), "wifi");
    if (wifi && words.size() > 2)
      return judge_short(call, words[2], {"hotspot", "connect rescan", "list show-password"});
    return judge_short(call, words[1],
                       {"disconnect delete down modify set", "connect reapply up",
                        "status show monitor wifi lldp checkpoint"});
  }
  if (is_short_for(object, "monitor")) return;
  call.does("shell.unknown-verb");
}

constexpr std::array netplan_verbs{
    Verb{"get status info ip help", "read"},
    Verb{"generate set rebind", "network.change"},
    Verb{"apply try migrate", "network.lockout"},
};
constexpr std::array networkctl_verbs{
    Verb{"list status lldp label cat", "read"},
    Verb{"up reload renew reconfigure forcerenew persistent-storage", "network.change"},
    Verb{"down delete edit mask unmask", "network.lockout"},
};
constexpr std::array resolvectl_verbs{
    Verb{"query status statistics service openpgp tlsa show-cache show-server-state monitor", "read"},
    Verb{"flush-caches reset-statistics reset-server-features log-level", "service.change"},
    Verb{"dns domain default-route llmnr mdns dnsovertls dnssec nta revert", "read",
         [](const Call& call, const Options& options) {
           if (options.operands.size() > 2 || known_operand(options, 0) == "revert")
             call.does("network.change");
         }},
};
constexpr std::array tc_verbs{
    Verb{"q*/s* q*/l* c*/s* c*/l* f*/s* f*/l* f*/get a*/s* a*/l* ch*/s* mon* qdisc class filter actions",
         "read"},
    Verb{"q*/* c*/* f*/* a*/* ch*/*", "network.lockout"},
};
constexpr std::array bridge_verbs{
    Verb{"l*/sh* l*/s f*/s* m*/s* v*/s* l*/l* f*/l* v*/l* v*/t* m*/l* mon* link fdb mdb vlan vni vni/show "
         "f*/g*",
         "read"},
    Verb{"f*/a* m*/a* v*/a* f*/app*", "network.change"},
    Verb{"l*/* f*/* m*/* v*/*", "network.lockout"},
};
constexpr std::array brctl_verbs{
    Verb{"show showmacs showstp", "read"},
    Verb{"addbr addif", "network.change"},
    Verb{"delbr delif set* stp hairpin sethashel", "network.lockout"},
};
constexpr std::array wg_verbs{
    Verb{"show", "read"},
    Verb{"show/*/private-key show/*/preshared-keys show/*/dump showconf genkey genpsk", "secret.read"},
    Verb{"pubkey", "read"},
    Verb{"set setconf addconf syncconf", "network.change"},
};
constexpr std::array quick_verbs{
    Verb{"up save", "network.change"},
    Verb{"down strip", "network.lockout"},
};
constexpr std::array ovs_verbs{
    Verb{"show list-* get* find list dump-* iface-to-br br-to-* port-to-* br-exists wait-until lookup",
         "read"},
    Verb{"add-* create", "network.change"},
    Verb{"del-* set* clear destroy remove emer-reset del-ssl", "network.lockout"},
    Verb{"mod-* replace-* init", "network.lockout"},
};
constexpr Program ovs_row{.names = "ovs",
                          .options = {"vt", "OF",
                                      "if-exists may-exist no-wait no-syslog columns format no-headings "
                                      "oneline dry-run strict names no-names",
                                      "db timeout target"},
                          .any_option = true,
                          .verbs = ovs_verbs,
                          .otherwise = "network.lockout"};

/// ovs-vsctl [OPTIONS] COMMAND [-- [OPTIONS] COMMAND]...
void judge_ovs(const Call& call) {
  Fields words{call.words[0]};
  for (std::size_t i = 1; i <= call.words.size(); ++i) {
    if (i < call.words.size() && !(call.words[i].literal() && call.words[i].text() == "--")) {
      words.push_back(call.words[i]);
      continue;
    }
    if (words.size() > 1) judge_row(ovs_row, {call.name, words, call.directory, call.out});
    words.resize(1);
  }
}

constexpr std::array rfkill_verbs{
    Verb{"list event help", "read"},
    Verb{"unblock", "network.change"},
    Verb{"block toggle", "network.lockout"},
};
constexpr std::array iw_verbs{
    Verb{"dev list phy reg/get event features help commands dev/*/info dev/*/link dev/*/scan dev/*/station "
         "dev/*/survey dev/*/get phy/*/info phy/*/channels",
         "read"},
    Verb{"dev/*/set dev/*/del dev/*/disconnect dev/*/connect dev/*/interface reg/set phy/*/set "
         "phy/*/interface "
         "dev/*/ibss dev/*/mesh",
         "network.lockout"},
};
constexpr std::array ethtool_effects{
    OptionEffect{
        "s change K features offload G set-ring L set-channels A pause C coalesce r negotiate t test E "
        "change-eeprom e-write f flash W set-dump N config-nfc config-ntuple X rxfh set-rxfh-indir "
        "set-priv-flags set-eee set-phy-tunable set-fec reset set-tunable Q per-queue set-module "
        "flash-module-firmware set-mm set-plca-cfg cable-test",
        Value::nothing, "network.lockout"},
    OptionEffect{"p identify", Value::nothing, "hardware.settings"},
};
constexpr std::array arp_effects{OptionEffect{"d delete f file", Value::nothing, "network.lockout"},
                                 OptionEffect{"s set", Value::nothing, "network.change"}};
constexpr std::array dhcp_effects{OptionEffect{"r release x stop k d", Value::nothing, "network.lockout"},
                                  OptionEffect{"U dumplease T test", Value::nothing, "read"}};
constexpr std::array hostname_effects{OptionEffect{"F file b boot", Value::nothing, "host.settings"}};
constexpr std::array mii_effects{
    OptionEffect{"F force A advertise R reset r restart", Value::nothing, "network.lockout"}};
constexpr std::array mullvad_verbs{
    Verb{"status version ip ping whois netcheck exit-node bugreport dns lock/status licenses metrics",
         "read"},
    Verb{"up login set cert switch", "network.change"},
    Verb{"down logout", "network.lockout"},
    Verb{"ssh file/* serve funnel nc", "network.serve"},
};
constexpr std::array vtysh_effects{
    OptionEffect{"b boot w writeconfig f inputfile", Value::nothing, "network.lockout"}};

/// vtysh -c 'show ...': the router's own language. What is no look may cut the host off.
void judge_vtysh(const Call& call) {
  constexpr OptionTable table{
      "bnEwmCu", "cdfNHt", "boot noerror echo writeconfig markfile dryrun no-fork",
      "command daemon inputfile vty_socket config_dir histfile pathspace timestamp user"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  bool commands = false;
  for (const Option& option : options.options) {
    if (option.name != "c" && option.name != "command") continue;
    commands = true;
    std::string_view text = option.value.text();
    if (text.starts_with("do ")) text.remove_prefix(3);
    const std::string_view first = text.substr(0, text.find(' '));
    const bool looks = option.value.literal() &&
                       (is_short_for(first, "show", 2) || first == "ping" || first == "traceroute" ||
                        first == "find" || first == "terminal") &&
                       !text.contains("redirect") && text.find_first_of(">\n") == std::string_view::npos;
    if (!looks) call.does("network.lockout");
  }
  for (const OptionEffect& effect : vtysh_effects)
    for (const Option& option : options.options)
      if (has_name(effect.names, option.name)) call.does(effect.rule);
  if (options.unknown) call.does("shell.unknown-option");
  if (!commands && options.options.empty()) opens_prompt(call);
}

constexpr std::array rows{
    Program{.names = "ip", .judge = judge_ip},
    Program{.names = "ifconfig iwconfig", .judge = judge_ifconfig},
    Program{.names = "route", .judge = judge_route},
    Program{.names = "nmcli", .judge = judge_nmcli},
    Program{.names = "nmtui nmtui-edit nmtui-connect", .rule = "shell.interactive", .any_option = true},
    Program{.names = "netplan",
            .options = {"", "", "debug", "root-dir"},
            .any_option = true,
            .verbs = netplan_verbs},
    Program{.names = "networkctl",
            .options = {"als", "nM", "no-pager no-legend all full stats no-ask-password", "lines json"},
            .any_option = true,
            .verbs = networkctl_verbs},
    Program{.names = "resolvectl systemd-resolve",
            .options = {"46", "ipt", "no-pager legend cache search",
                        "interface "
                        "protocol type class json service-address"},
            .any_option = true,
            .verbs = resolvectl_verbs},
    Program{.names = "ifup", .rule = "network.change", .any_option = true},
    Program{.names = "ifdown ifreload", .rule = "network.lockout", .any_option = true},
    Program{.names = "ifquery ifstatus nm-online nm-tool ipcalc "
                     "sipcalc subnetcalc whatmask nstat rtacct lnstat ctstat rtstat routel "
                     "iwlist iwgetid ipmaddr ndisc6 rdisc6 bwm-ng vnstat nload ifstat "
                     "dnsdomainname gethostip",
            .any_option = true},
    Program{.names = "hostname",
            .options = {"aAdfiIsyhVv", "F",
                        "alias all-fqdns domain fqdn long ip-address all-ip-addresses short yp nis "
                        "help version boot",
                        "file"},
            .otherwise = "host.settings",
            .option_effects = hostname_effects,
            .most_operands = 0},
    Program{.names = "tc",
            .options = {"sdrpjnOb", "", "s statistics details json pretty color batch", "n netns"},
            .any_option = true,
            .verbs = tc_verbs},
    Program{.names = "bridge dcb devlink rdma",
            .options = {"dsjpnoc", "",
                        "details statistics json pretty compressvlans "
                        "oneline color timestamp",
                        "netns"},
            .any_option = true,
            .verbs = bridge_verbs},
    Program{.names = "brctl", .any_option = true, .verbs = brctl_verbs},
    Program{.names = "wg", .any_option = true, .verbs = wg_verbs},
    Program{.names = "wg-quick", .any_option = true, .verbs = quick_verbs},
    Program{.names = "ovs-vsctl ovs-ofctl ovs-appctl ovs-dpctl", .judge = judge_ovs},
    Program{.names = "rfkill",
            .options = {"Jnr", "o", "json noheadings raw output-all", "output"},
            .any_option = true,
            .verbs = rfkill_verbs},
    Program{.names = "iw", .any_option = true, .verbs = iw_verbs},
    Program{
        .names = "ethtool",
        .options =
            {"aPcgkilLtTSmnwxuhedDVNXsKGACrEfWpQ", "",
             "driver show-features show-offload show-ring show-channels show-pause show-coalesce "
             "show-time-stamping statistics module-info show-nfc show-ntuple get-dump show-rxfh "
             "show-rxfh-indir register-dump eeprom-dump show-permaddr show-priv-flags show-eee "
             "get-phy-tunable get-tunable show-fec json include-statistics phy-statistics show-module "
             "show-tunnels show-mm show-plca-cfg debug help version groups all change features offload "
             "set-ring set-channels pause coalesce negotiate test change-eeprom flash set-dump config-nfc "
             "config-ntuple rxfh set-rxfh-indir set-priv-flags set-eee set-phy-tunable set-fec reset "
             "set-tunable per-queue set-module flash-module-firmware set-mm set-plca-cfg cable-test identify",
             ""},
        .option_effects = ethtool_effects},
    Program{.names = "mii-tool",
            .options = {"vVRrwlh", "FA", "verbose version reset restart watch log help",
                        "force "
                        "advertise"},
            .option_effects = mii_effects},
    Program{
        .names = "arp",
        .options = {"aenvdsDAfV", "iHt", "all numeric verbose delete set file use-device", "device hw-type"},
        .option_effects = arp_effects},
    Program{.names = "dhclient dhcpcd udhcpc pump dhcp6c",
            .rule = "network.change",
            .any_option = true,
            .option_effects = dhcp_effects},
    Program{.names = "tailscale zerotier-cli mullvad", .any_option = true, .verbs = mullvad_verbs},
    Program{.names = "vtysh", .judge = judge_vtysh},
    Program{.names = "openvpn openvpn3 strongswan ipsec swanctl pppd pon xl2tpd vpnc openconnect "
                     "hostapd wpa_supplicant",
            .rule = "network.serve",
            .any_option = true},
    Program{.names = "poff nameif ifrename slattach vconfig tunctl ifenslave conntrackd wpa_cli iptunnel "
                     "ipvsadm teamd "
                     "batctl iwpriv ndptool",
            .rule = "network.lockout",
            .any_option = true},
    Program{.names = "teamdctl teamnl bmon iptraf-ng speedtest speedtest-cli", .any_option = true},
};

}  // namespace

std::span<const Program> network_programs() {
  return rows;
}

}  // namespace mcpssh::guard
