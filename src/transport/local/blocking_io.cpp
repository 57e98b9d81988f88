#include "transport/local/blocking_io.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <system_error>

#include "base/error.hpp"

namespace mcpssh::transport {

base::Error lost(std::string_view what, int error) {
  return base::Error(base::ErrorCode::connection_lost,
                     std::string(what) + ": " + std::generic_category().message(error));
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC)) {
  if (!event_)
    throw base::Error(base::ErrorCode::io_error, "no eventfd: " + std::generic_category().message(errno));
}

void StopSignal::raise() const noexcept {
  const std::uint64_t one = 1;
  // Cannot fail: the counter is far from its end.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

Readiness wait_ready(int fd, short events, const StopSignal& stop) {
  std::array<pollfd, 2> waiting{pollfd{stop.fd(), POLLIN, 0}, pollfd{fd, events, 0}};
  while (::poll(waiting.data(), waiting.size(), -1) < 0) {
    if (errno != EINTR) throw lost("waiting for the MCP client failed", errno);
  }
  return waiting[0].revents != 0 ? Readiness::stopped : Readiness::ready;
}

std::string read_some(int fd, const StopSignal& stop) {
  std::string bytes(read_bytes, '\0');
  for (;;) {
    if (wait_ready(fd, POLLIN, stop) == Readiness::stopped) return {};
    const auto count = ::read(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.resize(static_cast<std::size_t>(count));
      return bytes;
    }
    if (errno != EINTR && errno != EAGAIN) throw lost("reading from the MCP client failed", errno);
  }
}

void write_all(int fd, std::string_view bytes, const StopSignal& stop) {
  while (!bytes.empty()) {
    if (wait_ready(fd, POLLOUT, stop) == Readiness::stopped)
      throw base::Error(base::ErrorCode::connection_lost, "writing to the MCP client was stopped half-way");
    // A pipe that polls as writable has room for PIPE_BUF bytes; more could
    // block.
    const auto count = ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR && errno != EAGAIN)
      throw lost("writing to the MCP client failed", errno);
  }
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace mcpssh::transport
