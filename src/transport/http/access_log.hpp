#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/log.hpp"

namespace mcpssh::transport {

/// Lines for a file or for stderr, written by a thread of their own, so that a disk or a reader that stalls
/// holds nobody up. What does not fit into the queue meanwhile is dropped; the log itself says how much, and
/// so does dropped(). Lives on one thread, which is not its own.
class AccessLog {
 public:
  /// Queued at most, when nothing is taken.
  static constexpr std::size_t most_bytes = std::size_t{4} * 1024 * 1024;

  /// `place`: a file, appended to and made with mode 0600, or "-" for stderr. Throws Error(invalid_config)
  /// when it cannot be opened. `queue_bytes` is turned down by tests.
  AccessLog(std::string place, base::Log log, std::size_t queue_bytes = most_bytes);
  /// Writes what is queued, unless that takes longer than a second.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// `line` without a newline in it.
  void write(std::string line);
  /// From here on the file of that name is written to, also when another one was moved away. One that cannot
  /// be opened leaves the old one in use, which is logged.
  void reopen();
  /// Lines that were lost, to the queue's bound or to a write that failed.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mcpssh::transport
