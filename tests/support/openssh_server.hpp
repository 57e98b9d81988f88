#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/system_user.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A client key on disk: OpenSSH format, mode 0600, with `path`.pub beside it.
struct ClientKey {
  std::filesystem::path path;
  std::string passphrase;   ///< empty: not encrypted
  std::string public_line;  ///< "ssh-ed25519 AAAA..."
};
/// Makes a key with ssh-keygen. `type`: ed25519, ecdsa or rsa.
ClientKey make_client_key(const std::filesystem::path& path, const std::string& type = "ed25519",
                          const std::string& passphrase = {});

/// OpenSSH's sshd on a free loopback port, alone in a temporary directory, listening when the constructor
/// returns. Logs in the user who runs the test with either client key; with `password_user` also a throwaway
/// user (needs root).
class OpensshServer {
 public:
  struct Options {
    std::vector<std::string> config;        ///< sshd_config lines that win over ours ("MaxSessions 1")
    std::vector<std::string> match_blocks;  ///< "Match ..." blocks, put last
    std::vector<std::string> host_key_types{"ed25519"};
    bool password_user = false;
    std::vector<std::string> groups;  ///< of the throwaway user
  };
  OpensshServer() : OpensshServer(Options()) {}
  explicit OpensshServer(Options options);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The user both keys log in, who is also the one that runs this process.
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] const ClientKey& key() const { return key_; }
  [[nodiscard]] const ClientKey& encrypted_key() const { return encrypted_key_; }
  /// Only with Options::password_user. The keys log this user in as well.
  [[nodiscard]] const SystemUser& password_user() const { return password_user_.value(); }
  /// "ssh-ed25519 AAAA...", in the order of Options::host_key_types.
  [[nodiscard]] const std::vector<std::string>& host_keys() const { return host_keys_; }
  /// One "[127.0.0.1]:port type key" line per host key.
  [[nodiscard]] std::string known_hosts() const;
  /// The server's directory; files put here are removed with it.
  [[nodiscard]] const TempDir& directory() const { return directory_; }
  [[nodiscard]] std::string log() const { return sshd_->err(); }

  /// Stops listening; connections that are open stay.
  void stop();
  /// Kills every open connection without a farewell, as a power cut would. Keeps listening.
  void cut_connections() const;
  /// Listens again on the same port.
  void start_again();
  /// Puts fresh host keys in place and listens again: what a reinstalled machine looks like.
  void change_host_keys();

 private:
  void make_host_keys();
  void write_config(const Options& options);
  bool listen();

  TempDir directory_;
  std::string user_;
  ClientKey key_, encrypted_key_;
  std::optional<SystemUser> password_user_;
  std::vector<std::string> host_key_types_, host_keys_;
  std::string config_head_, config_tail_;
  std::uint16_t port_ = 0;
  std::optional<Process> sshd_;
};

}  // namespace mcpssh::test
