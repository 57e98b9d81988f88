#include "hosts/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using std::string_view;

constexpr std::array in_file = std::to_array<string_view>({"hosts", "settings"});
constexpr std::array in_settings = std::to_array<string_view>(
    {"idle_timeout", "command_timeout", "audit_log", "deny_patterns", "keepalive_interval",
     "max_output_bytes", "host_key_checking", "approval", "approvals_needed", "approver_totp",
     "approvers_group", "trust_elicitation", "known_hosts", "system_known_hosts", "ssh_config",
     "allowed_hosts", "trusted_proxies", "oauth"});
constexpr std::array planned_in_settings = std::to_array<string_view>(
    {"output_budget", "tokens", "approvers", "record", "limits", "algorithms", "platforms"});
constexpr std::array in_host = std::to_array<string_view>({"host",
                                                           "port",
                                                           "user",
                                                           "auth",
                                                           "shell",
                                                           "prompt_regex",
                                                           "platform",
                                                           "description",
                                                           "groups",
                                                           "mode",
                                                           "allow_patterns",
                                                           "deny_patterns",
                                                           "allow",
                                                           "deny",
                                                           "unknown",
                                                           "host_key_checking",
                                                           "host_key",
                                                           "approval",
                                                           "approvals_needed",
                                                           "unlock",
                                                           "jump",
                                                           "proxy_command",
                                                           "proxy",
                                                           "proxy_password_env",
                                                           "proxy_password_file",
                                                           "proxy_password_command",
                                                           "proxy_password_credential",
                                                           "algorithms",
                                                           "workdir",
                                                           "env",
                                                           "sudo",
                                                           "tunnel_targets",
                                                           "tunnel_dynamic",
                                                           "tunnel_remote",
                                                           "limits"});
constexpr std::array planned_in_host = std::to_array<string_view>({"enable_password_env", "record"});
constexpr std::array in_auth =
    std::to_array<string_view>({"method", "key_path", "certificate_path", "agent_key", "passphrase_env",
                                "passphrase_file", "passphrase_command", "passphrase_credential",
                                "password_env", "password_file", "password_command", "password_credential"});
constexpr std::array in_sudo =
    std::to_array<string_view>({"password_env", "password_file", "password_command", "password_credential"});
constexpr std::array in_totp =
    std::to_array<string_view>({"secret_env", "secret_file", "secret_command", "secret_credential"});
constexpr std::array in_algorithms =
    std::to_array<string_view>({"kex", "ciphers", "macs", "host_keys", "user_keys"});
constexpr std::array in_oauth =
    std::to_array<string_view>({"issuer", "audience", "resource", "jwks_file", "jwks_url", "ca_file",
                                "required_scopes", "scopes", "principal_claim", "clock_skew"});
constexpr std::array in_rights =
    std::to_array<string_view>({"hosts", "tools", "mode", "role", "calls_per_minute"});
constexpr std::array in_argv_rule = std::to_array<string_view>({"run", "examples", "counter_examples"});
constexpr std::array in_word_choice = std::to_array<string_view>({"in"});
constexpr std::array in_limits = std::to_array<string_view>({"connections", "sessions", "spare"});

constexpr std::array<string_view, 8> secrets{"password", "passphrase",  "passwd", "pass",
                                             "secret",   "private_key", "token",  "enable_password"};

/// What people call our keys elsewhere (OpenSSH, Ansible, Paramiko), too far off for the edit distance.
constexpr std::array synonyms =
    std::to_array<std::pair<string_view, string_view>>({{"hostname", "host"},
                                                        {"host_name", "host"},
                                                        {"address", "host"},
                                                        {"ip", "host"},
                                                        {"username", "user"},
                                                        {"login", "user"},
                                                        {"identity_file", "key_path"},
                                                        {"key_file", "key_path"},
                                                        {"key", "key_path"},
                                                        {"tags", "groups"},
                                                        {"prompt", "prompt_regex"},
                                                        {"type", "platform"},
                                                        {"proxy_jump", "jump"},
                                                        {"proxyjump", "jump"},
                                                        {"bastion", "jump"},
                                                        {"environment", "env"},
                                                        {"cwd", "workdir"},
                                                        {"max_sessions", "sessions"}});

bool holds(std::span<const string_view> keys, string_view key) {
  return std::ranges::count(keys, key) > 0;
}

/// Where a key belongs that is right in itself and stands in the wrong mapping.
std::optional<string_view> proper_place(string_view key) {
  if (holds(in_auth, key)) return "the host's auth";
  if (holds(in_host, key)) return "a host";
  if (holds(in_settings, key)) return "settings";
  if (holds(in_file, key)) return "the top of the file";
  return std::nullopt;
}

std::optional<std::string> likely(string_view key, const KeySet& keys) {
  for (const auto& [other, ours] : synonyms)
    if (other == key && holds(keys.known, ours)) return std::string(ours);
  return base::nearest(key, std::vector<std::string>(keys.known.begin(), keys.known.end()));
}

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

base::Error unknown_key(string_view key, string_view under, const Place& place, const KeySet& keys) {
  const std::string shown = base::printable(key, 80);
  const std::string where = under.empty() ? "at the top" : fmt::format("under {}", under);
  const auto error = [&](const std::string& what, std::string next_move = {}) {
    return base::Error(base::ErrorCode::invalid_config, fmt::format("{}: {}", place.str(), what),
                       std::move(next_move));
  };

  if (holds(secrets, key))
    return error(fmt::format("`{}` {}: secrets do not go into this file", shown, where),
                 "put the secret into an environment variable and name that variable in `password_env` or "
                 "`passphrase_env` under auth");
  if (holds(keys.planned, key))
    return error(fmt::format("`{}` {} is not supported by this version", shown, where),
                 "remove it: nothing may stand here that would not be obeyed");
  if (const auto proper = proper_place(key))
    return error(fmt::format("`{}` does not belong {}; it goes into {}", shown, where, *proper));
  if (const auto slip = likely(key, keys))
    return error(fmt::format("unknown key `{}` {}; did you mean `{}`?", shown, where, *slip));
  return error(fmt::format("unknown key `{}` {}; known are {}", shown, where, fmt::join(keys.known, ", ")));
}

}  // namespace mcpssh::hosts
