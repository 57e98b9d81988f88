#include "ssh/way/carrier.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/clock.hpp"
#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/hop.hpp"
#include "base/text.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Fault;
namespace {

using Socket = asio::local::stream_protocol::socket;
constexpr std::size_t piece = 64 * 1024;

/// A forward and the end of a socket pair that it is carried to, on the carrier's executor. Keeps the carrier
/// alive.
struct Carried {
  std::shared_ptr<Connection> carrier;
  std::unique_ptr<base::Duplex> forward;
  Socket socket;
};

base::Task<void> outward(Carried& carried) {
  std::string bytes;
  boost::system::error_code error;
  for (;;) {
    bytes.resize(piece);
    const auto size = co_await carried.socket.async_read_some(
        asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    bytes.resize(size);
    co_await carried.forward->write(std::exchange(bytes, {}));
  }
}

base::Task<void> inward(Carried& carried) {
  boost::system::error_code error;
  while (!error) {
    const std::string bytes = co_await carried.forward->read();
    if (bytes.empty()) co_return;
    co_await asio::async_write(carried.socket, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, error));
  }
}

/// Ends with the first side that ends: an SSH session has no half-open ends. Frees what it carried last.
base::Task<void> carry(std::shared_ptr<Carried> carried) {
  using namespace asio::experimental::awaitable_operators;
  co_await (caught(race_detail::then_true(outward(*carried))) ||
            caught(race_detail::then_true(inward(*carried))));
}

/// On the carrier's executor. Returns the other end of the socket pair.
base::Task<base::UniqueFd> open_pair(std::shared_ptr<Connection> carrier, std::string address,
                                     std::uint16_t port) {
  auto executor = co_await asio::this_coro::executor;
  auto forward = co_await carrier->open_forward(std::move(address), port);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw Error(ErrorCode::internal, "cannot make a socket pair");
  base::UniqueFd theirs(ends[0]);
  Socket ours(executor, asio::local::stream_protocol(), ends[1]);
  auto carried = std::make_shared<Carried>(std::move(carrier), std::move(forward), std::move(ours));
  asio::co_spawn(executor, carry(std::move(carried)), [](const std::exception_ptr&) {});
  co_return theirs;
}

}  // namespace

base::Task<TcpLink> connect_through(std::shared_ptr<Connection> carrier, std::string via, std::string address,
                                    std::uint16_t port, std::chrono::milliseconds timeout) {
  const std::string what = fmt::format("{}:{} through {}", base::printable(address), port, via);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::optional<base::UniqueFd> end;
  try {
    auto there = carrier->executor();
    auto opening = open_pair(std::move(carrier), address, port);
    end = co_await within(deadline, base::hop(there, std::move(opening)));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) throw;
    throw Error(Fault::way_failed, fmt::format("cannot reach {}: {}", what, error.cause()), error.next_move())
        .at_step("connect");
  }
  if (!end)
    throw Error(Fault::way_failed,
                fmt::format("cannot reach {}: no answer within {}", what, base::human_duration(timeout)),
                fmt::format("check address, network and firewall between {} and the host", via))
        .at_step("connect");
  TcpLink link;
  link.socket = std::move(*end);
  link.address = what;
  co_return link;
}

}  // namespace mcpssh::ssh
