#pragma once
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::cli {

/// Our stdout or stderr. Never blocks the loop on a pipe or terminal that takes nothing, and leaves the
/// descriptor's flags alone, which others share. Lives on one executor; SIGPIPE is ignored.
class Outlet {
 public:
  /// Throws Error(io_error).
  Outlet(const base::Executor& executor, int descriptor);

  /// Returns when all of it is written. False from the moment nobody reads it any more. Throws
  /// Error(io_error), as for a full disk.
  base::Task<bool> write(std::string bytes);
  /// From here on write() answers false, also one that waits for a reader.
  void give_up();
  [[nodiscard]] bool is_terminal() const { return terminal_; }

 private:
  /// What goes now; -1 with errno EAGAIN when nothing does.
  ssize_t write_now(std::string_view bytes) const;

  int descriptor_;
  base::UniqueFd own_;  ///< a terminal opened once more, so that only we do not wait for it
  bool terminal_, given_up_ = false;
  enum class Kind { file, socket, other } kind_ = Kind::other;
  std::unique_ptr<base::asio::posix::stream_descriptor> ready_;  ///< an epoll; null for a file
};

/// Says it on stderr, or not at all where that would have to wait for a reader. At most PIPE_BUF bytes.
void say_at_once(std::string_view text);

/// What a host says, made harmless for a terminal as it comes, however it is cut.
class TerminalText {
 public:
  [[nodiscard]] std::string feed(std::string_view bytes);
  /// What was held back, at the end.
  [[nodiscard]] std::string finish();

 private:
  std::string unsettled_;
};

}  // namespace mcpssh::cli
