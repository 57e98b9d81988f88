#include "ssh/login/certificate.hpp"

#include <cstddef>

#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {

/// A certificate's own type and a nonce stand before the fields of the key.
std::optional<std::string> certified_key(std::string_view blob) {
  constexpr std::string_view mark = "-cert-v01@openssh.com";
  const auto type = wire::take_string(blob);
  if (!type || !type->ends_with(mark) || !wire::take_string(blob)) return std::nullopt;
  const std::string name(type->substr(0, type->size() - mark.size()));
  const bool security_key = name.starts_with("sk-");
  const std::size_t fields = (name.ends_with("ed25519") ? 1U : 2U) + (security_key ? 1U : 0U);
  std::string plain;
  wire::put_string(plain, security_key ? name + "@openssh.com" : name);
  for (std::size_t i = 0; i < fields; ++i) {
    const auto field = wire::take_string(blob);
    if (!field) return std::nullopt;
    wire::put_string(plain, *field);
  }
  return plain;
}

}  // namespace mcpssh::ssh
