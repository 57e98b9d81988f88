#include "ssh/target_identity.hpp"

#include <tuple>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

bool same_secret(const std::optional<base::Secret>& a, const std::optional<base::Secret>& b) {
  if (!a || !b) return !a && !b;
  return base::equal_constant_time(a->reveal(), b->reveal());
}

auto plain_parts(const Target& target) {
  return std::tie(target.name, target.address, target.port, target.user, target.credentials.method,
                  target.credentials.key_file, target.credentials.agent_socket, target.host_key_checking,
                  target.known_hosts, target.posix);
}

}  // namespace

bool same_identity(const Target& a, const Target& b) {
  return plain_parts(a) == plain_parts(b) &&
         same_secret(a.credentials.passphrase, b.credentials.passphrase) &&
         same_secret(a.credentials.password, b.credentials.password);
}

}  // namespace mcpssh::ssh
