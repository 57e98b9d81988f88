#include "audit/sha256.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::audit {
namespace {

void must(bool worked) {
  if (!worked)
    throw base::Error(base::ErrorCode::internal, "OpenSSL cannot compute SHA-256",
                      "check the installation of libcrypto and its configuration file");
}

}  // namespace

void Sha256::Free::operator()(EVP_MD* method) const {
  EVP_MD_free(method);
}
void Sha256::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : method_(EVP_MD_fetch(nullptr, "SHA2-256", nullptr)), context_(EVP_MD_CTX_new()) {
  must(method_ != nullptr && context_ != nullptr);
  restart();
}

void Sha256::restart() {
  must(EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr) == 1);
}

Sha256& Sha256::update(std::string_view bytes) {
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest;
  must(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  restart();
  return base::to_hex(digest);
}

}  // namespace mcpssh::audit
