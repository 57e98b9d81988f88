#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "hosts/host.hpp"

namespace mcpssh::hosts {

/// The first line of `bytes` without its end; the rest is wiped.
base::Secret first_line(std::string bytes);

/// "environment variable X", "file ~/x", "command pass", "systemd credential x": never an argument.
std::string name_of(const SecretRef& ref);

/// "(password of host web1, hosts.yaml:7)": who asked, to stand behind a cause.
std::string asked_by(const SecretRef& ref);

/// Everything `host` needs to be told by someone else.
std::vector<const SecretRef*> secrets_of(const Host& host);

namespace limits {
/// A secret is one line; what is longer is the wrong file.
inline constexpr std::size_t secret_bytes = 64 * 1024;
}  // namespace limits

}  // namespace mcpssh::hosts
