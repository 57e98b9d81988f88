#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "lab/server.hpp"

namespace mcpssh::lab {

/// A lab server with the users "lea" (posix) and "ned" (cisco), password "pass phrase" and one key for both,
/// and the OpenSSH client to visit it.
class WithServer : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  struct Ran {
    int status = -1;
    std::string out, err;
  };
  /// Runs `ssh <options> <user>@lab <command>` by key, with `input` on its stdin.
  [[nodiscard]] Ran ssh(const std::string& user, const std::string& command, const std::string& options = {},
                        const std::string& input = {}) const;
  [[nodiscard]] Ran ssh_by_password(const std::string& user, const std::string& password) const;
  /// Started, with its output to be read; end it with ::pclose.
  [[nodiscard]] FILE* start_ssh(const std::string& user, const std::string& command,
                                const std::string& options = {}) const;
  [[nodiscard]] Ran run(const std::string& command_line, const std::string& input = {}) const;
  [[nodiscard]] std::string client(const std::string& options) const;
  void trust_host_key() const;

  std::filesystem::path directory_;
  std::unique_ptr<Server> server_;
};

/// The next line without its end; empty at the end of the file.
std::string next_line(FILE* file);
/// Watches a process that is nobody's child here.
class Witness {
 public:
  explicit Witness(const std::string& pid);
  /// Within that many milliseconds.
  [[nodiscard]] bool saw_it_end(int milliseconds = 0) const;

 private:
  base::UniqueFd pidfd_;
};

/// No such process, not even a dead one waiting to be reaped.
bool is_gone(const std::string& pid);

}  // namespace mcpssh::lab
