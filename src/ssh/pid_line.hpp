#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// The command as it goes to a POSIX login shell: first a line on stderr that tells the shell's pid, then
/// `command` verbatim. `nonce` must be fresh, hex.
std::string with_pid_line(std::string_view nonce, std::string_view command);

/// Takes that line out of the stderr stream again, however the stream is cut and whatever a login script
/// printed before it. Pure.
class PidLine {
 public:
  explicit PidLine(std::string_view nonce) : marker_(std::string(nonce) + ' ') {}

  /// Returns the bytes of the stream that are the command's. Holds back at most what may still become the
  /// line.
  std::string feed(std::string_view bytes);
  /// What was held back, at the end of the stream.
  std::string flush();
  [[nodiscard]] std::optional<long> pid() const { return pid_; }

 private:
  std::string marker_;
  std::string held_;
  std::optional<long> pid_;
  bool done_ = false;
};

}  // namespace mcpssh::ssh
