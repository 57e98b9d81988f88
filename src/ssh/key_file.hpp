#pragma once
#include <libssh/libssh.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "base/secret.hpp"

namespace mcpssh::ssh {

struct KeyDeleter {
  void operator()(ssh_key_struct* key) const { ssh_key_free(key); }
};
using KeyHandle = std::unique_ptr<ssh_key_struct, KeyDeleter>;

/// Reads and decrypts a private key (OpenSSH, PEM), and adds the certificate beside it ("KEY-cert.pub") when
/// there is one. Blocks: bcrypt takes 90 ms. Throws Error: not_found, permission_denied (unreadable, or
/// readable by others), auth_failed (no passphrase, wrong passphrase, not a private key).
KeyHandle load_key(const std::filesystem::path& file, const std::optional<base::Secret>& passphrase);

/// True when the text of a private key says that it is encrypted. Pure.
bool is_encrypted_key(std::string_view text);

}  // namespace mcpssh::ssh
