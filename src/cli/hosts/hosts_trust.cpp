// mcp-ssh hosts trust: first contact, a human's step.
#include <iostream>
#include <string>

#include "base/faults.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/house.hpp"
#include "cli/local_action.hpp"

namespace mcpssh::cli {
namespace {

using gateway::ConnectionNote;

void describe(const std::string& name, const ConnectionNote& offered) {
  std::cout << name << " (" << offered.address << ") shows\n  " << offered.host_key_type << " "
            << offered.fingerprint << "\n";
  if (offered.on_record == "changed")
    std::cout << "  known_hosts holds ANOTHER key for it: " << offered.known_fingerprints
              << "\n  Either the host was reinstalled, or someone stands between you and it.\n";
}

/// Whether this key may be stored. Without a terminal a fingerprint or --yes must say so.
bool accepted(const std::string& name, const ConnectionNote& offered, const TrustOptions& options) {
  if (!options.fingerprint.empty()) {
    if (options.fingerprint == offered.fingerprint) return true;
    std::cout << name << ": refused: expected " << options.fingerprint << ", got " << offered.fingerprint
              << ". Next: compare with `ssh-keygen -lf` on the host itself\n";
    return false;
  }
  describe(name, offered);
  if (options.yes) return true;
  if (somebody_to_ask())
    return confirmed("Compare it with `ssh-keygen -lf /etc/ssh/ssh_host_..._key.pub` on the host. Trust it?");
  std::cout << "  not stored: nobody to ask. Next: run it at a terminal, or give --fingerprint "
            << offered.fingerprint << "\n";
  return false;
}

base::Task<bool> trust_one(gateway::Gateway& gateway, std::string name, const TrustOptions& options) {
  const auto probe = co_await local_action(gateway, name, gateway::Probe(), "hosts trust");
  if (probe.state != gateway::State::probed) {
    std::cout << (probe.error ? probe.error->message : name + ": no key could be read") << "\n";
    co_return false;
  }
  const ConnectionNote& offered = *probe.connection;
  if (offered.on_record == "match") {
    std::cout << name << ": already trusted, " << offered.host_key_type << " " << offered.fingerprint << "\n";
    co_return true;
  }
  if (offered.on_record == "revoked") {
    std::cout << name << ": refused: known_hosts marks this key @revoked\n";
    co_return false;
  }
  if (!accepted(name, offered, options)) co_return false;
  gateway::Trust trust;
  trust.key_type = offered.host_key_type;
  trust.key_base64 = offered.host_key_base64;
  const auto stored = co_await local_action(gateway, name, std::move(trust), "hosts trust");
  if (stored.state != gateway::State::trusted) {
    std::cout << (stored.error ? stored.error->message : name + ": not stored") << "\n";
    co_return false;
  }
  std::cout << name << ": trusted from now on\n";
  co_return true;
}

base::Task<int> trust_hosts(gateway::Gateway& gateway, TrustOptions options) {
  const auto names = selected_hosts(*gateway.snapshot(), options.selector);
  if (names.size() > 1 && !options.fingerprint.empty())
    throw base::Error(base::Fault::usage, "--fingerprint names one key but the selector several hosts",
                      "trust them one by one");
  bool all = true;
  for (const auto& name : names) {
    const bool one = co_await trust_one(gateway, name, options);
    all = all && one;
  }
  co_return all ? 0 : 1;
}

}  // namespace

int hosts_trust(const Common& common, const TrustOptions& options) {
  return with_gateway(
      common, [options](gateway::Gateway& gateway) { return trust_hosts(gateway, options); },
      terminal_prompter());
}

}  // namespace mcpssh::cli
