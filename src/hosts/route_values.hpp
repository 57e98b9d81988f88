#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/host.hpp"
#include "hosts/values.hpp"

/// Values of the ways to a host and of what runs there; see values.hpp for what a Problem is.
namespace mcpssh::hosts {

/// One word of a command's argv: not empty, no control characters.
Problem problem_of_argument(std::string_view word);
/// One word of proxy_command: the same, and no % but %h, %p, %r and %%.
Problem problem_of_proxy_argument(std::string_view word);
/// A pin: "SHA256:..." as ssh-keygen prints it, or "type base64" as it stands in known_hosts.
Problem problem_of_host_key(std::string_view pin);
/// "SHA256:..." or the name of a .pub file.
Problem problem_of_agent_key(std::string_view key);
Problem problem_of_algorithm(std::string_view name);
/// The name of a file in $CREDENTIALS_DIRECTORY.
Problem problem_of_credential(std::string_view name);
/// Absolute, or below the home directory ("~", "~/app").
Problem problem_of_workdir(std::string_view directory);
/// A variable for the host's commands; those that make programs load or run code are refused.
Problem problem_of_remote_variable(std::string_view name);
Problem problem_of_remote_value(std::string_view value);
/// "address:port" or "[address]:port"; the port may be "*".
Problem problem_of_tunnel_target(std::string_view target);
Problem problem_of_proxy(std::string_view url);
/// A Host pattern of ssh_config, without negation.
Problem problem_of_import_pattern(std::string_view pattern);

/// The words of a command written as one text, split at blanks; nothing when it would need a shell to mean
/// what it seems to mean.
std::expected<std::vector<std::string>, std::string> words_of(std::string_view text);

/// Parses what problem_of_tunnel_target takes.
TunnelTarget tunnel_target_of(std::string_view target);
/// Parses what problem_of_proxy takes; without the password.
Proxy proxy_of(std::string_view url);
/// What problem_of_host_key takes, without a comment.
std::string host_key_of(std::string_view pin);

}  // namespace mcpssh::hosts
