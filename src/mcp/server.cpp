#include "mcp/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/peer.hpp"
#include "mcp/service.hpp"

namespace mcpssh::mcp {
namespace {

json::object implementation(const ServerInfo& info) {
  json::object identity{{"name", info.name}};
  if (!info.title.empty()) identity["title"] = info.title;
  identity["version"] = info.version;
  return identity;
}

base::Task<void> run(std::shared_ptr<Peer> peer) {
  co_await peer->run();
}

}  // namespace

Service::Service(ServerInfo server, std::vector<Tool> all_tools, base::Log messages, ServerLimits bounds,
                 base::Clock clock)
    : info(std::move(server)),
      identity(implementation(info)),
      tools(std::move(all_tools)),
      log(std::move(messages)),
      limits(bounds),
      states(std::move(clock), bounds.request_state) {}

Server::Server(ServerInfo info, std::vector<Tool> tools, base::Log log, ServerLimits limits,
               base::Clock clock)
    : service_(std::make_unique<Service>(std::move(info), std::move(tools), std::move(log), limits,
                                         std::move(clock))) {}

Server::~Server() = default;

base::Task<void> Server::serve(std::shared_ptr<MessageStream> stream, base::Principal principal) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto peer = std::make_shared<Peer>(*service_, executor, std::move(stream), std::move(principal));
  co_await base::asio::co_spawn(executor, run(std::move(peer)), base::asio::use_awaitable);
}

}  // namespace mcpssh::mcp
