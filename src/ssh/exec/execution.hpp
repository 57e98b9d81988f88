#pragma once
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "ssh/exec/remote_command.hpp"
#include "ssh/session/alarm.hpp"

namespace mcpssh::ssh {

/// One command from channel to result; see Connection::exec. Runs in a coroutine of its own (co_spawn),
/// because it turns cancellation off while it stops the remote process.
class Execution {
 public:
  /// With a proved `shell` the command gets a pid line and can be stopped by pid. Throws
  /// Error(invalid_argument).
  Execution(std::shared_ptr<SessionChannels> channels, CommandShell shell, ExecRequest request, Sink sink);
  base::Task<ExecResult> run();

 private:
  enum class Event { ended, deadline, cancelled, lost };

  base::Task<void> open();
  void send();
  base::Task<Event> watch();
  base::Task<Event> settle();
  base::Task<bool> read_on();
  [[nodiscard]] std::chrono::milliseconds silence_allowed() const;
  base::Task<bool> more_came();
  [[nodiscard]] bool whole();
  base::Task<void> stop();
  base::Task<void> stop_by_signals(base::MonoTime deadline);
  base::Task<void> wait_for_pid(base::MonoTime deadline);
  base::Task<bool> over_by(base::MonoTime deadline);
  base::Task<bool> changed_by(base::MonoTime deadline);
  void conclude(Event event);
  void conclude_ended();
  [[nodiscard]] std::string what_is_missing();

  std::shared_ptr<SessionChannels> channels_;
  CommandShell shell_;
  base::MonoTime deadline_;
  RemoteCommand command_;
  Alarm alarm_;
  ExecResult result_;
  bool stopping_ = false;
  std::optional<std::uint64_t> asked_at_;  ///< bytes taken when the question was sent that is open now
};

}  // namespace mcpssh::ssh
