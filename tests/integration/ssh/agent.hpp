#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A real ssh-agent with `keys`, and their certificates where KEY-cert.pub exists.
class Agent {
 public:
  Agent(const TempDir& directory, const std::vector<std::filesystem::path>& keys)
      : socket_(directory.path() / "agent"), process_(options(socket_)) {
    process_.read_line();  // "SSH_AUTH_SOCK=...": it listens
    for (const auto& key : keys) run_ok({"env", "SSH_AUTH_SOCK=" + socket_, "ssh-add", "-q", key.string()});
  }
  [[nodiscard]] const std::string& socket() const { return socket_; }

 private:
  static Process::Options options(const std::string& socket) {
    Process::Options with;
    with.argv = {"ssh-agent", "-D", "-a", socket};
    with.pipe_stdout = true;
    return with;
  }
  std::string socket_;
  Process process_;
};

}  // namespace mcpssh::test
