#include "ssh/login/agent_relay.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "base/error.hpp"
#include "base/wakeup.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using namespace std::chrono_literals;
namespace {

/// Long enough for a person to touch a security key or to confirm.
constexpr auto answer_limit = 15s;
/// OpenSSH's own bound (AGENT_MAX_LEN).
constexpr std::size_t max_message = 256 * 1024;
constexpr char request_identities = 11;

template <class Socket>
base::Task<std::string> read_message(Socket& socket) {
  std::array<unsigned char, 4> head{};
  co_await asio::async_read(socket, asio::buffer(head), asio::use_awaitable);
  const std::size_t size =
      std::size_t{head[0]} << 24 | std::size_t{head[1]} << 16 | std::size_t{head[2]} << 8 | head[3];
  if (size == 0 || size > max_message)
    throw Error(ErrorCode::protocol_error, "it sent a message of a wrong size");
  std::string message(size, '\0');
  co_await asio::async_read(socket, asio::buffer(message), asio::use_awaitable);
  co_return message;
}

template <class Socket>
base::Task<void> write_message(Socket& socket, std::string message) {
  const auto size = message.size();
  message.insert(0, {static_cast<char>(size >> 24 & 0xff), static_cast<char>(size >> 16 & 0xff),
                     static_cast<char>(size >> 8 & 0xff), static_cast<char>(size & 0xff)});
  co_await asio::async_write(socket, asio::buffer(message), asio::use_awaitable);
}

}  // namespace

AgentRelay::AgentRelay(base::Executor executor, std::string agent_socket, IdentityFilter filter)
    : agent_socket_(std::move(agent_socket)), filter_(std::move(filter)), ours_(executor), agent_(executor) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw Error(ErrorCode::internal, "cannot make a socket pair");
  libssh_end_.reset(ends[0]);
  ours_.assign(asio::local::stream_protocol(), ends[1]);
}

/// However the relaying ends, libssh is not left waiting.
base::Task<void> AgentRelay::serve() {
  base::Wakeup never(ours_.get_executor());
  try {
    co_await relay();
  } catch (const boost::system::system_error& error) {
    const bool log_in_is_over = error.code() == asio::error::operation_aborted;
    if (!log_in_is_over) failure_ = error.code().message();
  } catch (const Error& error) {
    failure_ = error.cause();
  }
  boost::system::error_code ignored;
  ours_.shutdown(asio::socket_base::shutdown_both, ignored);
  for (;;) co_await never.wait();
}

base::Task<void> AgentRelay::relay() {
  const asio::local::stream_protocol::endpoint where(agent_socket_);
  co_await agent_.async_connect(where, asio::use_awaitable);
  ::fcntl(agent_.native_handle(), F_SETFD, FD_CLOEXEC);
  for (;;) {
    std::string request = co_await read_message(ours_);
    const char type = request.front();
    const auto deadline = std::chrono::steady_clock::now() + answer_limit;
    auto answer = co_await within(deadline, ask(std::move(request)));
    if (!answer) throw Error(ErrorCode::timed_out, "it does not answer");
    if (type == request_identities) {
      auto identities = usable_identities(*answer, filter_);
      held_ = identities.held;
      offered_ = identities.offered;
      *answer = std::move(identities.answer);
    }
    co_await write_message(ours_, std::move(*answer));
  }
}

base::Task<std::string> AgentRelay::ask(std::string request) {
  co_await write_message(agent_, std::move(request));
  co_return co_await read_message(agent_);
}

}  // namespace mcpssh::ssh
