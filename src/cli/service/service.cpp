// mcp-ssh serve --http, --socket: what runs beside MCP itself, and in which order it starts and ends.
#include "cli/service/service.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <utility>

#include "cli/service/ending.hpp"
#include "cli/service/local_service.hpp"
#include "cli/service/reload.hpp"
#include "cli/service/serve_http.hpp"
#include "cli/service/serve_oauth.hpp"
#include "cli/service/token_follow.hpp"
#include "cli/token_place.hpp"
#include "transport/http/access_line.hpp"

namespace mcpssh::cli {

using base::Task;

Service::Service(base::Executor executor, gateway::Gateway& gateway, mcp::Server& server,
                 std::shared_ptr<base::Metrics> metrics, ServicePlan plan, OperatorsDoor& door, base::Log log)
    : executor_(executor),
      gateway_(gateway),
      server_(server),
      plan_(std::move(plan)),
      door_(door),
      log_(log),
      metrics_(std::move(metrics)),
      meters_(metrics_, plan_.tools),
      news_(gateway, server),
      notifier_(Notifier::from_environment()),
      hangups_(executor, SIGHUP),
      chores_(executor, log),
      measuring_(metrics_->before_render([this] { measure(); })) {
  if (!plan_.access_log.empty()) access_log_ = std::make_unique<transport::AccessLog>(plan_.access_log, log_);
  server_.on_request_end([this](const mcp::RequestEnd& end) { meters_.request(end); });
  meters_.configured(true);
}

Service::~Service() {
  server_.on_request_end({});
}

Task<void> Service::run() {
  std::exception_ptr failure;
  try {
    co_await serve();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await close_house(gateway_, server_, chores_);
  if (failure) std::rethrow_exception(failure);
}

Task<void> Service::serve() {
  co_await gateway_.started();
  serve_admin();
  serve_socket();
  door_.open(chores_);
  look_after();
  if (plan_.http) {
    co_await serve_http();
  } else {
    notifier_.ready("serving on a socket");
    co_await until_told_to_end(gateway_, plan_.grace, log_, [this] { drain(); });
  }
}

void Service::serve_admin() {
  transport::RouteOptions options;
  options.routes = admin_routes(checks(), metrics_);
  options.allowed_hosts = plan_.allowed_hosts;
  if (plan_.sockets.admin)
    admin_ = std::make_unique<Admin>(executor_, std::move(plan_.sockets.admin), std::move(options), log_);
  else if (plan_.admin)
    admin_ = std::make_unique<Admin>(executor_, *plan_.admin, std::move(options), log_);
  if (admin_) chores_.start("admin", admin_->run());
}

void Service::serve_socket() {
  std::shared_ptr<transport::LocalListener> listener;
  if (plan_.sockets.mcp) {
    listener = std::make_shared<transport::LocalListener>(executor_, std::move(plan_.sockets.mcp));
    log_.info("MCP is served on the supervisor's socket");
  } else if (plan_.local) {
    listener = std::make_shared<transport::LocalListener>(executor_, *plan_.local);
    log_.info("MCP is served on the socket " + plan_.local->path.string());
  }
  if (listener) chores_.start("socket", serve_local(server_, std::move(listener), chores_, log_));
}

/// All of HTTP, so that a place it cannot listen on ends the gateway properly.
Task<void> Service::serve_http() {
  using namespace boost::asio::experimental::awaitable_operators;
  auto& options = *plan_.http;
  for (auto& route : public_routes(checks())) options.routes.push_back(std::move(route));
  const auto& settings = gateway_.snapshot()->settings;
  if (const auto oauth = oauth_settings(settings, hosts::process_environment()))
    add_oauth(options, *oauth, executor_, chores_, log_);
  options.on_exchange = [this](const transport::HttpExchange& exchange) { note(exchange); };
  http_ = std::make_unique<transport::HttpServer>(executor_, server_, options, log_);
  if (plan_.sockets.http)
    http_->listen(std::move(plan_.sockets.http));
  else
    http_->listen();
  announce(options, http_->port(), log_);
  notifier_.ready("serving HTTP on port " + std::to_string(http_->port()));
  chores_.start("tokens", follow_tokens(*http_, server_, gateway_, token_place(), log_));
  const std::function<void()> ending = [this] { drain(); };
  co_await (http_->run() || until_told_to_end(gateway_, plan_.grace, log_, ending));
}

void Service::reloaded(bool adopted) {
  meters_.configured(adopted);
  if (adopted) news_.tell();
}

void Service::look_after() {
  const Reloaded reloaded = [this](bool adopted) { this->reloaded(adopted); };
  chores_.start("reload", reload_on_change(gateway_, plan_.configuration, log_, reloaded));
  chores_.start("hang-up", reload_on_hangup());
  chores_.start("watchdog", keep_alive(notifier_));
}

/// What logrotate and `systemctl reload` ask for.
Task<void> Service::reload_on_hangup() {
  const Reloaded reloaded = [this](bool adopted) { this->reloaded(adopted); };
  for (;;) {
    co_await hangups_.async_wait(boost::asio::use_awaitable);
    notifier_.reloading();
    if (access_log_) access_log_->reopen();
    std::error_code unreadable;
    if (std::filesystem::exists(plan_.configuration, unreadable))
      reload(gateway_, plan_.configuration, log_, reloaded);
    notifier_.ready("serving");
  }
}

void Service::drain() {
  draining_ = true;
  notifier_.stopping("running commands may end");
  if (http_) http_->drain();
}

void Service::note(const transport::HttpExchange& exchange) {
  meters_.exchange(exchange);
  if (access_log_) access_log_->write(transport::access_line(exchange));
}

void Service::measure() {
  meters_.http_connections.set(http_ ? static_cast<double>(http_->connections()) : 0);
  if (access_log_) meters_.access_log_dropped.set(static_cast<double>(access_log_->dropped()));
}

/// The policy is none of them: without one the service does not start, and a broken one leaves the old in
/// force.
Checks Service::checks() {
  Check journal{"journal", [this] {
                  return gateway_.can_record() ? std::string()
                                               : "records cannot be written, so nothing would run";
                }};
  Check draining{"draining", [this] { return draining_ ? "the service is shutting down" : std::string(); }};
  return {std::move(draining), std::move(journal)};
}

}  // namespace mcpssh::cli
