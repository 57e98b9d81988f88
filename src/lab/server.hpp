#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mcpssh::lab {

/// What answers behind one user name of the lab server.
enum class Personality {
  posix,  ///< /bin/sh: exec channels and PTY shells run for real, as this process's user, in a given
          ///< directory
  cisco,  ///< a small simulated switch: prompt, enable mode (secret "lab"), show commands, a pager,
          ///< questions, error markers; the consoles of one user share its configuration
};

struct LabUser {
  std::string name;
  std::string password{};        ///< empty: no password login
  std::string authorized_key{};  ///< "ssh-ed25519 AAAA..." or empty
  Personality personality = Personality::posix;
  std::string directory{};  ///< where posix shells start; empty: "/"
};

/// An in-process SSH server on 127.0.0.1 (libssh's server side), for `mcp-ssh demo` and tests. Own threads;
/// stops and joins on destruction, ending every child it started.
class Server {
 public:
  struct Options {
    std::vector<LabUser> users;
    std::uint16_t port = 0;                 ///< 0: any free one
    std::string host_key_type = "ed25519";  ///< or "ecdsa", "rsa"
  };
  /// Listening when it returns. Throws Error.
  static std::unique_ptr<Server> start(Options options);
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// "ssh-ed25519 AAAA...": to be put into known_hosts.
  [[nodiscard]] virtual std::string host_key() const = 0;
  /// Replaces the host key for later connections: tests of a changed key.
  virtual void change_host_key() = 0;
  [[nodiscard]] virtual std::size_t connections_seen() const = 0;
};

/// A fresh ed25519 key pair for the lab: private key in OpenSSH's format, and the public line.
struct KeyPair {
  std::string private_pem;
  std::string public_line;
};
KeyPair make_key_pair();

}  // namespace mcpssh::lab
