#include "base/wakeup.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mcpssh::base {
namespace {

struct CountedWaiter {
  explicit CountedWaiter(std::shared_ptr<int> count) : count_(std::move(count)) { ++*count_; }
  CountedWaiter(const CountedWaiter&) = delete;
  CountedWaiter& operator=(const CountedWaiter&) = delete;
  ~CountedWaiter() { --*count_; }

 private:
  std::shared_ptr<int> count_;
};

}  // namespace

Wakeup::Wakeup(const Executor& executor) : never_(executor, asio::steady_timer::time_point::max()) {}

void Wakeup::notify() {
  if (*waiting_ > 0) never_.cancel();
}

Task<void> Wakeup::wait() {
  const CountedWaiter counted(waiting_);
  boost::system::error_code woken;  // "cancelled" is how a never-expiring timer says "notified"
  co_await never_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

Task<bool> Wakeup::wait_until(asio::steady_timer::time_point deadline) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer alarm(never_.get_executor(), deadline);
  auto first = co_await (wait() || alarm.async_wait(asio::use_awaitable));
  co_return first.index() == 0;
}

}  // namespace mcpssh::base
