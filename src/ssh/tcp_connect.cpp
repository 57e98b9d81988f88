#include "ssh/tcp_connect.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wakeup.hpp"
#include "ssh/blocking.hpp"
#include "ssh/race.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using Endpoints = std::vector<tcp::endpoint>;

/// More addresses than that are a round robin; trying them all would only eat the time.
constexpr std::size_t max_addresses = 8;

struct Lookup {
  explicit Lookup(const base::Executor& executor) : answered(executor) {}
  bool done = false;
  int error = 0;  ///< EAI_*
  Endpoints found;
  base::Wakeup answered;
};

int look_up(const std::string& host, std::uint16_t port, Endpoints& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0) return error;
  for (const auto* entry = list; entry != nullptr && found.size() < max_addresses; entry = entry->ai_next) {
    tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(entry->ai_addrlen);
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    found.push_back(endpoint);
  }
  ::freeaddrinfo(list);
  return found.empty() ? EAI_NONAME : 0;
}

/// getaddrinfo cannot be interrupted, so the waiter walks away from it instead: the answer comes to a Lookup
/// nobody looks at.
base::Task<Endpoints> resolve(std::string host, std::uint16_t port) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) co_return Endpoints{tcp::endpoint(address, port)};

  auto executor = co_await asio::this_coro::executor;
  auto lookup = std::make_shared<Lookup>(executor);
  auto ask = [lookup, executor, host, port]() mutable {
    Endpoints found;
    const int error = look_up(host, port, found);
    auto deliver = [lookup = std::move(lookup), error, found = std::move(found)]() mutable {
      lookup->done = true;
      lookup->error = error;
      lookup->found = std::move(found);
      lookup->answered.notify();
    };
    asio::post(executor, std::move(deliver));
  };
  asio::post(blocking_executor(executor), std::move(ask));
  while (!lookup->done) co_await lookup->answered.wait();
  if (lookup->error != 0)
    throw Error(ErrorCode::resolve_failed,
                fmt::format("cannot resolve {}: {}", base::printable(host), ::gai_strerror(lookup->error)),
                "check the host's address in hosts.yaml and this machine's DNS");
  co_return std::move(lookup->found);
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

/// A laptop that went to sleep or a firewall that forgot us must not look like a slow command.
void tune(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);
}

std::string text_of(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return fmt::format("{}:{}", host, endpoint.port());
}

base::Task<boost::system::error_code> attempt(tcp::socket& socket, tcp::endpoint endpoint) {
  boost::system::error_code error;
  co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  co_return error;
}

std::string cause_of(const boost::system::error_code& error, const std::string& where) {
  if (error == asio::error::connection_refused) return "connection refused by " + where;
  if (error == asio::error::timed_out) return "no answer from " + where + ": timed out";
  if (error == asio::error::host_unreachable || error == asio::error::network_unreachable)
    return where + " is unreachable: " + error.message();
  return "cannot connect to " + where + ": " + error.message();
}

std::string next_move_for(const boost::system::error_code& error) {
  if (error == asio::error::connection_refused) return "check that an SSH server listens on that port";
  return "check address, network and firewall between this machine and the host";
}

base::Task<Endpoints> resolve_within(base::MonoTime deadline, std::string host, std::uint16_t port) {
  auto endpoints = co_await within(deadline, resolve(host, port));
  if (!endpoints)
    throw Error(ErrorCode::resolve_failed,
                fmt::format("the name servers did not answer for {} in time", base::printable(host)),
                "check this machine's DNS, or use an IP address");
  co_return std::move(*endpoints);
}

base::Task<TcpLink> connect_to(Endpoints endpoints, base::MonoTime deadline) {
  auto executor = co_await asio::this_coro::executor;
  std::vector<std::string> causes;
  boost::system::error_code last;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto now = std::chrono::steady_clock::now();
    const auto share = (deadline - now) / static_cast<long>(endpoints.size() - i);
    tcp::socket socket(executor);
    auto error = co_await within(now + share, attempt(socket, endpoints[i]));
    last = error ? *error : make_error_code(asio::error::timed_out);
    const std::string where = text_of(endpoints[i]);
    if (!last) {
      tune(socket.native_handle());
      TcpLink link;
      link.socket.reset(socket.release());
      link.address = where;
      co_return link;
    }
    causes.push_back(cause_of(last, where));
  }
  throw Error(ErrorCode::connect_failed, base::join(causes, "; "), next_move_for(last));
}

}  // namespace

base::Task<TcpLink> tcp_connect(std::string host, std::uint16_t port, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const char* step = "resolve";
  try {
    auto endpoints = co_await resolve_within(deadline, host, port);
    step = "connect";
    co_return co_await connect_to(std::move(endpoints), deadline);
  } catch (const Error& error) {
    throw error.at_step(step);
  }
}

}  // namespace mcpssh::ssh
