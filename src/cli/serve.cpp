// mcp-ssh serve: MCP on stdin and stdout until the client goes away.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "cli/reload.hpp"
#include "cli/version.hpp"
#include "mcp/server.hpp"
#include "tools/catalog.hpp"
#include "transport/stdio.hpp"

namespace mcpssh::cli {
namespace {

using boost::asio::io_context;

void require_stdio() {
  const auto wanted = hosts::process_environment()("MCP_TRANSPORT").value_or("stdio");
  if (wanted != "stdio")
    throw base::Error(base::ErrorCode::invalid_config,
                      "MCP_TRANSPORT=" + wanted + " is not supported by this version",
                      "unset it, or set it to stdio");
}

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
base::Task<void> until_told_to_end(gateway::Gateway& gateway, std::chrono::milliseconds grace,
                                   base::Log log) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::signal_set signals(executor, SIGINT, SIGTERM);
  co_await signals.async_wait(boost::asio::use_awaitable);
  gateway.refuse_new();
  log.info("shutting down; running commands have " + base::human_duration(grace) + " to end");
  const auto deadline = std::chrono::steady_clock::now() + grace;
  co_await (gateway.drained(deadline) || signals.async_wait(boost::asio::use_awaitable));
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
    co_await (server.serve(stream, principal) || until_told_to_end(gateway, grace, log));
  } catch (...) {
    failure = std::current_exception();
  }
  chores.cancel();
  co_await chores.join();
  co_await gateway.shutdown();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int serve(const Common& common, const ServeOptions& options) {
  auto descriptors = transport::claim_stdio();
  const auto log = base::Log::to_stderr(base::parse_log_level(common.log_level));
  require_stdio();
  const Configuration configuration = starting_configuration(common);
  for (const auto& note : configuration.snapshot->notes) log.warning(note);

  io_context loop(1);
  const auto gateway = open_gateway(loop.get_executor(), configuration, log);
  tools::Options times;
  times.answer_within = milliseconds_of(options.answer_within);
  mcp::Server server(server_info(), tools::catalog(*gateway, times), log);
  base::Nursery chores(loop.get_executor(), log);
  gateway->start();

  std::exception_ptr failure;
  auto stream = transport::stdio_stream(loop.get_executor(), std::move(descriptors));
  boost::asio::co_spawn(
      loop,
      serve_until_done(*gateway, server, std::move(stream), chores, configuration_path(common),
                       milliseconds_of(options.shutdown_grace), log),
      [&failure](std::exception_ptr thrown) { failure = thrown; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace mcpssh::cli
