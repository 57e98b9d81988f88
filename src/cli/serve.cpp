// mcp-ssh serve: MCP on stdin and stdout until the client goes away, or over HTTP and a UNIX socket until a
// signal.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/nursery.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"
#include "cli/service/ending.hpp"
#include "cli/service/local_service.hpp"
#include "cli/service/operators_door.hpp"
#include "cli/service/reload.hpp"
#include "cli/service/resource_news.hpp"
#include "cli/service/serve_http.hpp"
#include "cli/service/service.hpp"
#include "cli/version.hpp"
#include "mcp/server.hpp"
#include "tools/catalog.hpp"
#include "tools/prompts.hpp"
#include "tools/resources.hpp"
#include "transport/http/route_server.hpp"
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

base::Task<void> serve_until_done(gateway::Gateway& gateway, mcp::Server& server,
                                  std::shared_ptr<mcp::MessageStream> stream, base::Nursery& chores,
                                  std::filesystem::path path, std::chrono::milliseconds grace,
                                  base::Log log) {
  using namespace boost::asio::experimental::awaitable_operators;
  std::exception_ptr failure;
  ResourceNews news(gateway, server);
  const Reloaded reloaded = [&news](bool adopted) {
    if (adopted) news.tell();
  };
  chores.start("reload", reload_on_change(gateway, std::move(path), log, reloaded));
  base::Principal principal;
  try {
    // A client that goes takes its calls with it, kept ones too: over stdio nobody could read them again.
    const std::function<void()> nothing_else;
    co_await (server.serve(stream, principal) || until_told_to_end(gateway, grace, log, nothing_else));
  } catch (...) {
    failure = std::current_exception();
  }
  co_await close_house(gateway, server, chores);
  if (failure) std::rethrow_exception(failure);
}

std::vector<std::string> names_of(const std::vector<mcp::Tool>& tools) {
  std::vector<std::string> names;
  for (const auto& tool : tools) names.push_back(tool.name);
  return names;
}

/// Where and how; nothing for stdio. Throws Error(invalid_config).
std::optional<ServicePlan> service_plan(const ServeOptions& options, const Configuration& configuration,
                                        const base::Log& log) {
  const auto environment = hosts::process_environment();
  const auto& settings = configuration.snapshot->settings;
  ServicePlan plan;
  plan.sockets = activated_sockets();
  const bool over_http = plan.sockets.http || serves_http(options, environment);
  if (over_http) {
    plan.http = http_options(options, environment, settings, log);
    if (const auto place = transport::place_of(plan.sockets.http.get())) {
      plan.http->address = place->address;
      plan.http->port = place->port;
    }
    plan.allowed_hosts = plan.http->allowed_hosts;
  }
  if (options.local) plan.local = {socket_path(options.socket), options.socket_group};
  if (!over_http && !plan.local && !plan.sockets.mcp) {
    if (options.admin || !options.access_log.empty())
      throw base::Error(base::Fault::listen_address,
                        "--admin and --access-log are for a service, and this serves stdio",
                        "give --http or --socket too");
    return std::nullopt;
  }
  plan.admin = admin_place(options.admin, options.admin_place, environment);
  plan.access_log =
      options.access_log.empty() ? environment("MCP_ACCESS_LOG").value_or("") : options.access_log;
  plan.grace = milliseconds_of(options.shutdown_grace);
  return plan;
}

}  // namespace

int serve(const Common& common, const ServeOptions& options) {
  const auto log = base::Log::to_stderr(base::parse_log_level(common.log_level));
  const Configuration configuration = starting_configuration(common);
  auto plan = service_plan(options, configuration, log);
  std::optional<transport::StdioDescriptors> descriptors;
  if (!plan) descriptors = transport::claim_stdio();
  for (const auto& note : configuration.snapshot->notes) log.warning(note);

  io_context loop(1);
  const auto metrics = std::make_shared<base::Metrics>();
  const auto approvers = approvers_of(configuration.snapshot->settings, plan.has_value());
  const auto gateway = open_gateway(loop.get_executor(), configuration, log, {}, metrics,
                                    approvers.has_value(), milliseconds_of(options.login_answer_within));
  OperatorsDoor door(*gateway, approvers, plan.has_value(), log);
  tools::Options times;
  times.answer_within = milliseconds_of(options.answer_within);
  auto tools = tools::catalog(*gateway, times);
  if (plan) plan->tools = names_of(tools);
  mcp::Features features;
  features.tools = std::move(tools);
  features.templates = tools::resource_templates(*gateway);
  features.prompts = tools::prompts(*gateway);
  features.resources_change = true;
  features.may_see = tools::may_see(*gateway);
  if (plan && plan->http) features.may_use = tools::may_use;
  features.misfit = tools::record_misfits(*gateway);
  features.error_code_key = "mcp-ssh/code";
  mcp::Server server(server_info(), std::move(features), log);

  std::exception_ptr failure;
  const auto ended = [&failure](std::exception_ptr thrown) { failure = thrown; };
  const auto path = configuration_path(common);
  std::optional<Service> service;
  base::Nursery chores(loop.get_executor(), log);
  if (plan) {
    plan->configuration = path;
    service.emplace(loop.get_executor(), *gateway, server, metrics, *std::move(plan), door, log);
    boost::asio::co_spawn(loop, service->run(), ended);
  } else {
    door.open(chores);
    const auto grace = milliseconds_of(options.shutdown_grace);
    auto stream = transport::stdio_stream(loop.get_executor(), std::move(*descriptors));
    boost::asio::co_spawn(
        loop, serve_until_done(*gateway, server, std::move(stream), chores, path, grace, log), ended);
  }
  gateway->start();
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace mcpssh::cli
