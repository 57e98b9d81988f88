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

/// A private key, and the same one with its certificate when there is one: to be tried first.
struct LoadedKey {
  KeyHandle plain, certified;
};

/// Reads and decrypts a private key (OpenSSH, PEM) and its certificate: `certificate`, or "KEY-cert.pub"
/// beside it when that exists. Blocks: bcrypt takes 90 ms. Throws Error: not_found, permission_denied
/// (unreadable, or readable by others), auth_failed (no passphrase, wrong passphrase, not a private key, a
/// security key's file, a certificate beside it for another key). An explicit `certificate` for another key
/// is left out.
LoadedKey load_key(const std::filesystem::path& file, const std::optional<base::Secret>& passphrase,
                   const std::filesystem::path& certificate = {});

/// True when `file` can be read and holds an encrypted private key. Blocks.
bool is_encrypted_key_file(const std::filesystem::path& file);

/// True when the text of a private key says that it is encrypted. Pure.
bool is_encrypted_key(std::string_view text);

/// True for the file of a FIDO security key: without the device and its library it signs nothing. Pure.
bool is_security_key(std::string_view text);

}  // namespace mcpssh::ssh
