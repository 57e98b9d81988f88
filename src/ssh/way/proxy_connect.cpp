#include "ssh/way/proxy_connect.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "ssh/session/race.hpp"
#include "ssh/way/http_tunnel.hpp"
#include "ssh/way/socks5.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Fault;
namespace {

using Socket = asio::generic::stream_protocol::socket;

base::Task<std::string> read_exactly(Socket& socket, std::size_t size) {
  std::string bytes(size, '\0');
  co_await asio::async_read(socket, asio::buffer(bytes), asio::use_awaitable);
  co_return bytes;
}

base::Task<void> write_all(Socket& socket, base::Secret bytes) {
  co_await asio::async_write(socket, asio::buffer(bytes.reveal()), asio::use_awaitable);
}

base::Task<void> ask_socks5(Socket& socket, const Proxy& proxy, std::string address, std::uint16_t port) {
  const bool have_password = !proxy.user.empty() && proxy.password;
  co_await write_all(socket, base::Secret(socks5::greeting(have_password)));
  const std::string choice = co_await read_exactly(socket, socks5::choice_size);
  if (socks5::wants_password(choice, have_password)) {
    co_await write_all(socket, base::Secret(socks5::credentials(proxy.user, proxy.password->reveal())));
    const std::string verdict = co_await read_exactly(socket, socks5::verdict_size);
    socks5::check_verdict(verdict);
  }
  co_await write_all(socket, base::Secret(socks5::request(address, port)));
  const std::string head = co_await read_exactly(socket, socks5::reply_head_size);
  co_await read_exactly(socket, socks5::rest_of_reply(head));
}

/// Takes nothing of what follows the head: that is the host's greeting already.
base::Task<std::string> read_head(Socket& socket) {
  std::string head;
  std::string peeked(4096, '\0');
  for (;;) {
    const auto size = co_await socket.async_receive(asio::buffer(peeked), asio::socket_base::message_peek,
                                                    asio::use_awaitable);
    const std::string so_far = head + peeked.substr(0, size);
    const std::size_t end = http_tunnel::head_size(so_far);
    const std::size_t take = end == 0 ? size : end - head.size();
    const std::string taken = co_await read_exactly(socket, take);
    head += taken;
    if (end != 0) co_return head;
    if (head.size() > http_tunnel::max_head_bytes)
      throw Error(ErrorCode::protocol_error, "its answer has no end",
                  "check kind, address and port of the proxy");
  }
}

base::Task<void> ask_http(Socket& socket, const Proxy& proxy, std::string address, std::uint16_t port) {
  const base::Secret password = proxy.password.value_or(base::Secret());
  co_await write_all(socket, http_tunnel::request(address, port, proxy.user, password.reveal()));
  const std::string head = co_await read_head(socket);
  http_tunnel::check(head);
}

base::Task<void> ask(Socket& socket, const Proxy& proxy, std::string address, std::uint16_t port) {
  return proxy.kind == Proxy::Kind::socks5 ? ask_socks5(socket, proxy, std::move(address), port)
                                           : ask_http(socket, proxy, std::move(address), port);
}

/// The same error, said of the proxy.
[[noreturn]] void refuse(const std::string& by, const Error& error) {
  throw Error(error.code() == ErrorCode::connect_failed ? Fault::way_failed : error.fault(),
              fmt::format("{} does not connect us: {}", by, error.cause()), error.next_move())
      .at_step("connect");
}

asio::generic::stream_protocol protocol_of(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  return {name.ss_family, 0};
}

}  // namespace

base::Task<TcpLink> connect_by_proxy(Proxy proxy, std::string address, std::uint16_t port,
                                     std::chrono::milliseconds timeout) {
  auto executor = co_await asio::this_coro::executor;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const std::string by =
      fmt::format("the {} proxy {}:{}", proxy.kind == Proxy::Kind::socks5 ? "SOCKS5" : "HTTP",
                  base::printable(proxy.address), proxy.port);
  std::optional<bool> asked;
  TcpLink link;
  try {
    link = co_await tcp_connect(proxy.address, proxy.port, timeout);
    const int fd = link.socket.get();
    Socket socket(executor, protocol_of(fd), link.socket.release());
    asked = co_await within(deadline, ask(socket, proxy, address, port));
    link.socket.reset(socket.release());
  } catch (const Error& error) {
    refuse(by, error);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    refuse(by,
           Error(Fault::way_failed, error.code() == asio::error::eof ? "it hung up" : error.code().message(),
                 "check that the proxy may reach that host and port"));
  }
  if (!asked)
    refuse(by, Error(Fault::way_failed, "no answer within " + base::human_duration(timeout),
                     "check that the proxy is alive, and that it reaches the host"));
  link.address = fmt::format("{}:{} through {}:{}", base::printable(address), port,
                             base::printable(proxy.address), proxy.port);
  co_return link;
}

}  // namespace mcpssh::ssh
