#include "ssh/live_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ssh/execution.hpp"
#include "ssh/shell_stream.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;
namespace {

/// One command or shell, for Connection::channels().
class CountedChannel {
 public:
  explicit CountedChannel(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  CountedChannel(const CountedChannel&) = delete;
  CountedChannel& operator=(const CountedChannel&) = delete;
  ~CountedChannel() { --*count_; }

 private:
  std::shared_ptr<std::size_t> count_;
};

}  // namespace

LiveConnection::LiveConnection(OwnedDriver driver, ConnectionFacts facts)
    : driver_(std::move(driver)), facts_(std::move(facts)) {}

std::shared_ptr<LiveConnection> LiveConnection::make(OwnedDriver driver, ConnectionFacts facts) {
  const auto executor = driver->executor();
  auto bury = [executor](LiveConnection* connection) {
    asio::dispatch(executor, [owned = std::unique_ptr<LiveConnection>(connection)] {});
  };
  return {new LiveConnection(std::move(driver), std::move(facts)), std::move(bury)};
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
  const CountedChannel counted(self->channels_);
  Execution execution(self->driver_.shared(), !self->facts_.login_shell.empty(), std::move(request),
                      std::move(sink));
  co_return co_await execution.run();
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::open_shell(PtyRequest pty) {
  return start_shell(shared_from_this(), std::move(pty));
}

base::Task<std::unique_ptr<base::Duplex>> LiveConnection::start_shell(std::shared_ptr<LiveConnection> self,
                                                                      PtyRequest pty) {
  auto counted = std::make_shared<std::pair<std::shared_ptr<LiveConnection>, CountedChannel>>(
      std::piecewise_construct, std::forward_as_tuple(self), std::forward_as_tuple(self->channels_));
  auto stream = std::make_unique<ShellStream>(std::move(counted), self->driver_.shared());
  co_await stream->start(std::move(pty));
  co_return stream;
}

}  // namespace mcpssh::ssh
