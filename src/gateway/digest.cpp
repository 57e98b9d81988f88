#include "gateway/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/text.hpp"

namespace mcpssh::gateway {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw base::Error(base::ErrorCode::internal, "SHA-256 is not available");
  return base::to_hex(std::span(digest.data(), length));
}

std::string digest_of(const Action& action, const hosts::Snapshot& snapshot, const hosts::Host& host,
                      const std::vector<std::string>& trusted_keys) {
  Action bound = action;
  bound.reason.clear();
  bound.confirm_dangerous = false;
  bound.can_elicit = false;
  bound.timeout.reset();
  bound.batch.clear();             // names the call, not what is done
  bound.principal.client.clear();  // a hint the client can change at will
  base::json::object all = to_json(bound);
  all["address"] = host.address;
  all["port"] = host.port;
  all["user"] = host.user;
  all["shell"] = hosts::to_string(host.shell);
  all["configuration"] = snapshot.digest;
  if (!trusted_keys.empty()) all["trusted_keys"] = base::json::value_from(trusted_keys);
  return sha256_hex(base::json::serialize(all));
}

}  // namespace mcpssh::gateway
