#pragma once
#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace mcpssh::audit {

/// SHA-256 (FIPS 180-4), reusable: hex() ends one digest and begins the next. Not thread-safe.
class Sha256 {
 public:
  Sha256();

  Sha256& update(std::string_view bytes);
  /// 64 lower-case hex digits of all bytes since the last hex().
  std::string hex();

 private:
  struct Free {
    void operator()(EVP_MD* method) const;
    void operator()(EVP_MD_CTX* context) const;
  };
  void restart();

  std::unique_ptr<EVP_MD, Free> method_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace mcpssh::audit
