#pragma once
#include <openssl/types.h>

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "transport/oauth/algorithm.hpp"

namespace mcpssh::transport::oauth {

/// A key that signatures can be checked with. A value; may be used by several threads.
///
/// Signatures are OpenSSL's; what is read around them is ours. The JOSE libraries of Debian 12 (cjose 0.6.2,
/// jose 11, libjwt 1.10) know no EdDSA and take JSON that names a member twice, so header and claims would
/// have to be read here all the same.
class PublicKey {
 public:
  /// One member of a JWK Set (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2). The error says
  /// why it is of no use: symmetric, private, weak, for encryption, off its curve, or of a kind not known.
  static std::expected<PublicKey, std::string> parse(const base::json::object& jwk);

  [[nodiscard]] const std::optional<std::string>& kid() const { return kid_; }
  /// Of the right kind for `algorithm`, and not bound to another one.
  [[nodiscard]] bool fits(const Algorithm& algorithm) const;
  /// Whether `signature` is this key's over `text`. The key must fit.
  [[nodiscard]] bool verify(const Algorithm& algorithm, std::string_view text,
                            std::span<const unsigned char> signature) const;

 private:
  using Handle = std::shared_ptr<EVP_PKEY>;
  PublicKey(KeyType type, Handle handle) : type_(type), handle_(std::move(handle)) {}
  static std::expected<PublicKey, std::string> parse_kind(const base::json::object& jwk);

  KeyType type_;
  Handle handle_;
  std::optional<std::string> kid_;
  std::optional<std::string> algorithm_;
};

}  // namespace mcpssh::transport::oauth
