#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace mcpssh::cli {

/// A child process that speaks lines on its stdin and stdout; stderr goes to /dev/null. Blocking, for the
/// demo's small MCP client. Destroying it closes its stdin and waits for it.
class Child {
 public:
  /// Throws Error(io_error).
  Child(const std::vector<std::string>& argv, const std::vector<std::string>& environment);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void send(const std::string& line);
  /// The next line; nothing at the end of its output. Throws Error(timed_out).
  std::optional<std::string> receive(std::chrono::milliseconds timeout);

 private:
  base::UniqueFd to_;
  base::UniqueFd from_;
  pid_t pid_ = -1;
  std::string buffer_;
};

}  // namespace mcpssh::cli
