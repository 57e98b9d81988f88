#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/oauth.hpp"
#include "hosts/section.hpp"
#include "hosts/snapshot.hpp"

/// Parts of one host's entry, one function a subject. Each throws base::Error(invalid_config) with file, line
/// and path.
namespace mcpssh::hosts {

/// `FAMILY_env`, `_file`, `_command` or `_credential`: at most one of them. `purpose` is for messages:
/// "password of host web1".
std::optional<SecretRef> read_secret(const Section& section, std::string_view family, std::string purpose);

/// A command as a list of words, or as one text that needs no shell.
std::vector<std::string> read_command(const Section& section, std::string_view key, Section::Rule word_rule);

/// `allow:` or `deny:`: rules about the words of a command.
std::vector<ArgvRule> read_argv_rules(const Section& section, std::string_view key);

Auth read_auth(const Section& section, std::string_view host);
/// settings.approver_totp.
std::vector<std::pair<std::string, SecretRef>> read_approver_totp(const Section& settings);
/// jump, proxy_command, proxy, host_key, algorithms.
void read_route(const Section& section, Host& host);
/// workdir, env, sudo, limits, tunnel_targets and their kin.
void read_running(const Section& section, Host& host);
/// settings.oauth, each value for itself.
OAuth read_oauth(const Section& section);
/// Notes selectors of scopes of which a part fits no host: in `all,!prdo` a slip would give more than was
/// meant.
void note_scopes_without_hosts(Snapshot& snapshot);

}  // namespace mcpssh::hosts
