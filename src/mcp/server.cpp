#include "mcp/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/peer/peer.hpp"
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

/// Only what is there can change.
Service::Changes changes_of(const Features& features) {
  Service::Changes changes;
  changes.tools = features.tools_change && !features.tools.empty();
  changes.resources =
      features.resources_change && !(features.resources.empty() && features.templates.empty());
  changes.prompts = features.prompts_change && !features.prompts.empty();
  return changes;
}

bool everyone(const base::Principal&, const std::string&) {
  return true;
}

Features only(std::vector<Tool> tools) {
  Features features;
  features.tools = std::move(tools);
  return features;
}

}  // namespace

Service::Service(ServerInfo server, Features features, base::Log messages, ServerLimits bounds,
                 base::Clock clock)
    : info(std::move(server)),
      identity(implementation(info)),
      // Before the parts it reads are moved away.
      changes(changes_of(features)),
      tools(std::move(features.tools), std::move(features.may_use)),
      resources(std::move(features.resources), std::move(features.templates)),
      prompts(std::move(features.prompts)),
      may_see(features.may_see ? std::move(features.may_see) : everyone),
      misfit(std::move(features.misfit)),
      error_code_key(std::move(features.error_code_key)),
      logging(features.logging),
      log(std::move(messages)),
      limits(bounds),
      states(clock, bounds.request_state),
      tasks(bounds.tasks, clock, hub, log) {}

Server::Server(ServerInfo info, Features features, base::Log log, ServerLimits limits, base::Clock clock)
    : service_(std::make_unique<Service>(std::move(info), std::move(features), std::move(log), limits,
                                         std::move(clock))) {}

Server::Server(ServerInfo info, std::vector<Tool> tools, base::Log log, ServerLimits limits,
               base::Clock clock)
    : Server(std::move(info), only(std::move(tools)), std::move(log), limits, std::move(clock)) {}

Server::~Server() = default;

base::Task<void> Server::end_tasks() {
  return service_->tasks.end();
}

void Server::forget_tasks(const std::string& principal) {
  service_->tasks.forget(principal);
}

void Server::changed(Change what) {
  service_->hub.list_changed(what);
}

void Server::resource_changed(const std::string& uri) {
  service_->hub.resource_changed(uri);
}

void Server::on_request_end(OnRequestEnd listener) {
  service_->on_request_end = std::move(listener);
}

const std::vector<Parameter>* Server::parameters(std::string_view tool,
                                                 const base::Principal& principal) const {
  const auto* found = service_->tools.find(tool, principal);
  return found == nullptr ? nullptr : &found->parameters;
}

base::Task<void> Server::serve(std::shared_ptr<MessageStream> stream, base::Principal principal) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto peer = std::make_shared<Peer>(*service_, executor, std::move(stream), std::move(principal));
  co_await base::asio::co_spawn(executor, run(std::move(peer)), base::asio::use_awaitable);
}

}  // namespace mcpssh::mcp
