#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace mcpssh::test {

using namespace std::chrono_literals;

/// One child process. Killed and reaped by the destructor, and by the kernel when the thread that started it
/// dies. Its stdout and stderr are kept in memory; its stdin is a pipe. Owned by one thread.
class Process {
 public:
  struct Options {
    std::vector<std::string> argv;           ///< argv[0] is looked up on PATH
    std::map<std::string, std::string> env;  ///< added to this process's environment
    std::filesystem::path directory;         ///< empty: ours
    bool pipe_stdout = false;                ///< read_line() instead of out()
  };
  explicit Process(Options options);
  Process(Process&&) noexcept = default;
  Process& operator=(Process&&) = delete;
  ~Process();

  [[nodiscard]] int pid() const { return pid_; }
  /// Everything written so far (a pipe_stdout child has no out()).
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

  void write(std::string_view bytes);
  void close_stdin() { stdin_.reset(); }
  /// The next line of a pipe_stdout child without its newline; nothing at the end of the stream.
  /// Throws std::runtime_error after `limit`.
  std::optional<std::string> read_line(std::chrono::milliseconds limit = 10s);

  void signal(int number) const;
  /// The exit code, or 128 + the signal's number. Nothing when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit = 10s);
  /// SIGTERM, and SIGKILL when it is still there after five seconds.
  void stop();

 private:
  int pid_ = -1;
  std::optional<int> status_;
  base::UniqueFd pidfd_, stdin_, stdout_, stderr_;
  std::string unread_;
};

struct Finished {
  int exit_code = -1;
  std::string out, err;
};
/// Runs a program to its end, its stdin empty. Throws std::runtime_error when it takes longer than `limit`.
Finished run_to_end(Process::Options options, std::chrono::milliseconds limit = 30s);
/// The same in this environment.
Finished run(std::vector<std::string> argv, std::chrono::milliseconds limit = 30s);
/// Like run, but throws with the program's stderr when it fails. Returns stdout.
std::string run_ok(std::vector<std::string> argv, std::chrono::milliseconds limit = 30s);

}  // namespace mcpssh::test
