// Programs that ask the network something, capture from it or talk over it.
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

constexpr std::array ping_effects{OptionEffect{"f", Value::nothing, "network.attack"}};

/// Words that only ask a service how it is.
bool is_probe(const std::string* input) {
  if (input == nullptr || input->size() > 1000) return false;
  const std::string_view text = base::trim(*input);
  const auto first = text.substr(0, text.find_first_of(" \r\n\\"));
  return text.empty() || has_name(
                             "stat stats ruok mntr conf srvr cons info ping PING INFO version VERSION quit "
                             "QUIT exit help HELP "
                             "GET HEAD OPTIONS EHLO HELO NOOP show status x test hi hello",
                             first);
}

/// nc: a probe with -z, a program with -e, a server with -l; with input it sends.
void judge_netcat(const Call& call) {
  constexpr OptionTable table{
      "zvnulkdhtrbCDFNSUa46cRLq", "wpsioIOmMPTVXxeq",
      "zero verbose nodns udp listen keep-open telnet ssl no-shutdown "
      "broker chat recv-only send-only version help append-output crlf sctp "
      "ssl-verify ",
      "wait source-port source exec sh-exec lua-exec output delay idle-timeout proxy proxy-type "
      "proxy-auth max-conns allow deny allowfile denyfile hex-dump ssl-cert ssl-key "
      "ssl-trustfile gateway udp-timeout"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) call.does("shell.unknown-option");
  for (const std::string_view name : {"e", "exec", "sh-exec", "lua-exec"})
    if (const Field* code = options.find(name)) {
      call.does("network.serve");
      call.out.runs(*code);
    }
  for (const std::string_view name : {"o", "output", "hex-dump"})
    if (const Field* file = options.find(name)) writes_file(call, *file, Writing::replace);
  // -c is TLS to one netcat and a shell command to another.
  if (options.has("c")) call.does("network.serve");
  if (options.has("l") || options.has("listen") || options.has("L")) return call.does("network.serve");
  if (options.has("z") || options.has("zero") || options.has("recv-only")) return;
  if (call.out.has_input() && !is_probe(call.out.input_text())) return call.does("network.send");
  const bool waits = options.has("w") || options.has("wait") || options.has("v") || options.has("verbose");
  if (!call.out.has_input() && !options.operands.empty() && !waits) call.does("network.send");
}

/// socat ADDRESS ADDRESS: files, devices and programs stand in the addresses.
void judge_socat(const Call& call) {
  if (call.only_help() || has_word(call, "-h")) return;
  bool serves = any_opaque(call);
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    if (text.starts_with('-') && text.size() > 1) continue;
    for (const std::string_view kind : {"EXEC:", "SYSTEM:", "SHELL:", "exec:", "system:", "shell:"})
      if (text.starts_with(kind)) {
        call.out.runs(call.words[i].substr(kind.size(), text.find(',') - kind.size()));
        serves = true;
      }
    constexpr std::array<std::string_view, 8> plain{"-",     "STDIO", "STDIN",  "STDOUT",
                                                    "stdio", "stdin", "stdout", "/dev/null"};
    serves = serves || (!is_one_of(text, plain) &&
                        (text.contains("LISTEN") || text.contains("listen") || text.contains("OPEN") ||
                         text.contains("CREATE") || text.contains("TUN") || text.contains("FILE")));
  }
  call.does(serves ? "network.serve" : "network.send");
}

/// Scripts of nmap that everybody runs; others may do anything.
bool is_safe_script(std::string_view scripts) {
  constexpr std::array<std::string_view, 13> safe{
      "default",          "safe",         "discovery",      "version", "banner",
      "ssl-cert",         "http-title",   "ssh-hostkey",    "vulners", "ssl-enum-ciphers",
      "smb-os-discovery", "http-headers", "ssh2-enum-algos"};
  return std::ranges::all_of(base::split(scripts, ','),
                             [&](std::string_view one) { return is_one_of(one, safe); });
}

void judge_nmap(const Call& call) {
  if (call.only_help()) return;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    const std::string_view text = word.text();
    constexpr std::array<std::string_view, 6> outputs{"-oN", "-oX", "-oG", "-oA", "-oS", "-oM"};
    if (text.size() > 3 && is_one_of(text.substr(0, 3), outputs)) {
      if (text.substr(3) != "-") writes_file(call, word.substr(3), Writing::replace);
    } else if (is_one_of(text, outputs)) {
      if (++i < call.words.size() && call.words[i].text() != "-")
        writes_file(call, call.words[i], Writing::replace);
    } else if (text == "--script" || text.starts_with("--script=")) {
      const auto value = text.size() > 8             ? word.substr(9)
                         : i + 1 < call.words.size() ? call.words[++i]
                                                     : Field();
      if (!value.literal() || !is_safe_script(value.text())) call.does("network.attack");
    } else if (text == "--interactive") {
      return opens_prompt(call);
    } else if (text.starts_with("--scr") || text.starts_with("--datadir") || text == "-D" || text == "-S" ||
               text == "-sI" || text == "-f" || text.starts_with("--spoof") ||
               text.starts_with("--servicedb") || text.starts_with("--resume")) {
      call.does("network.attack");
    } else if (text == "-iL" && i + 1 < call.words.size()) {
      reads_file(call, call.words[++i]);
    }
  }
}

constexpr std::array tcpdump_effects{
    OptionEffect{"w", Value::written},
    OptionEffect{"z postrotate-command", Value::code},
    OptionEffect{"r F V", Value::read},
};
constexpr std::array ngrep_effects{OptionEffect{"O", Value::written}, OptionEffect{"I F", Value::read},
                                   OptionEffect{"K", Value::nothing, "network.attack"}};
constexpr std::array tshark_effects{
    OptionEffect{"w", Value::written},
    OptionEffect{"export-objects", Value::nothing, "fs.write"},
    OptionEffect{"r", Value::read},
    OptionEffect{"X", Value::nothing, "shell.foreign-code"},
};
constexpr std::array ss_effects{OptionEffect{"K kill", Value::nothing, "network.lockout"},
                                OptionEffect{"D diag", Value::written},
                                OptionEffect{"F filter", Value::read}};

constexpr std::array dig_effects{OptionEffect{"f k", OptionEffect::Value::read}};
constexpr std::array sslscan_effects{OptionEffect{"xml", Value::written}};
constexpr std::array rpcinfo_effects{OptionEffect{"d", Value::nothing, "service.change"}};
/// The file of -F is what a client sends and a server writes.
constexpr std::array iperf_effects{OptionEffect{"s server D daemon", Value::nothing, "network.serve"},
                                   OptionEffect{"F file", Value::written},
                                   OptionEffect{"F file", Value::read},
                                   OptionEffect{"F file", Value::nothing, "transfer.upload"},
                                   OptionEffect{"I pidfile logfile", Value::written}};
constexpr std::array lldp_verbs{
    Verb{"show help watch", "read"},
    Verb{"configure unconfigure pause resume update", "network.change"},
};

/// ntpq -c COMMAND: ":config", "writevar", "saveconfig" and their like change the daemon.
void judge_ntpq(const Call& call) {
  constexpr OptionTable table{"46dinpwuls", "c", "ipv4 ipv6 numeric peers wide interactive old-rv refid",
                              "command"};
  constexpr std::string_view looks =
      "peers lpeers opeers lopeers pe as associations lassociations rv readvar rl readlist cv clockvar "
      "apeers ifstats kerninfo kern iostats monstats mrulist sysinfo sysstats timerstats authinfo pstats "
      "version host hostnames ntpversion lassoc mreadvar mrv dmpeers listpeers loopinfo monlist reslist "
      "ctlstats memstats showpeer raw cooked";
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) call.does("shell.unknown-option");
  for (const Option& option : options.options)
    if (option.name == "c" || option.name == "command") {
      const std::string_view text = option.value.text();
      if (!option.value.literal() || !has_name(looks, text.substr(0, text.find(' '))))
        call.does("host.settings");
    }
  if (options.options.empty() && options.operands.empty()) opens_prompt(call);
}

constexpr std::array rows{
    Program{.names = "ping ping4 ping6 fping arping oping",
            .options = {"aAbBdDhLnOqrRUvV46yNefsC", "cDFiIlmMpQsSTtWwH", "", ""},
            .any_option = true,
            .option_effects = ping_effects},
    Program{.names =
                "traceroute traceroute6 tracepath tracepath6 mtr mtr-tiny tcptraceroute lft paris-traceroute",
            .any_option = true},
    Program{
        .names =
            "delv host nslookup drill kdig khost resolveip whois rwhois dnstracer dnstop named-checkconf "
            "named-checkzone avahi-browse avahi-resolve nmblookup nbtscan "
            "dnsperf ldns-read-zone unbound-host unbound-checkconf sslyze testssl.sh testssl "
            "httping tcping arp-scan netdiscover ntptrace ntpstat "
            "smbtree finger ssh-keyscan ssh-audit ldapsearch ldapwhoami ldapcompare "
            "snmpget snmpwalk snmpbulkwalk snmpbulkget snmpgetnext snmptable snmpstatus snmpdf snmpnetstat "
            "snmptranslate snmpdelta rwho ruptime lldpctl cdpr "
            "iftop nethogs darkstat p0f "
            "ifpps check_http check_ping check_tcp check_disk check_load "
            "check_ssh check_procs check_ntp_time check_dns check_users check_swap check_icmp check_udp "
            "check_dig check_ntp_peer check_smtp check_imap check_pop check_ftp check_mysql check_pgsql "
            "check_ldap check_snmp check_file_age check_mailq check_sensors check_uptime check_ups check_apt "
            "check_nt check_nrpe check_fping check_mem check_memory",
        .any_option = true},
    Program{.names = "dig",
            .options = {"46himruv", "bcfkpqtxy", "", ""},
            .any_option = true,
            .option_effects = dig_effects},
    Program{.names = "zabbix_get",
            .judge =
                [](const Call& call) {
                  for (const Field& word : call.words)
                    if (word.text().contains("system.run") || word.opaque())
                      return call.does("shell.foreign-code", "the agent of Zabbix runs a command");
                }},
    Program{.names = "netstat", .options = {"o", "", "", ""}, .any_option = true},
    Program{.names = "sslscan", .any_option = true, .option_effects = sslscan_effects},
    Program{.names = "rpcinfo", .any_option = true, .option_effects = rpcinfo_effects},
    Program{.names = "ntpq ntpdc", .judge = judge_ntpq},
    Program{.names = "lldpcli",
            .rule = "shell.interactive",
            .options = {"vd", "fuc", "", ""},
            .any_option = true,
            .verbs = lldp_verbs,
            .otherwise = "network.change"},
    Program{.names = "ntpdate sntp rdate",
            .rule = "host.settings",
            .options = {"dqsuvb46", "adoptek", "", ""},
            .any_option = true,
            .shows = "q d"},
    Program{.names = "snmpset snmptrap snmpinform nsupdate rndc-confgen wakeonlan etherwake ether-wake wol",
            .rule = "network.send",
            .any_option = true},
    Program{.names = "nc ncat netcat nc.openbsd nc.traditional", .judge = judge_netcat},
    Program{.names = "socat", .judge = judge_socat},
    Program{.names = "telnet", .rule = "shell.interactive", .any_option = true},
    Program{.names = "nmap zenmap", .judge = judge_nmap},
    Program{.names =
                "masscan hping3 hping nping ettercap arpspoof dsniff macchanger hydra medusa nikto sqlmap "
                "slowhttptest tcpreplay mz mausezahn packit yersinia bettercap aircrack-ng airmon-ng",
            .rule = "network.attack",
            .any_option = true},
    Program{.names = "ngrep",
            .options = {"hNXViwqpevxlDtTRM", "IOndAscPWFSKB", "", ""},
            .any_option = true,
            .option_effects = ngrep_effects},
    Program{
        .names = "tcpdump dumpcap",
        .options = {"aAbdDefhHIJKlLnNOpqStuUvxX#", "BcCEFGiIjMmQrsTVwWyYzOQ",
                    "list-interfaces number absolute-tcp-sequence-numbers list-time-stamp-types print "
                    "dont-verify-checksums no-promiscuous-mode packet-buffered monitor-mode immediate-mode "
                    "list-data-link-types version help nano micro lengths count skip",
                    "interface snapshot-length buffer-size linktype time-stamp-type time-stamp-precision "
                    "direction postrotate-command count relinquish-privileges"},
        .option_effects = tcpdump_effects},
    Program{.names = "tshark",
            .options =
                {"nlqQDLpIPxVSgGhv2", "ifscyBYRdrwFTeEtuzaboOkKNHjJmMUWXA",
                 "list-interfaces list-data-link-types no-promiscuous-mode monitor-mode help version hexdump "
                 "color no-duplicate-keys",
                 "interface snapshot-length linktype read-file read-filter output export-objects "
                 "time-stamp-type elastic-mapping-filter temp-dir disable-protocol enable-protocol"},
            .any_option = true,
            .option_effects = tshark_effects},
    Program{.names = "capinfos", .any_option = true},
    Program{.names = "editcap mergecap", .any_option = true, .operands = Operands::last_written},
    Program{.names = "ss",
            .options =
                {"hVHOnrlaoempiTsEZzNtudwxS46b0M", "fADFK",
                 "help version no-header oneline numeric resolve listening all options extended memory "
                 "processes threads info summary tos cgroup bpf events context contexts ipv4 ipv6 packet tcp "
                 "udp dccp raw unix sctp tipc vsock xdp kill inet-sockopt no-queues bound-inactive mptcp",
                 "family query socket diag filter net"},
            .any_option = true,
            .option_effects = ss_effects},
    Program{.names = "iperf iperf3",
            .options = {"sDVuRd", "FpcBtibPnlwfOI", "server daemon", "file logfile pidfile"},
            .any_option = true,
            .option_effects = iperf_effects},
    Program{.names = "qperf netperf", .any_option = true},
    Program{.names = "netserver uftpd", .rule = "network.serve", .any_option = true},
    Program{
        .names =
            "ngrok cloudflared localtunnel chisel frpc frps stunnel stunnel4 autossh sshuttle proxychains "
            "redir rinetd 6tunnel tinyproxy microsocks",
        .rule = "network.serve",
        .any_option = true},
};

}  // namespace

std::span<const Program> probe_programs() {
  return rows;
}

}  // namespace mcpssh::guard
