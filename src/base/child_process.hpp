#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::base {

/// A program started without a shell, in a process group of its own. It inherits our environment and no
/// descriptor but those it is given. Killed with its whole group and reaped
/// by the destructor. Move-only; owned by one thread at a time.
class ChildProcess {
 public:
  /// How it ended.
  struct End {
    int exit_code = -1;  ///< -1 when a signal ended it
    int signal = 0;
  };

  /// Starts `argv`; argv[0] is looked up on PATH when it holds no slash. `input` and `output` become its
  /// stdin and stdout, `errors` its stderr; an absent one is /dev/null. Throws Error(not_found |
  /// permission_denied | io_error) naming the program, never its arguments.
  static ChildProcess start(const std::vector<std::string>& argv, UniqueFd input, UniqueFd output,
                            UniqueFd errors = UniqueFd());

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Waits for its end without blocking the thread, then ends what is left of its group. At most one call at
  /// a time. Cancelling leaves the child as it is: destroy it to end it.
  Task<End> wait();
  /// Ends the whole group at once with SIGKILL. Idempotent.
  void kill() noexcept;

 private:
  ChildProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  void end() noexcept;

  pid_t pid_ = -1;  ///< -1 once it is reaped
  UniqueFd pidfd_;
};

/// Both ends of a pipe, closed on exec.
struct Pipe {
  UniqueFd read, write;
};
/// Throws Error(io_error).
Pipe make_pipe();

/// What `argv` prints on its stdout before it ends or `most_bytes` were read, the rest is thrown away unread.
struct ChildOutput {
  std::string text;
  ChildProcess::End end;
  bool too_long = false;  ///< it printed more than that and was killed
};
/// Runs `argv` to its end with an empty stdin; nobody else's thread is held up. The group is killed when
/// `timeout` passes (Error(timed_out)) and when the await is cancelled.
Task<ChildOutput> output_of(std::vector<std::string> argv, std::size_t most_bytes,
                            std::chrono::milliseconds timeout);

}  // namespace mcpssh::base
