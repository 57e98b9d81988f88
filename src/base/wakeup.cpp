#include "base/wakeup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mcpssh::base {
namespace {

class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  int& count_;
};

}  // namespace

/// One who waits no longer than until a deadline.
class Wakeup::OnTime {
 public:
  OnTime(std::shared_ptr<Waiters> among, const Executor& executor, asio::steady_timer::time_point deadline)
      : among_(std::move(among)), alarm_(executor, deadline) {
    among_->timed.push_back(&alarm_);
  }
  OnTime(const OnTime&) = delete;
  OnTime& operator=(const OnTime&) = delete;
  ~OnTime() { std::erase(among_->timed, &alarm_); }
  asio::steady_timer& alarm() { return alarm_; }

 private:
  std::shared_ptr<Waiters> among_;
  asio::steady_timer alarm_;
};

Wakeup::Wakeup(const Executor& executor) : never_(executor, asio::steady_timer::time_point::max()) {}

void Wakeup::notify() {
  if (waiters_->untimed > 0) never_.cancel();
  for (auto* alarm : waiters_->timed) alarm->cancel();
}

// "cancelled" is how a timer says "notified".

Task<void> Wakeup::wait() {
  const auto waiters = waiters_;
  const Counted counted(waiters->untimed);
  boost::system::error_code woken;
  co_await never_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

Task<bool> Wakeup::wait_until(asio::steady_timer::time_point deadline) {
  OnTime waiter(waiters_, never_.get_executor(), deadline);
  boost::system::error_code woken;
  co_await waiter.alarm().async_wait(asio::redirect_error(asio::use_awaitable, woken));
  co_return woken == asio::error::operation_aborted;
}

}  // namespace mcpssh::base
