#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "transport/oauth/algorithm.hpp"
#include "transport/oauth/openssl.hpp"

namespace mcpssh::testing {

namespace oauth = transport::oauth;
namespace json = base::json;

inline std::string base64url(std::string_view bytes) {
  auto text = base::to_base64(std::span(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

/// An authorization server's key pair, which can sign with every algorithm of its kind.
class Signer {
 public:
  /// "RSA" with `bits`, "P-256", "P-384", "P-521" or "Ed25519".
  explicit Signer(const std::string& kind, std::string kid = "key-1", unsigned bits = 2048)
      : kid_(std::move(kid)) {
    if (kind == "RSA")
      key_.reset(EVP_RSA_gen(bits), &EVP_PKEY_free);
    else if (kind == "Ed25519")
      key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
    else
      key_.reset(EVP_EC_gen(kind.c_str()), &EVP_PKEY_free);
    if (!key_) throw std::runtime_error("no key of kind " + kind);
    if (kind == "RSA")
      jwk_ = {{"kty", "RSA"}, {"n", number("n")}, {"e", number("e")}};
    else if (kind == "Ed25519")
      jwk_ = {{"kty", "OKP"}, {"crv", kind}, {"x", base64url(raw_public())}};
    else
      jwk_ = {{"kty", "EC"}, {"crv", kind}, {"x", number("qx", size(kind))}, {"y", number("qy", size(kind))}};
    jwk_["kid"] = kid_;
  }

  /// The public half; `change` it before it is published.
  [[nodiscard]] json::object jwk() const { return jwk_; }
  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> memory(BIO_new(BIO_s_mem()), &BIO_free_all);
    PEM_write_bio_PUBKEY(memory.get(), key_.get());
    const char* text = nullptr;
    const auto length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(length)};
  }

  /// A token with this header and these claims, as they stand.
  [[nodiscard]] std::string token_of(std::string_view header, std::string_view claims,
                                     std::string_view algorithm) const {
    const auto text = base64url(header) + "." + base64url(claims);
    return text + "." + base64url(sign(algorithm, text));
  }
  [[nodiscard]] std::string token(const json::object& claims, std::string_view algorithm) const {
    const json::object header{{"alg", algorithm}, {"typ", "at+jwt"}, {"kid", kid_}};
    return token_of(serialize(header), serialize(claims), algorithm);
  }
  [[nodiscard]] std::string sign(std::string_view algorithm, std::string_view text) const {
    const auto* chosen = oauth::find_algorithm(algorithm);
    const oauth::DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestSignInit_ex(context.get(), &parameters, chosen->digest, nullptr, nullptr, key_.get(), nullptr);
    if (chosen->pss) {
      EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t length = 0;
    EVP_DigestSign(context.get(), nullptr, &length, bytes, text.size());
    std::string signature(length, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                   text.size());
    signature.resize(length);
    const bool elliptic = algorithm.starts_with("ES");
    return elliptic ? side_by_side(signature, chosen->signature_bytes / 2) : signature;
  }

 private:
  static std::size_t size(const std::string& curve) {
    return curve == "P-256" ? 32 : curve == "P-384" ? 48 : 66;
  }
  static std::string bytes_of(const BIGNUM* number, std::size_t width) {
    std::string bytes(width == 0 ? static_cast<std::size_t>(BN_num_bytes(number)) : width, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    return bytes;
  }
  static std::string side_by_side(const std::string& der, std::size_t width) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const oauth::EcdsaSignature both(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    return bytes_of(ECDSA_SIG_get0_r(both.get()), width) + bytes_of(ECDSA_SIG_get0_s(both.get()), width);
  }
  [[nodiscard]] std::string number(const char* name, std::size_t width = 0) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    const oauth::BigNumber owned(value);
    return base64url(bytes_of(value, width));
  }
  [[nodiscard]] std::string raw_public() const {
    std::string bytes(32, '\0');
    std::size_t length = bytes.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &length);
    return bytes;
  }

  std::string kid_;
  std::shared_ptr<EVP_PKEY> key_;
  json::object jwk_;
};

/// Making one takes a while.
inline const Signer& rsa_signer() {
  static const Signer signer("RSA", "rsa-1");
  return signer;
}

inline std::string jwks(const std::vector<json::object>& keys) {
  json::array list;
  for (const auto& key : keys) list.emplace_back(key);
  return serialize(json::object{{"keys", std::move(list)}});
}

}  // namespace mcpssh::testing
