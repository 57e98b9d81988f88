// The keys of hosts.yaml: what the readers hold values to, the reference and the schema all come from here.
#include <array>

#include "base/rights.hpp"
#include "hosts/keys.hpp"

namespace mcpssh::hosts {
namespace {

namespace words {
template <std::size_t size>
using List = std::array<std::string_view, size>;
constexpr List<2> shells{"posix", "cli"};
constexpr List<5> modes{"standard", "unrestricted", "readonly", "restricted", "full"};
constexpr List<4> approvals{"auto", "human", "model", "none"};
constexpr List<2> unknowns{"ask", "allow"};
constexpr List<6> host_key_checkings{"strict", "accept-new", "off", "accept_new", "yes", "no"};
constexpr List<6> auth_methods{"key", "password", "agent", "keyboard-interactive", "none", "gssapi"};
constexpr List<2> rights_modes{"readonly", "standard"};
constexpr List<3> roles{"agent", "approver", "admin"};
}  // namespace words

constexpr std::array in_sudo = std::to_array<Key>({
    {"password_env", Form::text, "", "environment variable that holds the password of sudo"},
    {"password_file", Form::text, "", "file that holds it"},
    {"password_command", Form::command, "", "command that prints it"},
    {"password_credential", Form::text, "", "systemd credential that holds it"},
});
constexpr std::array in_totp = std::to_array<Key>({
    {"secret_env", Form::text, "", "environment variable that holds the secret of the codes"},
    {"secret_file", Form::text, "", "file that holds it; `mcp-ssh approver totp` makes one"},
    {"secret_command", Form::command, "", "command that prints it"},
    {"secret_credential", Form::text, "", "systemd credential that holds it"},
});
constexpr std::array in_algorithms = std::to_array<Key>({
    {"kex", Form::one_or_more, "", "key exchange methods"},
    {"ciphers", Form::one_or_more, "", "ciphers"},
    {"macs", Form::one_or_more, "", "message authentication codes"},
    {"host_keys", Form::one_or_more, "", "types of host keys"},
    {"user_keys", Form::one_or_more, "", "types of keys to log in with"},
});
constexpr std::array in_limits = std::to_array<Key>({
    {"connections", Form::number, "4", "SSH connections to this host at once", 1, 64},
    {"sessions", Form::number, "9", "session channels on each connection: at most sshd's `MaxSessions`", 1,
     256},
    {"spare", Form::number, "2; 0 with `shell: cli`", "channels opened ahead", 0, 8},
});
constexpr std::array in_rights = std::to_array<Key>({
    {"hosts", Form::text, "all", "a selector; other hosts look unknown"},
    {"tools", Form::texts, "all", "names of tools; others look unknown"},
    {"mode", Form::choice, "that of the host", "the most a host's mode is", 0, 0, words::rights_modes},
    {"role", Form::choice, "`agent`", "what the token is for", 0, 0, words::roles},
    {"calls_per_minute", Form::number, "any number", "tool calls a minute", 1, base::most_calls_per_minute},
});
constexpr std::array in_argv_rule = std::to_array<Key>({
    {"run", Form::anything, "required",
     "the words of the command: texts, `\"*\"` for any one word, `\"**\"` at the end for any "
     "further ones, or `{in: [a, b]}`"},
    {"examples", Form::texts, "", "commands it must decide, tried when the file is read"},
    {"counter_examples", Form::texts, "", "near ones it must not decide"},
});
constexpr std::array in_word_choice = std::to_array<Key>({
    {"in", Form::texts, "required", "the words that may stand there"},
});
constexpr std::array in_auth = std::to_array<Key>({
    {"method", Form::choices, "the agent, then the usual keys",
     "one or a list, tried in turn: `key`, `password`, `agent`, `keyboard-interactive`, "
     "`none`, `gssapi`; required when `auth` holds other keys. Without it: the agent (when "
     "`SSH_AUTH_SOCK` is set), then `~/.ssh/id_ed25519`, `id_ecdsa` and `id_rsa`, as far as "
     "they exist",
     0, 0, words::auth_methods},
    {"key_path", Form::one_or_more, "",
     "private key, or a list of them; required with `method: key`. `~` is your home directory"},
    {"certificate_path", Form::text, "`KEY-cert.pub`", "OpenSSH certificate for the key"},
    {"agent_key", Form::text, "all", "the only key of the agent to offer: `SHA256:...`, or its `.pub` file"},
    {"passphrase_env", Form::text, "", "environment variable that holds the key's passphrase"},
    {"passphrase_file", Form::text, "", "file that holds it"},
    {"passphrase_command", Form::command, "", "command that prints it"},
    {"passphrase_credential", Form::text, "", "systemd credential that holds it"},
    {"password_env", Form::text, "",
     "environment variable that holds the password; one of the four is required with `method: "
     "password`, and answers password questions of `keyboard-interactive`"},
    {"password_file", Form::text, "", "file that holds it"},
    {"password_command", Form::command, "", "command that prints it"},
    {"password_credential", Form::text, "", "systemd credential that holds it"},
});
constexpr std::array in_oauth = std::to_array<Key>({
    {"issuer", Form::text, "none",
     "over HTTP, access tokens of this OAuth 2.1 authorization server are taken: its URL, "
     "exactly as it stands in `iss`. See [OAuth](oauth.md). All of `oauth` is read at the "
     "start"},
    {"resource", Form::text, "required",
     "the URL clients reach this server under: `https://ssh.example.org/mcp`"},
    {"audience", Form::one_or_more, "the resource",
     "what a token must have in `aud`; one or a list, of which one will do"},
    {"jwks_url", Form::text, "one of the two",
     "where the server's keys are fetched: https, or http on this machine"},
    {"jwks_file", Form::text, "one of the two",
     "a JWK Set in a file that others cannot write to; read again when it changes"},
    {"ca_file", Form::text, "the system's",
     "PEM file of the authorities that `jwks_url`'s certificate may be of, and no others"},
    {"required_scopes", Form::one_or_more, "none", "scopes every token must carry; one or a list"},
    {"scopes",
     Form::sections,
     "none",
     "mapping of scopes to what their tokens may do: `hosts` (a selector), `tools` (a list), "
     "`mode` (`readonly` or `standard`), `role` (`agent`, `approver`, `admin`), "
     "`calls_per_minute` (1 to 10000). The first one listed that a token carries counts; with "
     "none of them it is refused. Without this key every token may do what this file allows",
     0,
     0,
     {},
     &rights_keys},
    {"principal_claim", Form::text, "`sub`", "the claim that says who it is"},
    {"clock_skew", Form::number, "`30`", "seconds the clocks may differ", 0, 60},
});
constexpr std::array in_host = std::to_array<Key>({
    {"host",
     Form::text,
     "required",
     "DNS name or IP address. IPv6 as it is, without brackets: `fe80::1%eth0`",
     0,
     0,
     {},
     nullptr,
     true},
    {"port", Form::number, "`22`", "TCP port", 1, 65535},
    {"user", Form::text, "required", "login name", 0, 0, {}, nullptr, true},
    {"auth",
     Form::section,
     "the agent, then the usual keys",
     "how to log in, see the `auth.` rows",
     0,
     0,
     {},
     &auth_keys},
    {"jump", Form::one_or_more, "none",
     "name of a configured host, or a list of them: the way there. See [Ways to a "
     "host](#ways-to-a-host)"},
    {"proxy_command", Form::command, "none",
     "program whose stdin and stdout are the connection. `%h` host, `%p` port, `%r` user, "
     "`%%` a percent sign"},
    {"proxy", Form::text, "none", "`socks5://[user@]address:port` or `http://[user@]address:port`"},
    {"proxy_password_env", Form::text, "", "environment variable that holds the password of the proxy"},
    {"proxy_password_file", Form::text, "", "file that holds it"},
    {"proxy_password_command", Form::command, "", "command that prints it"},
    {"proxy_password_credential", Form::text, "", "systemd credential that holds it"},
    {"host_key", Form::one_or_more, "known_hosts",
     "the host's key or keys: `SHA256:...` or `ssh-ed25519 AAAA...`. Then nothing else "
     "counts, neither known_hosts nor `host_key_checking`"},
    {"algorithms",
     Form::legacy_or_section,
     "modern ones",
     "`legacy`: everything old this program can still do; or lists `kex`, `ciphers`, `macs`, "
     "`host_keys`, `user_keys`. Offered behind the modern ones",
     0,
     0,
     {},
     &algorithm_keys},
    {"workdir", Form::text, "the login's home", "where commands start: absolute, or `~/...`"},
    {"env", Form::pairs, "none",
     "mapping of variables set before each command. What makes programs load or run other "
     "code (`LD_*`, `BASH_ENV`, `ENV`, `IFS`, `PS4`, ...) is refused"},
    {"sudo",
     Form::flag_or_section,
     "only without a password",
     "`true`, or a mapping with one of `password_env`, `password_file`, `password_command`, "
     "`password_credential`",
     0,
     0,
     {},
     &sudo_keys},
    {"tunnel_targets", Form::one_or_more, "none",
     "list of `address:port` (port may be `*`) that tunnels may lead to. Without it there are "
     "no tunnels"},
    {"tunnel_dynamic", Form::flag, "`false`",
     "SOCKS tunnels to these targets may be opened; each needs a human"},
    {"tunnel_remote", Form::flag, "`false`",
     "tunnels on other addresses than loopback may be opened; each needs a human"},
    {"tunnel_remote_targets", Form::one_or_more, "none",
     "list of `address:port` (port may be `*`), seen from this machine, that a port of the host may lead "
     "back "
     "to; each such tunnel needs a human"},
    {"limits",
     Form::section,
     "the program's own",
     "mapping: `connections` to this host at once (1 to 64), `sessions` on each (sshd's "
     "`MaxSessions`, 1 to 256), `spare` channels opened ahead (0 to 8)",
     0,
     0,
     {},
     &limit_keys},
    {"shell", Form::choice, "`posix`",
     "`posix`: a UNIX host. `cli`: a network device that has a command line of its own", 0, 0, words::shells},
    {"prompt_regex", Form::text, "built in",
     "only with `shell: cli`: what the device's prompt ends with, a Python-style regular "
     "expression"},
    {"platform", Form::text, "",
     "what the device is: `cisco_ios`, `cisco_nxos`, `cisco_asa`, `arista_eos`, "
     "`juniper_junos`, `mikrotik_routeros`, `fortinet`, `paloalto_panos`, `huawei`, "
     "`hp_procurve`, `aruba_oscx`, `vyos`, `extreme_exos`, `nokia_sros`, `frr` and their kin "
     "(Netmiko's names do), or `windows`. A `shell: cli` host without it runs only plain "
     "`show` lines unasked"},
    {"description", Form::text, "", "one line for people and assistants, at most 1000 bytes"},
    {"groups", Form::texts, "none", "list of names; `@prod` then selects all hosts with `groups: [prod]`"},
    {"mode", Form::choice, "`standard`",
     "`standard` (also `unrestricted`): what is dangerous needs approval. `readonly`: only "
     "what is proved to read. `restricted`: only what matches `allow_patterns`. `full`: what "
     "the built-in rules refuse can be approved instead, short of the absolute ones",
     0, 0, words::modes},
    {"allow_patterns", Form::texts, "none",
     "regular expressions for `mode: restricted`; a host with this list must also say its "
     "`mode`"},
    {"deny_patterns", Form::texts, "none",
     "regular expressions that need approval on this host, added to those of `settings`"},
    {"allow",
     Form::rules,
     "none",
     "rules about words: commands that run without a question. See [Rules of your "
     "own](guard.md#rules-of-your-own)",
     0,
     0,
     {},
     &argv_rule_keys},
    {"deny",
     Form::rules,
     "none",
     "rules about words: commands that never run, whatever `approval` says",
     0,
     0,
     {},
     &argv_rule_keys},
    {"unknown", Form::choice, "`ask`",
     "`allow`: programs the guard does not know run without a question on a `standard` host", 0, 0,
     words::unknowns},
    {"host_key_checking", Form::choice, "that of `settings`", "`strict`, `accept-new` or `off` for this host",
     0, 0, words::host_key_checkings},
    {"approval", Form::choice, "that of `settings`", "`auto`, `human`, `model` or `none` for this host", 0, 0,
     words::approvals},
    {"approvals_needed", Form::number, "that of `settings`",
     "so many different people have to approve what asks on this host", 1, 5},
    {"unlock", Form::texts, "none", "ids of built-in deny rules that a human may approve on this host"},
});
constexpr std::array in_settings = std::to_array<Key>({
    {"idle_timeout", Form::number, "`900`", "seconds until an unused connection is closed", 1, 2592000},
    {"command_timeout", Form::number, "`60`", "seconds a command may take", 1, 86400},
    {"keepalive_interval", Form::number, "`5`",
     "seconds of silence before the host is asked whether it is there (0: never). After three unanswered "
     "questions the connection is dead",
     0, 3600},
    {"max_output_bytes", Form::number, "`32768`", "bytes of each stream shown to the assistant", 256,
     67108864},
    {"audit_log", Form::text, "the state directory", "the journal's file"},
    {"deny_patterns", Form::texts, "none",
     "regular expressions that need approval on every host. They add to the built-in rules "
     "(`rm -rf /`, `mkfs`, `reboot`, `shutdown`, `dd of=/dev/*`, `write erase`, `erase "
     "startup-config`) and never replace them"},
    {"host_key_checking", Form::choice, "`strict`",
     "`strict`: the host key must be in known_hosts. `accept-new`: a first-seen key is added. "
     "`off`: not compared with known_hosts. OpenSSH's `yes` and `no` mean `strict` and `off`. "
     "A changed key is refused unless it is `off`",
     0, 0, words::host_key_checkings},
    {"known_hosts", Form::text, "`~/.ssh/known_hosts`",
     "the file of known host keys. New keys are written there; without this setting "
     "`~/.ssh/known_hosts2` is read too"},
    {"system_known_hosts", Form::text, "`/etc/ssh/ssh_known_hosts`, `/etc/ssh/ssh_known_hosts2`",
     "the file of known host keys for all users of this machine; read, never written"},
    {"approval", Form::choice, "`auto`",
     "what counts as approval: `auto`, `human`, `model` (the assistant's own confirmation), "
     "`none` (what is blocked stays blocked)",
     0, 0, words::approvals},
    {"approvers_group", Form::text, "`mcp-ssh-approvers` for services, when that group exists",
     "UNIX group whose members may answer requests for approval with `mcp-ssh approve`; then "
     "only a person's answer counts. Read at the start. See [Approvals](approvals.md)"},
    {"approvals_needed", Form::number, "`1`",
     "so many different people have to approve what asks. See "
     "[Approvals](approvals.md#two-people)",
     1, 5},
    {"approver_totp",
     Form::sections,
     "none",
     "mapping of user names to where the secrets of their one-time codes are: `secret_file`, "
     "`secret_env`, `secret_command` or `secret_credential`. See "
     "[Approvals](approvals.md#one-time-codes)",
     0,
     0,
     {},
     &totp_keys},
    {"trust_elicitation", Form::flag, "`false`",
     "`true`: an answer to the client's own question (elicitation) counts as a person's over "
     "HTTP, over a UNIX socket and under `approval: human` too"},
    {"ssh_config", Form::one_or_more, "none",
     "patterns of host names (`web-*`, `*`) to take from `~/.ssh/config`. See [Hosts from "
     "~/.ssh/config](#hosts-from-sshconfig)"},
    {"allowed_hosts", Form::one_or_more, "none",
     "names clients reach this server under over HTTP, beside loopback and the address it "
     "listens on: `ssh.example.org`, or with a port only that one. Read at the start. See "
     "[HTTP](http.md)"},
    {"trusted_proxies", Form::one_or_more, "none",
     "addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` counts. Read at "
     "the start"},
    {"oauth",
     Form::section,
     "none",
     "whose access tokens count over HTTP, see the `oauth.` rows",
     0,
     0,
     {},
     &oauth_keys},
});
constexpr std::array in_file = std::to_array<Key>({
    {"hosts", Form::sections, "none", "the hosts, by the name assistants say", 0, 0, {}, &host_keys},
    {"settings", Form::section, "none", "what holds for all of them", 0, 0, {}, &settings_keys},
});
constexpr std::array planned_in_settings = std::to_array<std::string_view>(
    {"output_budget", "tokens", "approvers", "record", "limits", "algorithms", "platforms"});
constexpr std::array planned_in_host = std::to_array<std::string_view>({"enable_password_env", "record"});

}  // namespace

const KeySet file_keys{in_file, {}};
const KeySet settings_keys{in_settings, planned_in_settings};
const KeySet host_keys{in_host, planned_in_host};
const KeySet auth_keys{in_auth, {}};
const KeySet sudo_keys{in_sudo, {}};
const KeySet totp_keys{in_totp, {}};
const KeySet algorithm_keys{in_algorithms, {}};
const KeySet limit_keys{in_limits, {}};
const KeySet argv_rule_keys{in_argv_rule, {}};
const KeySet word_choice_keys{in_word_choice, {}};
const KeySet oauth_keys{in_oauth, {}};
const KeySet rights_keys{in_rights, {}};

}  // namespace mcpssh::hosts
