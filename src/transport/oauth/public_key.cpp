#include "transport/oauth/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <vector>

#include "transport/oauth/base64url.hpp"
#include "transport/oauth/openssl.hpp"

namespace mcpssh::transport::oauth {
namespace {

namespace json = base::json;
using Bytes = std::vector<unsigned char>;

/// NIST SP 800-131A; RFC 7518, section 3.3.
constexpr int least_rsa_bits = 2048;
/// Checking takes time with the square of the length, and whoever sends a token has it spent.
constexpr int most_rsa_bits = 8192;
constexpr int most_exponent_bits = 64;
constexpr std::size_t longest_kid = 256;
constexpr std::size_t ed25519_bytes = 32;

struct Curve {
  std::string_view name;
  KeyType type;
  const char* group;
  std::size_t bytes;
};
constexpr std::array<Curve, 3> curves{{{"P-256", KeyType::p256, "P-256", 32},
                                       {"P-384", KeyType::p384, "P-384", 48},
                                       {"P-521", KeyType::p521, "P-521", 66}}};

std::optional<Bytes> bytes_of(const json::object& jwk, std::string_view member) {
  const auto text = base::find_string(jwk, member);
  return text ? from_base64url(*text) : std::nullopt;
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
  return key == nullptr ? nullptr : std::shared_ptr<EVP_PKEY>(key, &EVP_PKEY_free);
}

std::shared_ptr<EVP_PKEY> make_key(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return owned(key);
}

/// That the point is on the curve, and what else OpenSSL can tell of a public key.
bool is_sound(EVP_PKEY* key) {
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

std::expected<std::shared_ptr<EVP_PKEY>, std::string> rsa_key(const json::object& jwk) {
  const auto n = bytes_of(jwk, "n");
  const auto e = bytes_of(jwk, "e");
  if (!n || !e) return std::unexpected("its n or e is missing or no base64url");
  if (n->size() > most_rsa_bits / 8 + 1 || e->size() > most_exponent_bits / 8)
    return std::unexpected("it is longer than 8192 bits");
  const BigNumber modulus(BN_bin2bn(n->data(), static_cast<int>(n->size()), nullptr));
  const BigNumber exponent(BN_bin2bn(e->data(), static_cast<int>(e->size()), nullptr));
  if (!modulus || !exponent) return std::unexpected("OpenSSL does not take it");
  const int bits = BN_num_bits(modulus.get());
  if (bits < least_rsa_bits) return std::unexpected("it is shorter than 2048 bits");
  if (bits > most_rsa_bits) return std::unexpected("it is longer than 8192 bits");
  if (BN_is_odd(modulus.get()) != 1 || BN_is_odd(exponent.get()) != 1 || BN_is_one(exponent.get()) == 1)
    return std::unexpected("it is no RSA key");
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return std::unexpected("OpenSSL does not take it");
  auto key = make_key("RSA", builder.get());
  if (!key) return std::unexpected("OpenSSL does not take it");
  return key;
}

std::expected<std::shared_ptr<EVP_PKEY>, std::string> ec_key(const json::object& jwk, const Curve& curve) {
  const auto x = bytes_of(jwk, "x");
  const auto y = bytes_of(jwk, "y");
  if (!x || !y || x->size() != curve.bytes || y->size() != curve.bytes)
    return std::unexpected("its x or y is missing or not as long as the curve wants");
  Bytes point{4};  // SEC 1, 2.3.3: uncompressed
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return std::unexpected("OpenSSL does not take it");
  auto key = make_key("EC", builder.get());
  if (!key || !is_sound(key.get())) return std::unexpected("its point is not on the curve");
  return key;
}

std::expected<std::shared_ptr<EVP_PKEY>, std::string> ed25519_key(const json::object& jwk) {
  const auto x = bytes_of(jwk, "x");
  if (!x || x->size() != ed25519_bytes) return std::unexpected("its x is missing or not 32 bytes");
  auto key = owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, x->data(), x->size()));
  if (!key) return std::unexpected("OpenSSL does not take it");
  return key;
}

/// What `use`, `key_ops` and a stray secret say against checking signatures with it.
std::optional<std::string> objection(const json::object& jwk) {
  // RFC 7518, 6.2.2, 6.3.2 and 6.4: whoever can read the set could sign with it.
  for (const std::string_view secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
    if (jwk.contains(secret)) return "it holds a secret";
  if (const auto* use = jwk.if_contains("use"); use != nullptr && *use != "sig") return "its use is not sig";
  if (const auto* operations = jwk.if_contains("key_ops")) {
    const auto* list = operations->if_array();
    const bool verifies =
        list != nullptr && std::ranges::any_of(*list, [](const auto& one) { return one == "verify"; });
    if (!verifies) return "its key_ops do not have verify";
  }
  return std::nullopt;
}

/// JOSE has the two numbers side by side (RFC 7518, section 3.4), OpenSSL wants DER.
std::optional<Bytes> to_der(std::span<const unsigned char> raw) {
  const auto half = static_cast<int>(raw.size() / 2);
  BigNumber r(BN_bin2bn(raw.data(), half, nullptr));
  BigNumber s(BN_bin2bn(raw.data() + half, half, nullptr));
  const EcdsaSignature signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  // They are the signature's now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return std::nullopt;
  Bytes bytes(der, der + length);
  OPENSSL_free(der);
  return bytes;
}

bool set_padding(EVP_PKEY_CTX* context, const Algorithm& algorithm) {
  if (algorithm.type != KeyType::rsa) return true;
  if (!algorithm.pss) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, algorithm.digest, nullptr) == 1;
}

}  // namespace

std::expected<PublicKey, std::string> PublicKey::parse_kind(const json::object& jwk) {
  const auto kind = base::find_string(jwk, "kty").value_or("");
  const auto name = base::find_string(jwk, "crv").value_or("");
  const auto made = [](KeyType type,
                       std::expected<Handle, std::string> handle) -> std::expected<PublicKey, std::string> {
    if (!handle) return std::unexpected(handle.error());
    return PublicKey(type, std::move(*handle));
  };
  if (kind == "RSA") return made(KeyType::rsa, rsa_key(jwk));
  if (kind == "OKP" && name == "Ed25519") return made(KeyType::ed25519, ed25519_key(jwk));
  const auto* curve = std::ranges::find(curves, name, &Curve::name);
  if (kind == "EC" && curve != curves.end()) return made(curve->type, ec_key(jwk, *curve));
  return std::unexpected("its kind (kty, crv) is not one of RSA, EC with P-256, P-384 or P-521, and Ed25519");
}

std::expected<PublicKey, std::string> PublicKey::parse(const json::object& jwk) {
  const QuietErrors quiet;
  if (const auto wrong = objection(jwk)) return std::unexpected(*wrong);
  auto key = parse_kind(jwk);
  if (!key) return key;
  if (jwk.contains("kid")) {
    key->kid_ = base::find_string(jwk, "kid");
    if (!key->kid_ || key->kid_->size() > longest_kid)
      return std::unexpected("its kid is no text, or too long");
  }
  if (jwk.contains("alg")) {
    key->algorithm_ = base::find_string(jwk, "alg");
    const auto* bound = key->algorithm_ ? find_algorithm(*key->algorithm_) : nullptr;
    if (bound == nullptr || bound->type != key->type_)
      return std::unexpected("its alg is not taken, or not for keys of its kind");
  }
  return key;
}

bool PublicKey::fits(const Algorithm& algorithm) const {
  return algorithm.type == type_ && (!algorithm_ || *algorithm_ == algorithm.name);
}

bool PublicKey::verify(const Algorithm& algorithm, std::string_view text,
                       std::span<const unsigned char> signature) const {
  const QuietErrors quiet;
  const auto wanted = algorithm.signature_bytes != 0
                          ? algorithm.signature_bytes
                          : static_cast<std::size_t>(EVP_PKEY_get_size(handle_.get()));
  if (!fits(algorithm) || signature.size() != wanted) return false;
  Bytes der;
  if (algorithm.type != KeyType::rsa && algorithm.type != KeyType::ed25519) {
    auto converted = to_der(signature);
    if (!converted) return false;
    der = std::move(*converted);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the digest context's
  if (!context || EVP_DigestVerifyInit_ex(context.get(), &parameters, algorithm.digest, nullptr, nullptr,
                                          handle_.get(), nullptr) != 1)
    return false;
  if (!set_padding(parameters, algorithm)) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace mcpssh::transport::oauth
