#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/metrics.hpp"
#include "gateway/outcome.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::gateway {

/// What the gateway counts. Lives on its executor; `fsync` may be observed from any thread.
class Meters {
 public:
  /// `metrics` null: counts, and nobody reads it.
  explicit Meters(std::shared_ptr<base::Metrics> metrics);

  /// A command or a line is over. `sent`: its bytes went to the host.
  void command(const Outcome& outcome, bool sent);
  void decision(const guard::Verdict& verdict);
  /// A question to a human is over: "approved", "declined", "timed_out", "cancelled" or "void".
  void approval(std::string_view ending, std::chrono::nanoseconds waited);
  /// An SSH connection was tried; `failure` is empty when it was opened.
  void connect(std::chrono::nanoseconds took, std::optional<base::ErrorCode> failure);
  void record(bool written);

  [[nodiscard]] const std::shared_ptr<base::Metrics>& metrics() const { return metrics_; }

 private:
  std::shared_ptr<base::Metrics> metrics_;
  base::Family<base::Counter>& commands_;
  base::Histogram& command_duration_;
  base::Family<base::Counter>& output_bytes_;
  base::Family<base::Counter>& decisions_;
  base::Family<base::Histogram>& approval_wait_;
  base::Family<base::Histogram>& connect_duration_;
  base::Counter& host_key_mismatch_;
  base::Counter& records_;
  base::Counter& write_errors_;

 public:
  base::Histogram& fsync;
  // Set before each rendering.
  base::Gauge& commands_running;
  base::Gauge& approvals_pending;
  base::Family<base::Gauge>& connections;  ///< "idle", "busy", "connecting"
  base::Gauge& audit_writable;
};

}  // namespace mcpssh::gateway
