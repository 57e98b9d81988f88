#include "ssh/tunnel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "ssh/way/tcp_connect.hpp"

namespace mcpssh::ssh {
namespace {

namespace asio = base::asio;
using Socket = asio::generic::stream_protocol::socket;

/// One SSH packet's worth.
constexpr std::size_t chunk_bytes = 32 * 1024;
/// For what is on this machine's side.
constexpr std::chrono::seconds reach_limit(10);

Socket socket_of(const base::Executor& executor, base::UniqueFd fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw base::Error(base::ErrorCode::io_error, "this side of the tunnel is gone");
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const asio::generic::stream_protocol protocol(address.ss_family, IPPROTO_TCP);
  Socket socket(executor, protocol, fd.get());
  static_cast<void>(fd.release());
  return socket;
}

using Moved = void (Flow::*)(std::uint64_t bytes);

/// What comes from the socket. One that is gone has said all it had to say.
base::Task<void> to_stream(Socket& socket, base::Duplex& stream, Flow& flow, Moved moved) {
  std::array<char, chunk_bytes> chunk;
  for (;;) {
    boost::system::error_code failure;
    const auto buffer = asio::buffer(chunk);
    const std::size_t n =
        co_await socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
    if (failure || n == 0) break;
    std::string bytes(chunk.data(), n);
    co_await stream.write(std::move(bytes));
    (flow.*moved)(n);
  }
  stream.end_writing();
}

base::Task<void> to_socket(Socket& socket, base::Duplex& stream, Flow& flow, Moved moved) {
  boost::system::error_code failure;
  while (!failure) {
    const std::string bytes = co_await stream.read();
    if (bytes.empty()) break;
    const auto buffer = asio::buffer(bytes);
    const std::size_t n =
        co_await asio::async_write(socket, buffer, asio::redirect_error(asio::use_awaitable, failure));
    (flow.*moved)(n);
  }
  if (failure) throw base::Error(base::ErrorCode::io_error, "this side of the tunnel went away");
  socket.shutdown(Socket::shutdown_send, failure);
}

base::Task<std::unique_ptr<base::Duplex>> open_far_end(Connection& connection, Socket& socket,
                                                       const Forwarding& forwarding) {
  std::exception_ptr failed;
  try {
    co_return co_await connection.open_forward(forwarding.address, forwarding.port);
  } catch (const base::Error&) {
    failed = std::current_exception();
  }
  boost::system::error_code ignored;
  const auto reply = asio::buffer(forwarding.when_failed);
  co_await asio::async_write(socket, reply, asio::redirect_error(asio::use_awaitable, ignored));
  std::rethrow_exception(failed);
}

}  // namespace

base::Task<void> carry(std::shared_ptr<Connection> connection, base::UniqueFd fd, Forwarding forwarding,
                       std::shared_ptr<Flow> flow) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  Socket socket = socket_of(executor, std::move(fd));
  const auto stream = co_await open_far_end(*connection, socket, forwarding);
  boost::system::error_code failure;
  const auto reply = asio::buffer(forwarding.when_open);
  co_await asio::async_write(socket, reply, asio::redirect_error(asio::use_awaitable, failure));
  if (failure) co_return;
  co_await (to_stream(socket, *stream, *flow, &Flow::went_up) &&
            to_socket(socket, *stream, *flow, &Flow::came_down));
}

base::Task<void> carry_back(std::shared_ptr<Incoming> from, Forwarding to, std::shared_ptr<Flow> flow) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  auto link = co_await tcp_connect(to.address, to.port, reach_limit);
  Socket socket = socket_of(executor, std::move(link.socket));
  co_await (to_stream(socket, *from->stream, *flow, &Flow::came_down) &&
            to_socket(socket, *from->stream, *flow, &Flow::went_up));
}

}  // namespace mcpssh::ssh
