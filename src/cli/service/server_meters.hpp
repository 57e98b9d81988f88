#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "mcp/request_end.hpp"
#include "transport/http/exchange.hpp"

namespace mcpssh::cli {

/// What is counted of MCP, HTTP, the configuration and the process. Lives on the loop.
class ServerMeters {
 public:
  /// `tools`: the names that are counted one by one.
  ServerMeters(std::shared_ptr<base::Metrics> metrics, std::vector<std::string> tools);

  void request(const mcp::RequestEnd& end);
  void exchange(const transport::HttpExchange& exchange);
  /// A configuration was read: adopted, or refused.
  void configured(bool adopted);

  base::Gauge& http_connections;
  base::Gauge& access_log_dropped;  ///< a counter that the access log keeps

 private:
  void look_at_process();

  std::shared_ptr<base::Metrics> metrics_;
  base::Family<base::Counter>& requests_;
  base::Family<base::Histogram>& request_duration_;
  base::Family<base::Counter>& http_requests_;
  base::Family<base::Counter>& auth_failures_;
  base::Gauge& reload_successful_;
  base::Gauge& reload_time_;
  base::Gauge& cpu_;
  base::Gauge& resident_;
  base::Gauge& virtual_;
  base::Gauge& open_fds_;
  base::Gauge& max_fds_;
  std::shared_ptr<void> looking_;
};

}  // namespace mcpssh::cli
