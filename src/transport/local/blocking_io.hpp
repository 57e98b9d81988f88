#pragma once
#include <signal.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::transport {

/// The most one read brings.
inline constexpr std::size_t read_bytes = 64 * 1024;

/// Error(connection_lost): `what` and the errno's text.
base::Error lost(std::string_view what, int error);

/// Wakes a thread that waits in `wait_ready`, once and for good. `raise` may be
/// called from any thread.
class StopSignal {
 public:
  /// Throws Error(io_error).
  StopSignal();
  void raise() const noexcept;
  [[nodiscard]] int fd() const { return event_.get(); }

 private:
  base::UniqueFd event_;
};

enum class Readiness { ready, stopped };

/// Blocks until `fd` has one of the poll(2) `events`, an error or a hang-up, or
/// `stop` was raised, which goes first. Throws Error(connection_lost).
Readiness wait_ready(int fd, short events, const StopSignal& stop);

/// Blocks for the next bytes of `fd`, at most 64 KiB; empty at the end, or when
/// `stop` was raised. Throws Error(connection_lost).
std::string read_some(int fd, const StopSignal& stop);

/// Blocks until all of `bytes` are written. The flags of `fd` are not touched,
/// so each write is no larger than what poll promised. Throws
/// Error(connection_lost), also when `stop` was raised before the end. SIGPIPE
/// must be blocked or ignored.
void write_all(int fd, std::string_view bytes, const StopSignal& stop);

/// Blocks every signal of the calling thread while it lives; threads made
/// meanwhile keep them blocked, so that signals go to the main thread and a
/// broken pipe is an error code.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace mcpssh::transport
