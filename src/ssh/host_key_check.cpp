#include "ssh/host_key_check.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "ssh/key_file.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
namespace {

std::string described(const HostKey& key) {
  return key.type + " " + key.fingerprint();
}

std::string described(const std::vector<HostKey>& keys) {
  std::vector<std::string> each;
  each.reserve(keys.size());
  for (const auto& key : keys) each.push_back(described(key));
  return base::join(each, " or ");
}

std::string trust_command(const Target& target) {
  return "`mcp-ssh hosts trust " + target.name + "`";
}

Error unknown(const Target& target, const HostKey& offered) {
  return Error(ErrorCode::host_key_unknown,
               fmt::format("no host key of {} is on record in {}; it shows {}", target.name,
                           target.known_hosts.string(), described(offered)),
               "compare that fingerprint with the host's own, then run " + trust_command(target));
}

Error changed(const Target& target, const HostKey& offered, const std::vector<HostKey>& on_record) {
  return Error(ErrorCode::host_key_changed,
               fmt::format("host key of {} changed: expected {}, got {}; someone may be in between",
                           target.name, described(on_record), described(offered)),
               "find out why; if this is intended run " + trust_command(target));
}

Error revoked(const Target& target, const HostKey& offered) {
  return Error(ErrorCode::host_key_changed,
               fmt::format("the host key of {}, {}, is revoked in {}", target.name, described(offered),
                           target.known_hosts.string()),
               "do not connect; the host needs a new key, then run " + trust_command(target));
}

}  // namespace

HostKey offered_host_key(ssh_session session) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK)
    throw Error(ErrorCode::handshake_failed, "the host showed no key");
  const KeyHandle key(raw);
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK)
    throw Error(ErrorCode::handshake_failed, "the host's key cannot be read");
  HostKey offered;
  offered.type = ssh_key_type_to_char(ssh_key_type(key.get()));
  offered.base64 = base64;
  ssh_string_free_char(base64);
  return offered;
}

HostKeyDecision judge_host_key(const Target& target, const HostKey& offered,
                               const KnownHosts::Answer& answer) {
  if (target.host_key_checking == HostKeyChecking::off) return HostKeyDecision::accept;
  switch (answer.state) {
    case KnownHosts::State::match:
      return HostKeyDecision::accept;
    case KnownHosts::State::changed:
      throw changed(target, offered, answer.on_record);
    case KnownHosts::State::revoked:
      throw revoked(target, offered);
    case KnownHosts::State::unknown:
      break;
  }
  if (target.host_key_checking == HostKeyChecking::accept_new) return HostKeyDecision::accept_and_remember;
  throw unknown(target, offered);
}

}  // namespace mcpssh::ssh
