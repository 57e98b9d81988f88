#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// dropbear on a free loopback port, with BusyBox ash as the shell behind it: what a small router looks like.
/// Needs root, because dropbear reads a real user's ~/.ssh/authorized_keys. The throwaway user has a password
/// and a key.
class DropbearServer {
 public:
  struct Options {
    /// true: every command and shell runs in BusyBox ash with only BusyBox applets on PATH.
    bool busybox_only = true;
  };
  DropbearServer() : DropbearServer(Options()) {}
  explicit DropbearServer(Options options);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const SystemUser& user() const { return user_; }
  [[nodiscard]] const ClientKey& key() const { return key_; }
  [[nodiscard]] const std::string& host_key() const { return host_key_; }
  [[nodiscard]] std::string known_hosts() const;
  [[nodiscard]] std::string log() const { return dropbear_->err(); }

 private:
  std::filesystem::path write_shell() const;

  TempDir directory_;
  SystemUser user_;
  ClientKey key_;
  std::string host_key_;
  std::uint16_t port_ = 0;
  std::optional<Process> dropbear_;
};

}  // namespace mcpssh::test
