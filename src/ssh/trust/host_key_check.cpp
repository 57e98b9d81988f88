#include "ssh/trust/host_key_check.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "ssh/login/key_file.hpp"
#include "ssh/trust/algorithms.hpp"

namespace mcpssh::ssh {
using base::Error;
using base::ErrorCode;
using base::Fault;
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

Error revoked(const Target& target, const HostKey& offered, const std::filesystem::path& file) {
  return Error(
      Fault::host_key_revoked,
      fmt::format("the host key of {}, {}, is revoked in {}", target.name, described(offered), file.string()),
      "do not connect; the host needs a new key, then run " + trust_command(target));
}

Error only_by_authority(const Target& target, const HostKey& offered, const std::filesystem::path& file) {
  return Error(ErrorCode::host_key_unknown,
               fmt::format("{} trusts {} only through a certificate authority (@cert-authority), and this "
                           "program cannot check host certificates; the host shows the key {}",
                           file.string(), target.name, described(offered)),
               "compare that fingerprint with the host's own, then run " + trust_command(target));
}

/// A pin as a key: nothing for a fingerprint.
std::optional<HostKey> pinned_key(const std::string& pin) {
  const auto space = pin.find(' ');
  if (space == pin.npos) return std::nullopt;
  const std::string_view rest = base::trim(std::string_view(pin).substr(space));
  return HostKey{pin.substr(0, space), std::string(rest.substr(0, rest.find(' ')))};
}

bool is_pin_of(const std::string& pin, const HostKey& offered) {
  if (const auto key = pinned_key(pin)) return *key == offered;
  const std::string_view fingerprint = pin;
  return fingerprint.substr(0, fingerprint.find('=')) == offered.fingerprint();
}

void check_pins(const Target& target, const HostKey& offered) {
  std::vector<std::string> expected;
  for (const auto& pin : target.pins) {
    if (is_pin_of(pin, offered)) return;
    const auto key = pinned_key(pin);
    expected.push_back(key ? described(*key) : pin);
  }
  throw Error(
      Fault::host_key_pin,
      fmt::format("host key of {} is not the one pinned in hosts.yaml: expected {}, got {}; someone may "
                  "be in between",
                  target.name, base::printable(base::join(expected, " or "), 600), described(offered)),
      "find out why; if this is intended change `host_key` of this host in hosts.yaml");
}

void check_length(const Target& target, const HostKey& offered) {
  if (offered.type != "ssh-rsa") return;
  const unsigned bits = algorithms::rsa_bits(offered.base64);
  const unsigned least = algorithms::min_rsa_bits(target.algorithms);
  if (bits >= least) return;
  throw Error(Fault::host_key_weak,
              fmt::format("the RSA key of the host has only {} bits, and can be broken; {} are the least",
                          bits, least),
              "give the host a new key, or set `algorithms: legacy` for it");
}

}  // namespace

std::vector<std::string> pinned_types(const std::vector<std::string>& pins) {
  std::vector<std::string> types;
  for (const auto& pin : pins)
    if (auto key = pinned_key(pin)) types.push_back(std::move(key->type));
  return types;
}

HostKey offered_host_key(ssh_session session) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK)
    throw Error(ErrorCode::handshake_failed, "the host showed no key");
  const KeyHandle key(raw);
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK)
    throw Error(Fault::host_key_weak, "the host's key cannot be read");
  HostKey offered;
  offered.type = ssh_key_type_to_char(ssh_key_type(key.get()));
  offered.base64 = base64;
  ssh_string_free_char(base64);
  return offered;
}

HostKeyDecision judge_host_key(const Target& target, const HostKey& offered,
                               const KnownHosts::Answer& answer) {
  check_length(target, offered);
  if (!target.pins.empty()) {
    check_pins(target, offered);
    return HostKeyDecision::accept;
  }
  if (target.host_key_checking == HostKeyChecking::off) return HostKeyDecision::accept;
  switch (answer.state) {
    case KnownHosts::State::match:
      return HostKeyDecision::accept;
    case KnownHosts::State::changed:
      throw changed(target, offered, answer.on_record);
    case KnownHosts::State::revoked:
      throw revoked(target, offered, answer.file);
    case KnownHosts::State::unknown:
      break;
  }
  if (answer.by_authority) throw only_by_authority(target, offered, answer.file);
  if (target.host_key_checking == HostKeyChecking::accept_new) return HostKeyDecision::accept_and_remember;
  throw unknown(target, offered);
}

}  // namespace mcpssh::ssh
