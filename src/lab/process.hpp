#pragma once
#include <sys/types.h>

#include <filesystem>

#include "base/unique_fd.hpp"
#include "lab/program.hpp"

namespace mcpssh::lab {

/// A child process with its own session, on pipes or on a PTY. Destroying kills its process group (on a PTY
/// its whole session, since an interactive shell gives each job a group) and reaps it.
class Process final : public Program {
 public:
  struct Spec {
    std::vector<std::string> arguments;    ///< [0] is the path of the program
    std::vector<std::string> environment;  ///< "NAME=value"; nothing is inherited
    std::filesystem::path directory;
    std::optional<Terminal> terminal;  ///< none: pipes, with stderr apart
  };
  /// Throws Error(io_error).
  explicit Process(const Spec& spec);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() override;

  std::size_t take_input(std::string_view bytes) override;
  /// A PTY has no half to close, so nothing happens there, as with OpenSSH.
  void end_input() override;
  std::string read(Stream stream, std::size_t max) override;
  std::optional<Exit> exit() override;
  [[nodiscard]] bool finished() const override;
  void resize(const Terminal& terminal) override;
  void signal(std::string_view name) override;
  void add_waits(std::vector<pollfd>& waits, bool want_output, bool want_input) const override;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void start_on_pipes(const Spec& spec);
  void start_on_terminal(const Spec& spec);

  bool on_terminal_ = false;
  pid_t pid_ = -1;
  base::UniqueFd pidfd_, in_, out_, err_;  ///< on a PTY `out_` is the master for both ways
  std::optional<Exit> exit_;  ///< seen, but not reaped before destruction: the pid stays ours to signal
};

/// "TERM" for 15; other signals as "NAME@openssh.com" (RFC 4254 section 6.9 wants a domain on those it does
/// not list).
std::string signal_name(int number);

}  // namespace mcpssh::lab
