#include "ssh/live_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ssh/exec/execution.hpp"
#include "ssh/shell_stream.hpp"
#include "ssh/tunnel/host_listener.hpp"
#include "ssh/way/forward_stream.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;

LiveConnection::LiveConnection(OwnedDriver driver, std::shared_ptr<SessionChannels> sessions,
                               ConnectionFacts facts)
    : driver_(std::move(driver)), sessions_(std::move(sessions)), facts_(std::move(facts)) {}

LiveConnection::~LiveConnection() {
  sessions_->close();
}

std::shared_ptr<LiveConnection> LiveConnection::make(OwnedDriver driver,
                                                     std::shared_ptr<SessionChannels> sessions,
                                                     ConnectionFacts facts) {
  const auto executor = driver->executor();
  auto bury = [executor](LiveConnection* connection) {
    asio::dispatch(executor, [owned = std::unique_ptr<LiveConnection>(connection)] {});
  };
  return {new LiveConnection(std::move(driver), std::move(sessions), std::move(facts)), std::move(bury)};
}

CommandShell LiveConnection::command_shell() const {
  if (facts_.login_shell.empty()) return CommandShell::unknown;
  return facts_.through_sh ? CommandShell::through_sh : CommandShell::posix;
}

base::Task<ExecResult> LiveConnection::exec(ExecRequest request, Sink sink) {
  return run_apart(shared_from_this(), std::move(request), std::move(sink));
}

base::Task<ExecResult> LiveConnection::run_apart(std::shared_ptr<LiveConnection> self, ExecRequest request,
                                                 Sink sink) {
  auto executor = co_await asio::this_coro::executor;
  co_return co_await asio::co_spawn(executor, run(std::move(self), std::move(request), std::move(sink)),
                                    asio::use_awaitable);
}

base::Task<ExecResult> LiveConnection::run(std::shared_ptr<LiveConnection> self, ExecRequest request,
                                           Sink sink) {
  Execution execution(self->sessions_, self->command_shell(), std::move(request), std::move(sink));
  co_return co_await execution.run();
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::open_shell(PtyRequest pty) {
  return start_shell(shared_from_this(), std::move(pty));
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::open_subsystem(std::string name) {
  return start_subsystem(shared_from_this(), std::move(name));
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::open_forward(std::string address,
                                                                       std::uint16_t port) {
  return start_forward(shared_from_this(), driver_.shared(), std::move(address), port);
}

base::Task<std::shared_ptr<RemoteListener>> LiveConnection::listen_forward(std::string address,
                                                                           std::uint16_t port) {
  return listen_on_host(shared_from_this(), driver_.shared(), std::move(address), port);
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::start_shell(std::shared_ptr<LiveConnection> self,
                                                                      PtyRequest pty) {
  auto channel = co_await self->sessions_->take();
  auto stream = std::make_unique<ShellStream>(self, std::move(channel));
  // What is typed is read as POSIX shell text, so a POSIX shell it has to be.
  co_await stream->start(std::move(pty), self->facts_.through_sh ? "exec sh" : "");
  co_return stream;
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::start_subsystem(
    std::shared_ptr<LiveConnection> self, std::string name) {
  auto channel = co_await self->sessions_->take();
  auto stream = std::make_unique<ShellStream>(self, std::move(channel));
  co_await stream->start_subsystem(std::move(name));
  co_return stream;
}

}  // namespace mcpssh::ssh
