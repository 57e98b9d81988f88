#include "ssh/pool/target_identity.hpp"

#include <tuple>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

bool same_secret(const std::optional<base::Secret>& a, const std::optional<base::Secret>& b) {
  if (!a || !b) return !a && !b;
  return base::equal_constant_time(a->reveal(), b->reveal());
}

auto plain_parts(const Target& target) {
  return std::tie(target.name, target.address, target.port, target.user, target.credentials.methods,
                  target.credentials.key_files, target.credentials.usual_keys, target.credentials.certificate,
                  target.credentials.agent_key, target.credentials.agent_socket, target.host_key_checking,
                  target.known_hosts, target.other_known_hosts, target.posix, target.proxy_command,
                  target.pins, target.algorithms, target.max_sessions);
}

bool same_proxy(const std::optional<Proxy>& a, const std::optional<Proxy>& b) {
  if (!a || !b) return !a && !b;
  return std::tie(a->kind, a->address, a->port, a->user) == std::tie(b->kind, b->address, b->port, b->user) &&
         same_secret(a->password, b->password);
}

bool same_jump(const std::shared_ptr<const Target>& a, const std::shared_ptr<const Target>& b) {
  if (!a || !b) return !a && !b;
  return a == b || same_identity(*a, *b);
}

}  // namespace

bool same_identity(const Target& a, const Target& b) {
  return plain_parts(a) == plain_parts(b) && same_proxy(a.proxy, b.proxy) && same_jump(a.jump, b.jump) &&
         same_secret(a.credentials.passphrase, b.credentials.passphrase) &&
         same_secret(a.credentials.password, b.credentials.password);
}

}  // namespace mcpssh::ssh
