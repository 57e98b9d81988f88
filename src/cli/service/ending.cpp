#include "cli/service/ending.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "base/clock.hpp"

namespace mcpssh::cli {

base::Task<void> until_told_to_end(gateway::Gateway& gateway, std::chrono::milliseconds grace, base::Log log,
                                   std::function<void()> drain) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::signal_set signals(executor, SIGINT, SIGTERM);
  co_await signals.async_wait(boost::asio::use_awaitable);
  gateway.refuse_new();
  if (drain) drain();
  log.info("shutting down; running commands have " + base::human_duration(grace) + " to end");
  const auto deadline = std::chrono::steady_clock::now() + grace;
  co_await (gateway.drained(deadline) || signals.async_wait(boost::asio::use_awaitable));
}

base::Task<void> close_house(gateway::Gateway& gateway, mcp::Server& server, base::Nursery& chores) {
  chores.cancel();
  co_await chores.join();
  co_await server.end_tasks();
  co_await gateway.shutdown();
}

}  // namespace mcpssh::cli
