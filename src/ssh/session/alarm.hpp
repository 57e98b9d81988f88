#pragma once
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mcpssh::ssh {

/// Calls `ring` at a time that can be moved, on the executor; never after its own end.
class Alarm {
 public:
  Alarm(const base::Executor& executor, std::function<void()> ring)
      : timer_(executor), ring_(std::make_shared<std::function<void()>>(std::move(ring))) {}

  /// Replaces the time that was set before. MonoTime::max() is never.
  void set(base::MonoTime at) {
    timer_.expires_at(at);
    if (at == base::MonoTime::max()) return;
    timer_.async_wait([weak = std::weak_ptr(ring_)](const boost::system::error_code& error) {
      const auto ring = weak.lock();
      if (ring && !error) (*ring)();
    });
  }

 private:
  base::asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> ring_;
};

}  // namespace mcpssh::ssh
