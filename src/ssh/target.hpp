#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"

namespace mcpssh::ssh {

enum class HostKeyChecking { strict, accept_new, off };

/// How to prove who we are. `key_file` empty and no password: the agent.
struct Credentials {
  enum class Method { key, password, agent } method = Method::agent;
  std::filesystem::path key_file;
  std::optional<base::Secret> passphrase;
  std::optional<base::Secret> password;
  std::string agent_socket;  ///< SSH_AUTH_SOCK as the server saw it
};

/// Everything needed to open one connection. A value; `name` is what messages call the host.
struct Target {
  std::string name;
  std::string address;
  std::uint16_t port = 22;
  std::string user;
  Credentials credentials;
  HostKeyChecking host_key_checking = HostKeyChecking::strict;
  std::filesystem::path known_hosts;
  bool posix = true;  ///< probe the login shell, so that commands can be stopped by process group
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds login_timeout{};
};

/// What a fresh connection can tell about itself.
struct ConnectionFacts {
  std::string host_key_type;    ///< "ssh-ed25519"
  std::string fingerprint;      ///< "SHA256:..."
  std::string auth_method;      ///< "publickey (id_ed25519)", "password", "publickey (agent)"
  std::string server_version;   ///< "SSH-2.0-OpenSSH_9.2p1", cleaned
  std::string login_shell;      ///< "/bin/sh" when the probe proved a POSIX shell, else empty
  std::string address;          ///< "192.0.2.1:22"
  bool host_key_added = false;  ///< accept_new wrote it to known_hosts just now
  std::chrono::microseconds took{};
};

}  // namespace mcpssh::ssh
