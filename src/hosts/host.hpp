#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::hosts {

/// Where a value stands in the configuration, for messages: "hosts.yaml:12".
struct Place {
  std::string file;
  int line = 0;  ///< counted from 1; 0 = not from a file
  [[nodiscard]] std::string str() const;
};

/// The name of an environment variable that holds a secret. Never the secret.
struct SecretRef {
  std::string variable;
  Place place;
  std::string purpose{};  ///< whose and which, for messages: "password of host web1"
};

enum class AuthMethod { key, password, agent };
enum class ShellKind { posix, cli };
/// `accept_new` adds a first-seen key to known_hosts; a changed key is refused in every mode.
enum class HostKeyChecking { strict, accept_new, off };
/// `standard` is the original's `unrestricted`.
enum class Mode { standard, readonly, restricted, full };
/// What counts as approval (docs/architecture.md, "Approval").
enum class Approval { automatic, human, model, none };

/// How to log in. Fields beside `method` are empty when hosts.yaml does not give them.
struct Auth {
  AuthMethod method = AuthMethod::agent;
  std::string key_path;                 ///< as written; "~" not yet expanded
  std::optional<SecretRef> passphrase;  ///< passphrase_env
  std::optional<SecretRef> password;    ///< password_env
};

/// One regular expression of the configuration and where it stands.
struct PatternText {
  std::string text;
  Place place;
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
  Mode mode = Mode::standard;
  std::vector<PatternText> deny_patterns;   ///< added to settings.deny_patterns
  std::vector<PatternText> allow_patterns;  ///< only read in Mode::restricted
  std::vector<std::string> unlock;          ///< guard rule ids made ask-class
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
  std::size_t max_output_bytes = 0;  ///< per stream, shown to the model
  std::string known_hosts;           ///< as written; empty: ~/.ssh/known_hosts
  std::optional<std::chrono::seconds>
      keepalive_interval{};  ///< absent: the connection's own default; 0: none
};

std::string_view to_string(AuthMethod);
std::string_view to_string(ShellKind);
std::string_view to_string(HostKeyChecking);
std::string_view to_string(Mode);
std::string_view to_string(Approval);

}  // namespace mcpssh::hosts
