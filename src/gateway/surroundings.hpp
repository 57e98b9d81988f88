#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "hosts/snapshot.hpp"

/// What this machine brings to every connection. Looked at, never changed; no host is asked. All of it
/// blocks.
namespace mcpssh::gateway {

/// The keys of the SSH agent.
struct AgentNote {
  std::size_t held = 0;
  std::size_t usable = 0;  ///< of a type this program can log in with
};
/// Of the agent that listens on `socket` (SSH_AUTH_SOCK). Throws base::Error.
AgentNote look_at_agent(const std::string& socket, std::chrono::milliseconds timeout);

/// A file of host keys.
struct KnownHostsNote {
  std::filesystem::path file;
  bool there = false;
  std::string failure;  ///< why it cannot be read; empty: it can, or is not there
};
/// The files that `snapshot` has host keys looked up in, the one that is written first.
std::vector<KnownHostsNote> known_hosts_files(const hosts::Snapshot& snapshot);
/// Those of `names` that have no key on record and no pinned one, although they need one (host_key_checking:
/// strict). Files that cannot be read count as empty.
std::vector<std::string> hosts_without_key(const hosts::Snapshot& snapshot,
                                           const std::vector<std::string>& names);

/// "libssh 0.10.6, OpenSSL 3.0.17 1 Jul 2025".
std::string library_versions();

}  // namespace mcpssh::gateway
