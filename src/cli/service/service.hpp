#pragma once
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/nursery.hpp"
#include "cli/service/activation.hpp"
#include "cli/service/admin.hpp"
#include "cli/service/notify.hpp"
#include "cli/service/operators_door.hpp"
#include "cli/service/resource_news.hpp"
#include "cli/service/server_meters.hpp"
#include "gateway/gateway.hpp"
#include "mcp/server.hpp"
#include "transport/http.hpp"
#include "transport/http/access_log.hpp"
#include "transport/local/local_socket.hpp"

namespace mcpssh::cli {

/// How a service is reached and watched.
struct ServicePlan {
  std::optional<transport::HttpOptions> http;
  std::optional<transport::LocalOptions> local;
  std::optional<AdminPlace> admin;
  ActivatedSockets sockets;  ///< used instead of binding
  std::string access_log;    ///< a file or "-"; empty: none
  std::vector<std::string> allowed_hosts;
  std::filesystem::path configuration;
  std::chrono::milliseconds grace{};
  std::vector<std::string> tools;  ///< counted by name
};

/// MCP over HTTP, a UNIX socket or both, for as long as nobody ends it. Lives on the loop.
class Service {
 public:
  /// Takes its supervisor's variables out of the environment. `gateway`, `server` and `door` outlive it.
  /// Throws Error(invalid_config) for an access log that cannot be opened.
  Service(base::Executor executor, gateway::Gateway& gateway, mcp::Server& server,
          std::shared_ptr<base::Metrics> metrics, ServicePlan plan, OperatorsDoor& door, base::Log log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Serves until a signal ends it, and closes the gateway, however it ended. Throws Error when it cannot
  /// listen.
  base::Task<void> run();

 private:
  base::Task<void> serve();
  base::Task<void> serve_http();
  void serve_socket();
  void serve_admin();
  void reloaded(bool adopted);
  void look_after();
  base::Task<void> reload_on_hangup();
  void drain();
  void note(const transport::HttpExchange& exchange);
  void measure();
  [[nodiscard]] Checks checks();

  base::Executor executor_;
  gateway::Gateway& gateway_;
  mcp::Server& server_;
  ServicePlan plan_;
  OperatorsDoor& door_;
  base::Log log_;
  std::shared_ptr<base::Metrics> metrics_;
  ServerMeters meters_;
  ResourceNews news_;
  Notifier notifier_;
  std::unique_ptr<transport::AccessLog> access_log_;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<transport::HttpServer> http_;
  boost::asio::signal_set hangups_;
  bool draining_ = false;
  base::Nursery chores_;
  std::shared_ptr<void> measuring_;
};

}  // namespace mcpssh::cli
