// mcp-ssh serve: MCP on stdin and stdout until the client goes away, or over HTTP and a UNIX socket until a
// signal.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "cli/local_service.hpp"
#include "cli/reload.hpp"
#include "cli/serve_http.hpp"
#include "cli/version.hpp"
#include "mcp/server.hpp"
#include "tools/catalog.hpp"
#include "transport/http.hpp"
#include "transport/stdio.hpp"

namespace mcpssh::cli {
namespace {

using boost::asio::io_context;

mcp::ServerInfo server_info() {
  mcp::ServerInfo info;
  info.name = "mcp-ssh";
  info.title = "SSH for servers and network devices";
  info.version = version;
  info.instructions = tools::instructions();
  return info;
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Returns when the server is to end: after a first SIGTERM or SIGINT running commands get `grace` and new
/// ones are refused; a second one ends it at once.
/// `drain`: what else is told of the first one.
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

/// What a way of serving has to end with, however it ended.
base::Task<void> close_house(gateway::Gateway& gateway, base::Nursery& chores) {
  chores.cancel();
  co_await chores.join();
  co_await gateway.shutdown();
}

base::Task<void> serve_until_done(gateway::Gateway& gateway, mcp::Server& server,
                                  std::shared_ptr<mcp::MessageStream> stream, base::Nursery& chores,
                                  std::filesystem::path path, std::chrono::milliseconds grace,
                                  base::Log log) {
  using namespace boost::asio::experimental::awaitable_operators;
  std::exception_ptr failure;
  chores.start("reload", reload_on_change(gateway, std::move(path), log));
  base::Principal principal;
  try {
    // A client that goes takes its calls with it, kept ones too: over stdio nobody could read them again.
    const std::function<void()> nothing_else;
    co_await (server.serve(stream, principal) || until_told_to_end(gateway, grace, log, nothing_else));
  } catch (...) {
    failure = std::current_exception();
  }
  co_await close_house(gateway, chores);
  if (failure) std::rethrow_exception(failure);
}

/// All of HTTP, so that a place it cannot listen on ends the gateway properly.
base::Task<void> serve_http(gateway::Gateway& gateway, mcp::Server& server, transport::HttpOptions options,
                            std::chrono::milliseconds grace, base::Log log) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto ready = std::make_shared<bool>(true);
  options.routes = health_routes([ready] { return *ready; });
  transport::HttpServer http(executor, server, options, log);
  http.listen();
  announce(options, http.port(), log);
  const std::function<void()> drain = [&http, ready] {
    *ready = false;
    http.drain();
  };
  co_await (http.run() || until_told_to_end(gateway, grace, log, drain));
}

/// How a service is reached: by one way or both.
struct Ways {
  std::optional<transport::HttpOptions> http;
  std::optional<transport::LocalOptions> local;
};

base::Task<void> serve_ways(gateway::Gateway& gateway, mcp::Server& server, Ways ways, base::Nursery& chores,
                            std::chrono::milliseconds grace, base::Log log) {
  const auto executor = co_await boost::asio::this_coro::executor;
  if (ways.local) {
    auto listener = std::make_shared<transport::LocalListener>(executor, *ways.local);
    log.info("MCP is served on the socket " + ways.local->path.string());
    chores.start("socket", serve_local(server, std::move(listener), chores, log));
  }
  if (ways.http) {
    co_await serve_http(gateway, server, std::move(*ways.http), grace, log);
  } else {
    std::function<void()> nothing_else;
    co_await until_told_to_end(gateway, grace, log, std::move(nothing_else));
  }
}

base::Task<void> serve_until_told(gateway::Gateway& gateway, mcp::Server& server, Ways ways,
                                  base::Nursery& chores, std::filesystem::path path,
                                  std::chrono::milliseconds grace, base::Log log) {
  std::exception_ptr failure;
  chores.start("reload", reload_on_change(gateway, std::move(path), log));
  try {
    co_await serve_ways(gateway, server, std::move(ways), chores, grace, log);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await close_house(gateway, chores);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int serve(const Common& common, const ServeOptions& options) {
  const auto log = base::Log::to_stderr(base::parse_log_level(common.log_level));
  const auto environment = hosts::process_environment();
  const bool over_http = serves_http(options, environment);
  std::optional<transport::StdioDescriptors> descriptors;
  if (!over_http && !options.local) descriptors = transport::claim_stdio();
  const Configuration configuration = starting_configuration(common);
  for (const auto& note : configuration.snapshot->notes) log.warning(note);
  Ways ways;
  if (over_http) ways.http = http_options(options, environment, configuration.snapshot->settings, log);
  if (options.local) ways.local = {socket_path(options.socket), options.socket_group};

  io_context loop(1);
  const auto gateway = open_gateway(loop.get_executor(), configuration, log);
  tools::Options times;
  times.answer_within = milliseconds_of(options.answer_within);
  mcp::Server server(server_info(), tools::catalog(*gateway, times), log);
  base::Nursery chores(loop.get_executor(), log);
  gateway->start();

  std::exception_ptr failure;
  const auto ended = [&failure](std::exception_ptr thrown) { failure = thrown; };
  const auto path = configuration_path(common);
  const auto grace = milliseconds_of(options.shutdown_grace);
  if (!descriptors) {
    boost::asio::co_spawn(loop, serve_until_told(*gateway, server, std::move(ways), chores, path, grace, log),
                          ended);
  } else {
    auto stream = transport::stdio_stream(loop.get_executor(), std::move(*descriptors));
    boost::asio::co_spawn(
        loop, serve_until_done(*gateway, server, std::move(stream), chores, path, grace, log), ended);
  }
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace mcpssh::cli
