#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ssh/survey/key_exchange_init.hpp"
#include "ssh/target.hpp"

/// What we negotiate, in order of preference. Full lists: libssh 0.10 knows no "+name". The modern ones hold
/// nothing with SHA-1 or CBC; group18 is left out because it costs 90 ms of an io thread.
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

/// The full lists for one connection.
struct Offer {
  std::string key_exchange, ciphers, macs, host_keys, user_keys;
};

/// The modern lists, behind them what `extra` adds. `on_record`: types of the keys we know of the host, to be
/// asked for first. Throws Error(invalid_config) naming what libssh cannot do: it would drop it silently.
Offer offer(const Algorithms& extra, std::span<const std::string> on_record);

/// The same, for the key of one type only. Throws Error(invalid_argument) naming the types there are.
Offer offer_for_type(const Algorithms& extra, std::string_view type);

/// Those of `names` that are in no modern list: what only Target::algorithms lets in.
std::vector<std::string> weak_among(std::span<const std::string> names);

/// libssh's text of a failed negotiation ("no match for method kex algos: server [...], client [...]") for a
/// person, and whether `algorithms: legacy` would help. Pure.
struct Mismatch {
  std::string cause, next_move;
};
Mismatch explain(std::string_view why, const Algorithms& extra);

/// One of the lists of a key exchange, and what comes of it (RFC 4253 section 7.1).
struct Agreement {
  std::string kind;     ///< "key exchange", "host key", "cipher", "MAC"
  std::string setting;  ///< its key under `algorithms` in hosts.yaml
  std::vector<std::string> ours, theirs;
  std::string chosen;                  ///< empty: nothing in common
  std::vector<std::string> could_add;  ///< theirs too, but offered only where hosts.yaml says so; best first
};

/// What a connection under `extra` to a host that offers `theirs` would agree on. With a cipher that brings
/// its own MAC, that MAC ("aead-..."). Pure. Throws what offer() throws.
std::vector<Agreement> agree(const Algorithms& extra, const KeyExchangeInit& theirs);

/// What an RSA host key must have at least.
unsigned min_rsa_bits(const Algorithms& extra);

/// Bits of the modulus of an ssh-rsa key blob (RFC 4253 section 6.6); 0 when it is no such key.
unsigned rsa_bits(std::string_view base64);

}  // namespace mcpssh::ssh::algorithms
