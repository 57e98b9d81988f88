#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "ssh/known_hosts.hpp"
#include "ssh/target.hpp"

namespace mcpssh::ssh {

/// Gets output as it arrives, on the connection's executor. Must not block, throw or re-enter the connection.
using Sink = std::function<void(std::string_view bytes, bool is_stderr)>;

/// How a command ended. What cannot be known is said to be unknown.
struct ExecResult {
  enum class End {
    exited,           ///< exit_code
    signalled,        ///< signal ("KILL")
    timed_out,        ///< we stopped it at the deadline; see `stop`
    cancelled,        ///< the caller went away; see `stop`
    closed,           ///< the host closed the channel and told no status (dropbear's kill, devices)
    connection_lost,  ///< outcome unknown
  } end = End::exited;
  enum class Stop {
    not_needed,
    proved_gone,    ///< its process group was ended and is gone
    still_running,  ///< it survived KILL: pid tells which
    unproved,       ///< the host gives no way to tell
  } stop = Stop::not_needed;
  int exit_code = -1;
  std::string signal;
  long remote_pid = 0;               ///< 0: unknown
  bool output_may_continue = false;  ///< a background child still holds the output
  std::string detail;                ///< reason of a lost connection
};

struct ExecRequest {
  std::string command;
  std::chrono::milliseconds timeout{};  ///< 0 = none
};

struct PtyRequest {
  std::string term = "dumb";  ///< network-cli.md: dumb and wide is the only clean combination
  unsigned columns = 511;
  unsigned rows = 1000;
};

/// One SSH connection, confined to the executor it was opened on: every member is called there, reached from
/// elsewhere with base::hop. Shared because channels keep it alive. Destroying the last reference closes it.
class Connection {
 public:
  /// Resolves, connects, checks the host key, logs in, probes the shell. Throws Error with code and step; a
  /// changed key names both fingerprints. Cancelling closes what was opened.
  static base::Task<std::shared_ptr<Connection>> open(Target target);
  virtual ~Connection() = default;

  /// Runs one command on an exec channel; on a proved POSIX shell its stdin is empty. Throws only when the
  /// command was never started (channel_failed; cancelled; invalid_argument for a NUL byte); everything after
  /// that is an ExecResult. At the deadline, and when cancelled, the remote process group is ended (TERM,
  /// then KILL); a cancelled await still waits for that, at most 2 × limits::stop_grace, and gets its
  /// ExecResult (End::cancelled): the awaiting coroutine's own next co_await throws.
  virtual base::Task<ExecResult> exec(ExecRequest request, Sink sink) = 0;

  /// Opens a PTY with the login shell. The stream ends when the shell does. Destroying it closes the channel.
  virtual base::Task<std::unique_ptr<base::Duplex>> open_shell(PtyRequest pty) = 0;

  [[nodiscard]] virtual const ConnectionFacts& facts() const = 0;
  [[nodiscard]] virtual bool alive() const = 0;
  /// Channels now open: commands and shells.
  [[nodiscard]] virtual std::size_t channels() const = 0;
  [[nodiscard]] virtual base::Executor executor() const = 0;
  /// Completes when the connection has ended, for whatever reason.
  virtual base::Task<void> closed() = 0;
  /// Ends the connection at once; running commands see connection_lost. Idempotent.
  virtual void close() = 0;
};

/// Asks `target` for its host keys without logging in: first contact for `hosts trust`. Throws Error.
/// With `type` set, asks for the key of that type only.
base::Task<HostKey> fetch_host_key(Target target, std::string type = {});

}  // namespace mcpssh::ssh
