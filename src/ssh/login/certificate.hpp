#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// The public key blob an OpenSSH certificate is for (PROTOCOL.certkeys); nothing when `blob` is no
/// certificate. Pure.
std::optional<std::string> certified_key(std::string_view blob);

}  // namespace mcpssh::ssh
