#include "hosts/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using std::string_view;

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
  if (auth_keys.find(key) != nullptr) return "the host's auth";
  if (host_keys.find(key) != nullptr) return "a host";
  if (settings_keys.find(key) != nullptr) return "settings";
  if (file_keys.find(key) != nullptr) return "the top of the file";
  return std::nullopt;
}

std::vector<std::string> names_of(const KeySet& keys) {
  std::vector<std::string> names;
  for (const Key& key : keys.known) names.emplace_back(key.name);
  return names;
}

std::optional<std::string> likely(string_view key, const KeySet& keys) {
  for (const auto& [other, ours] : synonyms)
    if (other == key && keys.find(ours) != nullptr) return std::string(ours);
  return base::nearest(key, names_of(keys));
}

}  // namespace

const Key* KeySet::find(string_view name) const {
  const auto found = std::ranges::find(known, name, &Key::name);
  return found == known.end() ? nullptr : &*found;
}

base::Error unknown_key(string_view key, string_view under, const Place& place, const KeySet& keys) {
  const std::string shown = base::printable(key, 80);
  const std::string where = under.empty() ? "at the top" : fmt::format("under {}", under);
  const auto error = [&](const std::string& what, std::string next_move = {},
                         base::Fault fault = base::Fault::config_key) {
    return base::Error(fault, fmt::format("{}: {}", place.str(), what), std::move(next_move));
  };

  if (holds(secrets, key))
    return error(fmt::format("`{}` {}: secrets do not go into this file", shown, where),
                 "put the secret into an environment variable and name that variable in `password_env` or "
                 "`passphrase_env` under auth",
                 base::Fault::secret_in_config);
  if (holds(keys.planned, key))
    return error(fmt::format("`{}` {} is not supported by this version", shown, where),
                 "remove it: nothing may stand here that would not be obeyed");
  if (const auto proper = proper_place(key))
    return error(fmt::format("`{}` does not belong {}; it goes into {}", shown, where, *proper));
  if (const auto slip = likely(key, keys))
    return error(fmt::format("unknown key `{}` {}; did you mean `{}`?", shown, where, *slip));
  return error(
      fmt::format("unknown key `{}` {}; known are {}", shown, where, fmt::join(names_of(keys), ", ")));
}

}  // namespace mcpssh::hosts
