#include "cli/run/outlet.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "outputs/clean.hpp"

namespace mcpssh::cli {
namespace {

namespace asio = base::asio;
using base::because;
using base::Error;
using base::ErrorCode;

std::string name_of(int descriptor) {
  return descriptor == STDERR_FILENO ? "stderr" : "stdout";
}

bool not_now(int error) {
  return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

/// Asio would make what it waits on non-blocking, and the shell shares that flag, so it waits on an epoll of
/// our own.
Outlet::Outlet(const base::Executor& executor, int descriptor)
    : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {
  if (terminal_) {
    // A terminal that is ready may have room for one byte only.
    const auto again = "/proc/self/fd/" + std::to_string(descriptor);
    own_ = base::UniqueFd(::open(again.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (own_) descriptor_ = own_.get();
  }
  struct stat info{};
  if (::fstat(descriptor, &info) == 0) {
    if (S_ISREG(info.st_mode)) kind_ = Kind::file;
    if (S_ISSOCK(info.st_mode)) kind_ = Kind::socket;
  }
  base::UniqueFd watch(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event writable{};
  writable.events = EPOLLOUT;
  if (!watch)
    throw Error(ErrorCode::io_error, "cannot wait for " + name_of(descriptor) + ": " + because(errno));
  // What cannot be waited for is always ready: files, /dev/null.
  if (::epoll_ctl(watch.get(), EPOLL_CTL_ADD, descriptor_, &writable) == 0)
    ready_ = std::make_unique<asio::posix::stream_descriptor>(executor, watch.release());
  else
    kind_ = Kind::file;
}

ssize_t Outlet::write_now(std::string_view bytes) const {
  if (kind_ == Kind::file) return ::write(descriptor_, bytes.data(), bytes.size());
  if (kind_ == Kind::socket)
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (own_) return ::write(descriptor_, bytes.data(), bytes.size());
  pollfd ready{descriptor_, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1) {
    errno = EAGAIN;
    return -1;
  }
  // A pipe that polls as writable has room for so much.
  return ::write(descriptor_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

void say_at_once(std::string_view text) {
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1) return;
  [[maybe_unused]] const auto told =
      ::write(STDERR_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
}

void Outlet::give_up() {
  given_up_ = true;
  if (ready_) ready_->cancel();
}

base::Task<bool> Outlet::write(std::string bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    if (given_up_) co_return false;
    const auto count = write_now(rest);
    const int error = errno;
    if (count > 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && (error == EPIPE || error == ECONNRESET || error == EIO || error == EBADF)) {
      co_return false;
    } else if (count < 0 && !not_now(error)) {
      throw Error(ErrorCode::io_error, "cannot write to " + name_of(descriptor_) + ": " + because(error));
    } else if (ready_) {
      boost::system::error_code woken;  // given up, or cancelled: then the next co_await throws
      co_await ready_->async_wait(asio::posix::stream_descriptor::wait_read,
                                  asio::redirect_error(asio::use_awaitable, woken));
    }
  }
  co_return true;
}

std::string TerminalText::feed(std::string_view bytes) {
  unsettled_ += bytes;
  const std::size_t sure = outputs::settled(unsettled_);
  const auto text = outputs::clean(std::string_view(unsettled_).substr(0, sure));
  unsettled_.erase(0, sure);
  return text;
}

std::string TerminalText::finish() {
  return outputs::clean(std::exchange(unsettled_, {}));
}

}  // namespace mcpssh::cli
