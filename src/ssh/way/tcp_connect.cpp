#include "ssh/way/tcp_connect.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ssh/session/race.hpp"
#include "ssh/way/connect_race.hpp"
#include "ssh/way/resolve.hpp"

namespace mcpssh::ssh {
namespace {
using base::Error;
using base::ErrorCode;

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

/// A laptop that went to sleep or a firewall that forgot us must not look like a slow command. SSH's own
/// keepalive is quicker; this also holds where that is off.
void tune(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);
}

base::Task<Endpoints> resolve_within(base::MonoTime deadline, std::string host, std::uint16_t port) {
  auto endpoints = co_await within(deadline, resolve(host, port));
  if (!endpoints)
    throw Error(ErrorCode::resolve_failed,
                fmt::format("the name servers did not answer for {} in time", base::printable(host)),
                "check this machine's DNS, or use an IP address");
  co_return std::move(*endpoints);
}

}  // namespace

base::Task<TcpLink> tcp_connect(std::string host, std::uint16_t port, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const char* step = "resolve";
  try {
    auto endpoints = co_await resolve_within(deadline, host, port);
    step = "connect";
    auto link = co_await connect_race(families_in_turn(std::move(endpoints)), deadline);
    tune(link.socket.get());
    co_return link;
  } catch (const Error& error) {
    throw error.at_step(step);
  }
}

}  // namespace mcpssh::ssh
