#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "ssh/remote_listener.hpp"
#include "ssh/target.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace mcpssh::ssh {

/// Gets output as it arrives, on the connection's executor. Must not block, throw or re-enter the connection.
using Sink = std::function<void(std::string_view bytes, bool is_stderr)>;

/// Holds a command's output back for a slow reader: while it holds, SSH's window fills and the host waits.
/// Nothing is dropped. On the connection's executor; not to be released from inside a Sink.
class Throttle {
 public:
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    if (on_release_) on_release_();
  }
  [[nodiscard]] bool held() const { return held_; }
  /// For whoever keeps the output back; called at each release().
  void on_release(std::function<void()> hand_on) { on_release_ = std::move(hand_on); }

 private:
  bool held_ = false;
  std::function<void()> on_release_;
};

/// How a command ended. What cannot be known is said to be unknown.
struct ExecResult {
  enum class End {
    exited,           ///< exit_code
    signalled,        ///< signal ("KILL")
    timed_out,        ///< we stopped it at the deadline; see `stop`. Not needed: its output was still coming
    cancelled,        ///< the caller went away; see `stop`
    closed,           ///< the host closed the channel and told no status (dropbear's kill, devices)
    connection_lost,  ///< outcome unknown, or output missing though it ended: `detail`
    not_started,  ///< the host was reached, but not the command: no such directory, sudo said no; `detail`
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
  std::string detail;                ///< reason of a lost connection, or of not_started
};

struct PtyRequest {
  std::string term = "dumb";  ///< network-cli.md: dumb and wide is the only clean combination
  unsigned columns = 511;
  unsigned rows = 1000;
};

/// Run as another user, through sudo. The password goes to sudo's own per-call prompt only, once, on the
/// channel's stdin.
struct SudoRequest {
  std::string user = "root";
  std::optional<base::Secret> password;  ///< absent: sudo must not need one
};

/// Everything but `command` needs a proved POSIX shell. The environment stands in the text the host's shell
/// is given, where other processes there can read it: nothing secret belongs into it.
struct ExecRequest {
  std::string command;
  std::string directory;  ///< empty: the login's own. Taken literally (no ~), and with sudo as its user
  std::vector<std::pair<std::string, std::string>> environment;  ///< exported before the command
  std::string input;  ///< stdin, then its end; on a terminal it is typed, and echoed
  std::optional<SudoRequest> sudo;
  bool tty = false;                      ///< a PTY: stdout and stderr are one, and a hangup ends the command
  std::chrono::milliseconds timeout{};   ///< 0 = none
  std::shared_ptr<Throttle> throttle{};  ///< null: what comes is taken as fast as it comes
};

/// One SSH connection, confined to the executor it was opened on: every member is called there, reached from
/// elsewhere with base::hop. Shared because channels keep it alive. Destroying the last reference closes it.
class Connection {
 public:
  /// Resolves, connects, checks the host key, logs in, probes the shell. Throws Error with code and step; a
  /// changed key names both fingerprints. Cancelling closes what was opened. `carrier`: the connection to
  /// `target.jump`, required when that is set; it may live on another executor, and stays alive as long.
  static base::Task<std::shared_ptr<Connection>> open(Target target,
                                                      std::shared_ptr<Connection> carrier = nullptr);
  virtual ~Connection() = default;

  /// Runs one command on an exec channel. Throws Error only when the command has not run:
  /// - nothing was asked, so that it is safe to try again, elsewhere or later: `channel_limit` (the host
  /// opens
  ///   no further channel on this connection, though others are open), `connection_lost` (it had ended before
  ///   the request was sent), `timed_out` (no channel before the deadline), `cancelled`, `invalid_argument`
  ///   (NUL bytes, names of variables, more than 128 KiB, or anything but a command without a proved shell);
  /// - `channel_failed`: the host was asked and said no, to the command, to a terminal, or to session
  /// channels
  ///   at all. Asking again is another request.
  /// Everything else is an ExecResult: once the request was sent, a lost connection is End::connection_lost,
  /// and a host that closes the channel without ever answering is End::closed with a `detail`. At the
  /// deadline, and when cancelled, the remote process group is ended (TERM, then KILL); a cancelled await
  /// still waits for that, at most 2 x limits::stop_grace and a second, and gets its ExecResult
  /// (End::cancelled): the awaiting coroutine's own next co_await throws.
  /// Without a proved shell (`posix` false: devices, Windows) the command goes as it stands and its exit code
  /// comes through; stopping is by SSH signals and proves nothing. Windows' own OpenSSH was never tried.
  virtual base::Task<ExecResult> exec(ExecRequest request, Sink sink) = 0;

  /// Opens a PTY with the login shell. The stream ends when the shell does. Destroying it closes the channel.
  virtual base::Task<std::unique_ptr<base::Duplex>> open_shell(PtyRequest pty) = 0;

  /// A subsystem ("sftp") on a session channel of its own. The stream ends when it does. Throws
  /// Error(channel_failed) when the host has none of that name, Error(connection_lost).
  virtual base::Task<std::unique_ptr<base::Duplex>> open_subsystem(std::string name) = 0;

  /// A direct-tcpip channel (RFC 4254 section 7.2) to `address`:`port` as the host sees it. The stream ends
  /// when the other side does. Throws Error(channel_failed) with the host's reason, Error(connection_lost).
  virtual base::Task<std::unique_ptr<base::Duplex>> open_forward(std::string address, std::uint16_t port) = 0;

  /// Asks the host to listen (RFC 4254 section 7.1) on `address`, an IP address of its own, and `port`, which
  /// is not 0. Throws Error(channel_failed) when it does not, Error(timed_out | connection_lost).
  virtual base::Task<std::shared_ptr<RemoteListener>> listen_forward(std::string address,
                                                                     std::uint16_t port) = 0;

  [[nodiscard]] virtual const ConnectionFacts& facts() const = 0;
  [[nodiscard]] virtual bool alive() const = 0;
  /// Channels now open: commands and shells.
  [[nodiscard]] virtual std::size_t channels() const = 0;
  [[nodiscard]] virtual base::Executor executor() const = 0;
  /// Completes when the connection has ended, for whatever reason.
  virtual base::Task<void> closed() = 0;
  /// The same for whoever waits as long as the connection lives, of which a coroutine costs kilobytes: `tell`
  /// is called once, on the executor. There is one such.
  virtual void when_closed(std::function<void()> tell) = 0;
  /// Ends the connection at once; running commands see connection_lost. Idempotent.
  virtual void close() = 0;
};

/// Asks `target` for its host keys without logging in: first contact for `hosts trust`. Throws Error.
/// With `type` set, asks for the key of that type only.
base::Task<HostKey> fetch_host_key(Target target, std::string type = {},
                                   std::shared_ptr<Connection> carrier = nullptr);

}  // namespace mcpssh::ssh
