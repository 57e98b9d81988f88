#include "cli/service/notify.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

std::string take(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

/// 0 for what is no number.
long long number(const std::string& text) {
  long long value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::string status_line(std::string_view status) {
  return "STATUS=" + base::printable(status, 500) + "\n";
}

}  // namespace

Notifier Notifier::from_environment() {
  Notifier notifier;
  const auto address = take("NOTIFY_SOCKET");
  const auto period = number(take("WATCHDOG_USEC"));
  const auto whose = take("WATCHDOG_PID");
  const bool usable = address.starts_with('/') || address.starts_with('@');
  if (!usable || address.size() >= sizeof(sockaddr_un::sun_path)) return notifier;
  notifier.address_ = address;
  if (address.front() == '@') notifier.address_.front() = '\0';
  notifier.socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (period > 0 && (whose.empty() || number(whose) == ::getpid()))
    notifier.watchdog_ = std::chrono::microseconds(period);
  return notifier;
}

void Notifier::send(const std::string& message) const {
  if (!socket_) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // A supervisor that does not read must not stop us: better it misses one.
  [[maybe_unused]] const auto sent =
      ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&to), size);
}

void Notifier::ready(std::string_view status) const {
  send("READY=1\n" + status_line(status) + fmt::format("MAINPID={}\n", ::getpid()));
}

void Notifier::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n", microseconds));
}

void Notifier::stopping(std::string_view status) const {
  send("STOPPING=1\n" + status_line(status));
}

void Notifier::alive() const {
  send("WATCHDOG=1\n");
}

base::Task<void> keep_alive(const Notifier& notifier) {
  if (notifier.watchdog().count() == 0) co_return;
  base::asio::steady_timer timer(co_await base::asio::this_coro::executor);
  for (;;) {
    notifier.alive();
    timer.expires_after(notifier.watchdog() / 2);
    co_await timer.async_wait(base::asio::use_awaitable);
  }
}

}  // namespace mcpssh::cli
