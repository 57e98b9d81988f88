#pragma once
#include <filesystem>
#include <string>

#include "support/openssh_server.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A user's home and shell as the pages suppose them: mcp-ssh on PATH, a key, and hosts.yaml with `web1`,
/// whose key is known, `web2` and `web-9`, whose keys are not; all are `sshd`, which must outlive it.
class Home {
 public:
  Home(const OpensshServer& sshd, bool empty);
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  struct Answer {
    int exit_code = -1;
    std::string text;  ///< stdout and stderr, in their order, with the addresses and names the pages use
  };
  /// Runs a command in the shell, its stdin empty. What ends with `&` stays until the end of the shell; the
  /// command behind it is tried until it ends with `expected`, for ten seconds.
  Answer run(std::string command, int expected);

 private:
  void write_hosts() const;
  Answer run_once(const std::string& command);
  [[nodiscard]] std::string as_on_page(std::string text) const;

  const OpensshServer& sshd_;
  TempDir directory_;
  std::filesystem::path path_;
  std::uint16_t port_;  ///< in place of 8000
  Process shell_;
  bool just_started_ = false;
};

}  // namespace mcpssh::test
