#pragma once
#include <string>
#include <string_view>

#include "lab/handles.hpp"

namespace mcpssh::lab {

/// A fresh key pair of type "ed25519", "ecdsa" (P-256) or "rsa" (2048 bits). Throws Error(invalid_argument |
/// internal).
Key generate_key(std::string_view type);
/// "ssh-ed25519 AAAA...", of a public key or a pair. Throws Error(internal).
std::string public_line(ssh_key key);

}  // namespace mcpssh::lab
