#include "cli/service/token_follow.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/error.hpp"
#include "transport/http/token_watch.hpp"

namespace mcpssh::cli {
namespace {

void take_over(transport::HttpServer& http, mcp::Server& server, gateway::Gateway& gateway,
               const transport::TokenChange& change, const base::Log& log) {
  // A task under other rights is unknown to its owner, so nobody could come for it.
  server.forget_tasks(change.name);
  if (change.gone) {
    http.dismiss(change.name);
    gateway.dismiss(change.name);
    log.info("the token " + change.name + " is no longer valid: its sessions, streams and shells end");
  } else {
    http.interrupt(change.name);
    gateway.rights_changed(change.name, change.rights);
    log.info("the token " + change.name + " has other rights from now on");
  }
}

base::Task<void> follow(transport::HttpServer& http, mcp::Server& server, gateway::Gateway& gateway,
                        std::filesystem::path file, base::Log log) {
  const auto executor = co_await base::asio::this_coro::executor;
  const base::Clock clock;
  transport::TokenWatch watch(executor, std::move(file), clock);
  for (;;) {
    const auto changes = co_await watch.changes();
    for (const auto& change : changes) take_over(http, server, gateway, change, log);
  }
}

}  // namespace

base::Task<void> follow_tokens(transport::HttpServer& http, mcp::Server& server, gateway::Gateway& gateway,
                               std::filesystem::path file, base::Log log) {
  try {
    co_await follow(http, server, gateway, std::move(file), log);
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::cancelled) throw;
    log.error("tokens are not followed, so what a revoked one has open ends only by itself: " +
              std::string(error.what()));
  }
}

}  // namespace mcpssh::cli
