#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

/// What we negotiate, in order of preference. Full lists: libssh 0.10 knows no "+name". Nothing with SHA-1 or
/// CBC; group18 is left out because it costs 90 ms of an io thread.
namespace mcpssh::ssh::algorithms {

inline constexpr const char* key_exchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,diffie-hellman-group-exchange-sha256";
/// AES-GCM first: 1.5 times as fast as ChaCha20 where the CPU has AES, and untouched by CVE-2023-48795.
inline constexpr const char* ciphers =
    "aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,"
    "aes128-ctr";
inline constexpr const char* macs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
/// Signatures of our own key.
inline constexpr const char* user_keys =
    "ssh-ed25519-cert-v01@openssh.com,sk-ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@"
    "openssh.com,"
    "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
    "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,sk-ssh-ed25519@openssh."
    "com,"
    "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,"
    "rsa-sha2-512,rsa-sha2-256";

/// Host key algorithms with the types `on_record` first, so that the host shows a key we can compare. A type
/// names a key ("ssh-rsa"), which may sign in several ways (rsa-sha2-512, rsa-sha2-256). Types we do not do
/// are left out.
std::string host_keys(std::span<const std::string> on_record);

/// The algorithms of one key type only. Throws Error(invalid_argument) naming the types there are.
std::string host_keys_of(std::string_view type);

}  // namespace mcpssh::ssh::algorithms
