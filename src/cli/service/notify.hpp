#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::cli {

/// Tells a supervisor how the service is (sd_notify(3)); without one, nobody.
class Notifier {
 public:
  /// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the process environment, so that no program
  /// started later speaks for us.
  static Notifier from_environment();

  /// `status` is one line for people. A supervisor that does not listen changes nothing for us.
  void ready(std::string_view status) const;
  void reloading() const;
  void stopping(std::string_view status) const;
  void alive() const;

  /// The supervisor takes us for stuck when alive() was not said for so long; zero: it does not look.
  [[nodiscard]] std::chrono::microseconds watchdog() const { return watchdog_; }

 private:
  void send(const std::string& message) const;

  std::string address_;  ///< as sun_path wants it; an abstract one begins with NUL
  base::UniqueFd socket_;
  std::chrono::microseconds watchdog_{};
};

/// Says alive() twice in each period of the watchdog, from the loop, so that one that hangs is silent. Until
/// cancelled; returns at once when nobody looks.
base::Task<void> keep_alive(const Notifier& notifier);

}  // namespace mcpssh::cli
