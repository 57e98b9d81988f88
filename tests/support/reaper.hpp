#pragma once
#include <string>

#include "base/unique_fd.hpp"

namespace mcpssh::test {

/// Runs a shell script when it is destroyed, and also when this process dies in any way. A detached shell
/// holds the other end of a pipe: there is one clean-up path, taken when the pipe closes. For what the kernel
/// does not take back by itself: system users, network namespaces, daemons that changed their uid.
class Reaper {
 public:
  /// `script` is for /bin/sh and must not fail half-way: each line is on its own.
  explicit Reaper(const std::string& script);
  Reaper(Reaper&&) noexcept = default;
  Reaper& operator=(Reaper&&) = delete;
  /// Returns when the script has ended.
  ~Reaper();

 private:
  base::UniqueFd alive_, done_;
};

}  // namespace mcpssh::test
