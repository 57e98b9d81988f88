#include "gateway/surroundings.hpp"

#include <openssl/crypto.h>

#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "gateway/target.hpp"
#include "ssh/login/agent_census.hpp"
#include "ssh/survey/library_version.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::gateway {
namespace {

KnownHostsNote look_at(const std::filesystem::path& file, ssh::KnownHosts& all) {
  KnownHostsNote note;
  note.file = file;
  std::error_code unreachable;
  note.there = std::filesystem::exists(file, unreachable);
  try {
    all.add(ssh::KnownHosts::load(file));
  } catch (const base::Error& error) {
    note.failure = error.cause();
  }
  return note;
}

/// The keys of all files that can be read. `notes`: what is said of each; may be null.
ssh::KnownHosts load(const hosts::Snapshot& snapshot, std::vector<KnownHostsNote>* notes) {
  const hosts::Host anyone{};
  const auto target = address_for(snapshot, anyone);
  auto files = target.other_known_hosts;
  files.insert(files.begin(), target.known_hosts);
  ssh::KnownHosts all;
  for (const auto& file : files) {
    auto note = look_at(file, all);
    if (notes != nullptr) notes->push_back(std::move(note));
  }
  return all;
}

}  // namespace

AgentNote look_at_agent(const std::string& socket, std::chrono::milliseconds timeout) {
  const auto census = ssh::agent_census(socket, timeout);
  return {census.held, census.usable};
}

std::vector<KnownHostsNote> known_hosts_files(const hosts::Snapshot& snapshot) {
  std::vector<KnownHostsNote> notes;
  load(snapshot, &notes);
  return notes;
}

std::vector<std::string> hosts_without_key(const hosts::Snapshot& snapshot,
                                           const std::vector<std::string>& names) {
  const auto known = load(snapshot, nullptr);
  std::vector<std::string> without;
  for (const auto& name : names) {
    const auto* host = snapshot.find(name);
    if (host == nullptr || !host->host_keys.empty()) continue;
    const auto target = address_for(snapshot, *host);
    if (target.host_key_checking != ssh::HostKeyChecking::strict) continue;
    if (known.types_for(target.address, target.port).empty()) without.push_back(name);
  }
  return without;
}

std::string library_versions() {
  return "libssh " + ssh::library_version() + ", " + OpenSSL_version(OPENSSL_VERSION);
}

}  // namespace mcpssh::gateway
