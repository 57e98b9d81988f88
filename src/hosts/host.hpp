#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/oauth.hpp"

namespace mcpssh::hosts {

/// Where a value stands in the configuration, for messages: "hosts.yaml:12".
struct Place {
  std::string file;
  int line = 0;  ///< counted from 1; 0 = not from a file
  [[nodiscard]] std::string str() const;
};

/// Where a secret is to be found. Never the secret.
struct SecretRef {
  enum class Source { environment, file, command, credential };
  std::string name;  ///< the variable, the file as written, or the systemd credential; empty for a command
  Place place;
  std::string purpose{};  ///< whose and which, for messages: "password of host web1"
  Source source = Source::environment;
  std::vector<std::string> command{};  ///< argv, run without a shell
};

enum class AuthMethod { key, password, agent, keyboard_interactive, none, gssapi };
enum class ShellKind { posix, cli };
/// `accept_new` adds a first-seen key to known_hosts; a changed key is refused unless it is `off`.
enum class HostKeyChecking { strict, accept_new, off };
/// `standard` is the original's `unrestricted`.
enum class Mode { standard, readonly, restricted, full };
/// What counts as approval (docs/architecture.md, "Approval").
enum class Approval { automatic, human, model, none };

/// How to log in. Fields are empty when hosts.yaml does not give them.
struct Auth {
  /// Tried in turn. Empty: the agent, then the usual key files (~/.ssh/id_ed25519, id_ecdsa, id_rsa) that
  /// exist.
  std::vector<AuthMethod> methods;
  std::vector<std::string> key_paths;   ///< as written; "~" not yet expanded
  std::string certificate_path;         ///< empty: KEY-cert.pub beside the key, when it exists
  std::string agent_key;                ///< "SHA256:..." or a .pub file: the only agent key to offer
  std::optional<SecretRef> passphrase;  ///< passphrase_env, _file, _command, _credential
  std::optional<SecretRef> password;    ///< password_env, _file, _command, _credential
};

/// What is offered behind the modern algorithms, for equipment that knows nothing better.
struct Algorithms {
  bool legacy = false;  ///< `algorithms: legacy`: everything libssh still can
  std::vector<std::string> key_exchange, ciphers, macs, host_keys, user_keys;
  bool operator==(const Algorithms&) const = default;
};

/// A SOCKS5 or HTTP CONNECT proxy in front of the host.
struct Proxy {
  enum class Kind { socks5, http } kind = Kind::socks5;
  std::string address;
  std::uint16_t port = 1080;
  std::string user;  ///< empty: no log-in at the proxy
  std::optional<SecretRef> password;
};

/// `sudo:`: how ssh_run's sudo logs in there. Absent: sudo works only where it asks for no password.
struct Sudo {
  std::optional<SecretRef> password;
};

/// Where ssh_tunnel may lead. Port 0: any.
struct TunnelTarget {
  std::string address;
  std::uint16_t port = 0;
  bool operator==(const TunnelTarget&) const = default;
};

/// `limits:` of a host; 0 = the house's own (base/limits.hpp).
struct HostLimits {
  std::size_t connections = 0;         ///< SSH connections to this host at once
  std::size_t sessions = 0;            ///< session channels per connection: sshd's MaxSessions
  std::optional<std::size_t> spare{};  ///< channels opened ahead; absent: 2, none on `shell: cli`
  bool operator==(const HostLimits&) const = default;
};

/// One regular expression of the configuration and where it stands.
struct PatternText {
  std::string text;
  Place place;
};

/// A rule about the words of a command, behind wrappers and quotes (docs/guard.md, "Rules of your own").
struct ArgvRule {
  std::vector<std::vector<std::string>> words{};  ///< each: what may stand there; empty: any one word
  bool more = false;                              ///< `**` at the end: any further words
  std::vector<std::string> examples{};            ///< commands it must decide ...
  std::vector<std::string> counter_examples{};  ///< ... and near ones it must not; tried when the file loads
  Place place{};
};

/// One configured host, no secrets. A value.
struct Host {
  std::string name;     ///< the key under `hosts:`, what the AI says
  std::string address;  ///< `host:`, a DNS name or IP address
  std::uint16_t port = 22;
  std::string user;
  Auth auth;
  ShellKind shell = ShellKind::posix;
  std::string prompt_regex;  ///< only for ShellKind::cli; empty: a built-in default
  std::string platform{};    ///< as written ("routeros", "auto"); empty: none given
  std::string description;
  std::vector<std::string> groups;
  std::optional<HostKeyChecking> host_key_checking;  ///< absent: settings'
  std::optional<Approval> approval;                  ///< absent: settings'
  std::optional<std::size_t> approvals_needed{};     ///< absent: settings'
  Mode mode = Mode::standard;
  std::vector<PatternText> deny_patterns;   ///< added to settings.deny_patterns
  std::vector<PatternText> allow_patterns;  ///< only read in Mode::restricted
  std::vector<ArgvRule> allow{};            ///< commands that run without a question
  std::vector<ArgvRule> deny{};             ///< commands that never run
  bool unknown_allowed = false;             ///< `unknown: allow`: programs the guard does not know may run
  std::vector<std::string> unlock;          ///< guard rule ids made ask-class
  std::vector<std::string> jump;            ///< configured hosts on the way, the first one reached directly
  std::vector<std::string> proxy_command;   ///< argv; %h, %p and %r are replaced; run without a shell
  std::optional<Proxy> proxy;
  std::vector<std::string>
      host_keys;  ///< pins, "SHA256:..." or "ssh-ed25519 AAAA..."; then nothing else counts
  Algorithms algorithms;
  std::string workdir;                                           ///< where ssh_run starts; empty: the home
  std::vector<std::pair<std::string, std::string>> environment;  ///< `env:`, for every ssh_run, in file order
  std::optional<Sudo> sudo;
  std::vector<TunnelTarget> tunnel_targets;
  bool tunnel_dynamic = false;  ///< `tunnel_dynamic`, `tunnel_remote`: allowed, but each one needs a human
  bool tunnel_remote = false;
  std::vector<TunnelTarget> tunnel_remote_targets;  ///< seen from here; each remote tunnel needs a human too
  HostLimits limits;
  Place place;
};

/// `settings:` of hosts.yaml, defaults filled in.
struct Settings {
  std::chrono::seconds idle_timeout{};
  std::chrono::seconds command_timeout{};
  std::string audit_log;  ///< as written, or MCP_AUDIT_LOG, or empty for the default place
  std::vector<PatternText> deny_patterns;
  HostKeyChecking host_key_checking = HostKeyChecking::strict;
  Approval approval = Approval::automatic;
  std::size_t approvals_needed = 1;  ///< so many different people have to approve an action
  std::vector<std::pair<std::string, SecretRef>> approver_totp{};  ///< users, and the secrets of their codes
  std::string approvers_group;       ///< may answer approval requests; empty: the default group of services
  bool trust_elicitation = false;    ///< elicitation counts as a person over HTTP and under `human` too
  std::size_t max_output_bytes = 0;  ///< per stream, shown to the model
  std::string known_hosts;           ///< as written; empty: ~/.ssh/known_hosts
  std::string system_known_hosts;    ///< as written; empty: /etc/ssh/ssh_known_hosts and ..._hosts2
  std::optional<std::chrono::seconds>
      keepalive_interval{};                  ///< absent: the connection's own default; 0: none
  std::vector<std::string> ssh_config;       ///< Host patterns to import from ~/.ssh/config
  std::vector<std::string> allowed_hosts;    ///< names of this server over HTTP
  std::vector<std::string> trusted_proxies;  ///< whose X-Forwarded-For counts
  std::optional<OAuth> oauth{};              ///< whose access tokens count over HTTP
};

/// "systemctl restart nginx|php-fpm **".
std::string to_string(const ArgvRule& rule);
std::string_view to_string(AuthMethod);
/// "key, password"; "agent, usual keys" when none is given.
std::string methods_text(const Auth& auth);
std::string_view to_string(ShellKind);
std::string_view to_string(HostKeyChecking);
std::string_view to_string(Mode);
std::string_view to_string(Approval);
std::string_view to_string(SecretRef::Source);
/// "db1:5432", "[::1]:*".
std::string to_string(const TunnelTarget& target);

}  // namespace mcpssh::hosts
