#include "ssh/login/agent_identities.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/text.hpp"
#include "ssh/login/certificate.hpp"
#include "ssh/session/wire.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::ssh {
namespace {

constexpr char identities_answer = 12;
constexpr std::array<std::string_view, 13> usable_types{"ssh-ed25519",
                                                        "sk-ssh-ed25519@openssh.com",
                                                        "ecdsa-sha2-nistp256",
                                                        "ecdsa-sha2-nistp384",
                                                        "ecdsa-sha2-nistp521",
                                                        "sk-ecdsa-sha2-nistp256@openssh.com",
                                                        "ssh-rsa",
                                                        "ssh-ed25519-cert-v01@openssh.com",
                                                        "ecdsa-sha2-nistp256-cert-v01@openssh.com",
                                                        "ecdsa-sha2-nistp384-cert-v01@openssh.com",
                                                        "ecdsa-sha2-nistp521-cert-v01@openssh.com",
                                                        "sk-ssh-ed25519-cert-v01@openssh.com",
                                                        "ssh-rsa-cert-v01@openssh.com"};

std::string fingerprint(std::string_view key) {
  const std::span bytes(reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return HostKey{{}, base::to_base64(bytes)}.fingerprint();
}

bool usable(std::string_view key) {
  const auto type = wire::take_string(key);
  return type && std::ranges::find(usable_types, *type) != usable_types.end();
}

bool wanted(std::string_view key, const std::string& only) {
  if (only.empty() || fingerprint(key) == only) return true;
  const auto plain = certified_key(key);
  return plain && fingerprint(*plain) == only;
}

}  // namespace

Identities usable_identities(std::string_view answer, const IdentityFilter& filter) {
  Identities found;
  std::string kept;
  if (!answer.empty() && answer.front() == identities_answer) {
    answer.remove_prefix(1);
    const auto count = wire::take_number(answer);
    for (std::uint32_t i = 0; count && i < *count; ++i) {
      const auto key = wire::take_string(answer);
      const auto comment = key ? wire::take_string(answer) : std::nullopt;
      if (!comment) break;
      if (!usable(*key)) continue;
      ++found.held;
      if (found.offered >= filter.max_keys || !wanted(*key, filter.only)) continue;
      wire::put_string(kept, *key);
      wire::put_string(kept, *comment);
      ++found.offered;
    }
  }
  found.answer.assign(1, identities_answer);
  wire::put_number(found.answer, found.offered);
  found.answer += kept;
  return found;
}

}  // namespace mcpssh::ssh
