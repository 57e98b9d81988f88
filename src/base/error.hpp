#pragma once
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace mcpssh::base {

/// What kind of thing went wrong. Closed on purpose: callers branch on it, people read the sentence.
enum class ErrorCode {
  invalid_argument,   ///< the caller asked for something that cannot be (unknown host, bad port)
  invalid_config,     ///< hosts.yaml or the environment does not make sense
  not_found,          ///< a file, host, session or call that does not exist
  permission_denied,  ///< a file whose mode is wrong, or the operating system said no
  refused,            ///< policy said no
  resolve_failed,     ///< DNS
  connect_failed,     ///< TCP: refused, unreachable, timed out; a jump host or proxy that goes no further
  backing_off,  ///< connecting failed so often that it is not tried again before a time the message names
  handshake_failed,  ///< SSH version, key exchange, algorithms
  host_key_unknown,  ///< no key on record for this host
  host_key_changed,  ///< the host shows another key than the one on record
  auth_failed,       ///< the host took none of our credentials
  needs_human,       ///< the host asks what only a person can answer, and there is no way to ask one
  channel_failed,    ///< the host refused a PTY or an exec request, or closed the channel
  channel_limit,     ///< the host opens no further session channel on this connection (MaxSessions)
  connection_lost,   ///< the connection ended while in use: outcome unknown
  timed_out,
  cancelled,
  journal_unwritable,  ///< the audit journal cannot be written, so nothing may run
  protocol_error,      ///< a peer sent what the protocol does not allow
  limit_reached,
  io_error,
  internal,
};

/// Stable snake_case name, used in records and `_meta`.
std::string_view to_string(ErrorCode code);

/// What exactly went wrong; base/faults.hpp lists them. Each is of one kind above.
enum class Fault : std::uint8_t;

/// The one error type. Thrown by I/O coroutines, returned in std::expected by parsers.
/// A message names the host (when there is one), the step, the cause, and the next move.
class Error : public std::exception {
 public:
  /// `cause`: what failed and why, one sentence without a full stop. `next_move`: what the reader can do.
  Error(Fault fault, std::string cause, std::string next_move = {});
  /// Where no fault names it better: the general one of its kind.
  Error(ErrorCode code, std::string cause, std::string next_move = {});

  /// The same error, said of `host` (kept when already set).
  [[nodiscard]] Error at_host(std::string_view host) const;
  /// The same error, said of `step` ("connect", "log in", "read hosts.yaml"); kept when already set.
  [[nodiscard]] Error at_step(std::string_view step) const;

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] const std::string& step() const { return step_; }
  [[nodiscard]] const std::string& cause() const { return cause_; }
  [[nodiscard]] const std::string& next_move() const { return next_move_; }

  /// The message and the code to look up, as people and models see it: "... listens on that port
  /// [connect-failed]".
  [[nodiscard]] const char* what() const noexcept override { return shown_.c_str(); }
  /// "web1: connect: connection refused by 192.0.2.1:22. Next: check that sshd listens on that port", to be
  /// built into other sentences.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  void compose();

  ErrorCode code_;
  Fault fault_;
  std::string host_, step_, cause_, next_move_, message_, shown_;
};

}  // namespace mcpssh::base
