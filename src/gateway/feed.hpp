#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "gateway/piece.hpp"
#include "outputs/spool.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::gateway {

/// Both streams of a command. Thread-safe.
struct Spools {
  Spools(outputs::Spool::Limits limits, const std::shared_ptr<outputs::Allowance>& allowance)
      : out(limits, allowance), err(limits, allowance) {}
  [[nodiscard]] const outputs::Spool& of(bool is_stderr) const { return is_stderr ? err : out; }
  outputs::Spool out;
  outputs::Spool err;
};

/// A command that runs, as seen on its connection's thread: filled there, and waited for there.
class Feed {
 public:
  /// `followed`: somebody takes all of it with next(), and the host waits for them.
  Feed(const base::Executor& there, std::shared_ptr<Spools> spools, bool followed = false)
      : there_(there),
        spools_(std::move(spools)),
        throttle_(followed ? std::make_shared<ssh::Throttle>() : nullptr),
        grown_(there) {}

  /// For Connection::exec.
  void take(std::string_view bytes, bool is_stderr);
  /// Nothing follows.
  void end();
  /// Returns when the stream holds more than `seen` bytes, when it has ended, or at `deadline`. Called on the
  /// connection's executor.
  static base::Task<void> more(std::shared_ptr<Feed> feed, bool is_stderr, std::uint64_t seen,
                               base::MonoTime deadline);
  /// Of a followed one: what came since the last piece, as soon as there is something; nothing at the end.
  /// Called on the connection's executor.
  static base::Task<std::optional<Piece>> next(std::shared_ptr<Feed> feed);
  [[nodiscard]] const base::Executor& executor() const { return there_; }
  /// For Connection::exec; null when nobody follows.
  [[nodiscard]] const std::shared_ptr<ssh::Throttle>& throttle() const { return throttle_; }

 private:
  base::Executor there_;
  std::shared_ptr<Spools> spools_;
  std::shared_ptr<ssh::Throttle> throttle_;
  Piece ahead_;  ///< of a followed one: not taken yet
  base::Wakeup grown_;
  bool ended_ = false;
};

/// Runs `request` on the connection's thread, its output going to `feed`, which ends with it.
base::Task<ssh::ExecResult> run_fed(std::shared_ptr<ssh::Connection> connection, ssh::ExecRequest request,
                                    std::shared_ptr<Feed> feed);

}  // namespace mcpssh::gateway
