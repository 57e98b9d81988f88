#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// A real router: FRRouting's zebra, staticd, ospfd and bgpd in a network namespace of their own, vtysh
/// behind an sshd. `vtysh` is the login shell by ForceCommand: an exec channel runs `vtysh -c`, a PTY gets
/// the CLI. Needs root and the package frr. Gone afterwards, also when the test is killed.
class FrrRouter {
 public:
  FrrRouter();

  [[nodiscard]] const OpensshServer& ssh() const { return *sshd_; }
  [[nodiscard]] std::uint16_t port() const { return sshd_->port(); }
  /// vtysh without a pager; prompt "core-rtr1# ".
  [[nodiscard]] const SystemUser& user() const { return sshd_->password_user(); }
  /// vtysh with `more`: "--More--" from login on.
  [[nodiscard]] const SystemUser& paged_user() const { return paged_user_; }
  /// FRR's own VTY, the most Cisco-like: "Password:", then ">" and "#", " --More-- ", an enable password.
  [[nodiscard]] const SystemUser& vty_user() const { return vty_user_; }
  [[nodiscard]] static std::string vty_password() { return "Vty-Pass1"; }
  [[nodiscard]] static std::string enable_password() { return "En-Pass1"; }
  /// What `vtysh -c command` prints when it is asked beside SSH: the truth to compare with.
  [[nodiscard]] std::string vtysh(const std::string& command) const;

 private:
  void write_configuration();
  void start_daemons();
  void start_vty();
  void start_sshd();
  [[nodiscard]] std::string run_directory() const { return (directory_.path() / "run").string(); }
  [[nodiscard]] std::string etc_directory() const { return (directory_.path() / "etc").string(); }

  TempDir directory_;
  std::string namespace_;
  Reaper reaper_;
  std::uint16_t vty_port_ = 0;
  SystemUser paged_user_, vty_user_;
  std::unique_ptr<OpensshServer> sshd_;
};

}  // namespace mcpssh::test
