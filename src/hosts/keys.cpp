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

constexpr std::array<string_view, 2> in_file{"hosts", "settings"};
constexpr std::array<string_view, 9> in_settings{
    "idle_timeout",     "command_timeout",   "audit_log", "deny_patterns", "keepalive_interval",
    "max_output_bytes", "host_key_checking", "approval",  "known_hosts"};
constexpr std::array<string_view, 9> planned_in_settings{
    "ssh_config", "output_budget", "tokens",     "trust_elicitation", "approvers",
    "record",     "limits",        "algorithms", "platforms"};
constexpr std::array<string_view, 15> in_host{
    "host",       "port",     "user",   "auth",     "shell",  "prompt_regex",   "host_key_checking",
    "mode",       "platform", "groups", "approval", "unlock", "allow_patterns", "deny_patterns",
    "description"};
constexpr std::array<string_view, 12> planned_in_host{
    "jump", "allow",   "deny", "host_key", "algorithms", "enable_password_env",
    "sudo", "workdir", "env",  "record",   "limits",     "tunnel_targets"};
constexpr std::array<string_view, 4> in_auth{"method", "key_path", "passphrase_env", "password_env"};
constexpr std::array<string_view, 4> planned_in_auth{"password_command", "password_file",
                                                     "passphrase_command", "passphrase_file"};

constexpr std::array<string_view, 8> secrets{"password", "passphrase",  "passwd", "pass",
                                             "secret",   "private_key", "token",  "enable_password"};

/// What people call our keys elsewhere (OpenSSH, Ansible, Paramiko), too far off for the edit distance.
constexpr std::array<std::pair<string_view, string_view>, 12> synonyms{{{"hostname", "host"},
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
                                                                        {"type", "platform"}}};

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
const KeySet auth_keys{in_auth, planned_in_auth};

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
