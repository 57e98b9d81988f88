#include "ssh/way/proxy_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "base/wakeup.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::UniqueFd;
namespace {

/// What is kept of stderr: its last words.
constexpr std::size_t max_said = 1024;

UniqueFd duplicate(const UniqueFd& fd) {
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

struct SocketPair {
  UniqueFd ours, theirs;
};

SocketPair make_pair_of_sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw Error(ErrorCode::internal, "cannot make a socket pair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// Readable when the far side of `socket` was closed. Asio must not wait on the socket itself: it would make
/// it non-blocking, and that is the program's stdin.
UniqueFd watch_for_hangup(const UniqueFd& socket) {
  UniqueFd watch(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event only_hangup{};
  if (!watch || ::epoll_ctl(watch.get(), EPOLL_CTL_ADD, socket.get(), &only_hangup) != 0)
    throw Error(ErrorCode::internal, "cannot watch a socket");
  return watch;
}

/// The running program. The Escort's coroutine owns it, and ends with the program or the socket.
class Escort {
 public:
  Escort(const base::Executor& executor, base::ChildProcess child, UniqueFd socket, UniqueFd errors)
      : child_(std::move(child)),
        socket_(std::move(socket)),
        hangup_(executor, watch_for_hangup(socket_).release()),
        errors_(executor, errors.release()),
        never_(executor) {}

  static base::Task<void> run(std::shared_ptr<Escort> self);
  /// The last line of its stderr, cleaned.
  std::string complaint();

 private:
  base::Task<void> child_ended();
  base::Task<void> socket_closed();
  base::Task<void> listen();
  void heard(std::string_view bytes);

  base::ChildProcess child_;
  UniqueFd socket_;  ///< the program's end
  asio::posix::stream_descriptor hangup_, errors_;
  base::Wakeup never_;
  std::string said_;
};

base::Task<void> Escort::run(std::shared_ptr<Escort> self) {
  using namespace asio::experimental::awaitable_operators;
  co_await (self->child_ended() || self->socket_closed() || self->listen());
  self->child_.kill();
  co_await self->child_ended();
}

base::Task<void> Escort::child_ended() {
  if (child_.pid() > 0) co_await child_.wait();
  ::shutdown(socket_.get(), SHUT_RDWR);
}

base::Task<void> Escort::socket_closed() {
  boost::system::error_code ignored;
  co_await hangup_.async_wait(asio::posix::descriptor_base::wait_read,
                              asio::redirect_error(asio::use_awaitable, ignored));
}

/// Read to the end, or a program that talks much would stop. Never the first to end.
base::Task<void> Escort::listen() {
  std::array<char, 4096> bytes{};
  boost::system::error_code error;
  while (!error) {
    const auto size = co_await errors_.async_read_some(asio::buffer(bytes),
                                                       asio::redirect_error(asio::use_awaitable, error));
    heard(std::string_view(bytes.data(), size));
  }
  for (;;) co_await never_.wait();
}

void Escort::heard(std::string_view bytes) {
  said_ += bytes;
  if (said_.size() > max_said) said_.erase(0, said_.size() - max_said);
}

std::string Escort::complaint() {
  // What came together with its end was not read yet.
  std::array<char, 4096> bytes{};
  ssize_t size = 0;
  errors_.non_blocking(true);
  while ((size = ::read(errors_.native_handle(), bytes.data(), bytes.size())) > 0)
    heard(std::string_view(bytes.data(), static_cast<std::size_t>(size)));
  const std::string_view text = base::trim(said_);
  return base::printable(base::trim(text.substr(text.find_last_of('\n') + 1)));
}

base::ChildProcess start(const std::vector<std::string>& argv, const UniqueFd& socket, UniqueFd errors) {
  try {
    return base::ChildProcess::start(argv, duplicate(socket), duplicate(socket), std::move(errors));
  } catch (const Error& error) {
    throw Error(Fault::way_failed, "proxy_command: " + error.cause(), error.next_move()).at_step("connect");
  }
}

}  // namespace

base::Task<Way> connect_by_command(std::vector<std::string> argv, std::string destination) {
  auto executor = co_await asio::this_coro::executor;
  auto sockets = make_pair_of_sockets();
  auto errors = base::make_pipe();
  auto child = start(argv, sockets.theirs, std::move(errors.write));
  auto escort =
      std::make_shared<Escort>(executor, std::move(child), std::move(sockets.theirs), std::move(errors.read));
  asio::co_spawn(executor, Escort::run(escort), [](const std::exception_ptr&) {});
  const std::string name = base::printable(std::filesystem::path(argv.front()).filename().string());
  Way way;
  way.link.socket = std::move(sockets.ours);
  way.link.address = fmt::format("{} through {}", base::printable(destination), name);
  way.complaint = [escort, name] {
    const std::string said = escort->complaint();
    return said.empty() ? said : fmt::format("{}: {}", name, said);
  };
  co_return way;
}

}  // namespace mcpssh::ssh
