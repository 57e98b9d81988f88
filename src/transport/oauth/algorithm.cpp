#include "transport/oauth/algorithm.hpp"

#include <array>

namespace mcpssh::transport::oauth {
namespace {

constexpr std::array algorithms = std::to_array<Algorithm>({
    {"RS256", KeyType::rsa, "SHA256"},
    {"RS384", KeyType::rsa, "SHA384"},
    {"RS512", KeyType::rsa, "SHA512"},
    {"PS256", KeyType::rsa, "SHA256", true},
    {"PS384", KeyType::rsa, "SHA384", true},
    {"PS512", KeyType::rsa, "SHA512", true},
    {"ES256", KeyType::p256, "SHA256", false, 64},
    {"ES384", KeyType::p384, "SHA384", false, 96},
    {"ES512", KeyType::p521, "SHA512", false, 132},
    {"EdDSA", KeyType::ed25519, nullptr, false, 64},
    {"Ed25519", KeyType::ed25519, nullptr, false, 64},
});

}  // namespace

const Algorithm* find_algorithm(std::string_view name) {
  for (const auto& algorithm : algorithms)
    if (algorithm.name == name) return &algorithm;
  return nullptr;
}

}  // namespace mcpssh::transport::oauth
