#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "ssh/channel.hpp"
#include "ssh/connection.hpp"
#include "ssh/pid_line.hpp"

namespace mcpssh::ssh {

/// One command from channel to result; see Connection::exec. Runs in a coroutine of its own (co_spawn),
/// because it turns cancellation off while it stops the remote process.
class Execution {
 public:
  /// `posix`: the login shell is proved, so the command gets a pid line and can be stopped by pid.
  Execution(std::shared_ptr<Driver> driver, bool posix, ExecRequest request, Sink sink);
  base::Task<ExecResult> run();

 private:
  enum class Event { ended, deadline, cancelled, lost };

  void take(std::string_view bytes, bool is_stderr);
  base::Task<void> open();
  base::Task<std::optional<Event>> request();
  base::Task<Event> watch();
  base::Task<void> settle();
  base::Task<void> stop();
  base::Task<void> wait_for_pid(base::MonoTime deadline);
  base::Task<void> stop_by_signals(base::MonoTime deadline);
  base::Task<bool> over_by(base::MonoTime deadline);
  void conclude(Event event);

  std::shared_ptr<Driver> driver_;
  ExecRequest request_;
  Sink sink_;
  std::string nonce_;
  std::optional<PidLine> pid_line_;
  std::optional<Channel> channel_;
  base::MonoTime deadline_;
  ExecResult result_;
};

}  // namespace mcpssh::ssh
