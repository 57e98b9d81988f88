#pragma once
#include <cstddef>
#include <string_view>

namespace mcpssh::transport::oauth {

enum class KeyType { rsa, p256, p384, p521, ed25519 };

/// One way to sign a token (RFC 7518, section 3.1; RFC 8037; RFC 9864). Public keys only: with HMAC whoever
/// can check a token could make one.
struct Algorithm {
  std::string_view name;  ///< of `alg`
  KeyType type;           ///< the only kind of key it may be used with (RFC 8725, section 3.1)
  const char* digest;     ///< OpenSSL's name; null: part of the algorithm
  bool pss = false;
  std::size_t signature_bytes = 0;  ///< 0: as long as the key
};

/// Null for an algorithm that is not taken: `none`, HMAC, and everything unknown.
const Algorithm* find_algorithm(std::string_view name);

}  // namespace mcpssh::transport::oauth
