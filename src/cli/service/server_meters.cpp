#include "cli/service/server_meters.hpp"

#include <chrono>
#include <utility>

#include "cli/service/process_facts.hpp"
#include "cli/version.hpp"

namespace mcpssh::cli {
namespace {

using base::Label;

/// Every method the protocol has; others count as _OTHER.
std::vector<std::string> methods() {
  return {"initialize",
          "ping",
          "server/discover",
          "tools/list",
          "tools/call",
          "prompts/list",
          "prompts/get",
          "resources/list",
          "resources/templates/list",
          "resources/read",
          "resources/subscribe",
          "resources/unsubscribe",
          "completion/complete",
          "logging/setLevel",
          "subscriptions/listen",
          "tasks/get",
          "tasks/update",
          "tasks/result",
          "tasks/list",
          "tasks/cancel"};
}

std::string_view name_of(mcp::RequestEnd::How how) {
  using How = mcp::RequestEnd::How;
  switch (how) {
    case How::result:
      return "ok";
    case How::tool_error:
      return "tool_error";
    case How::error:
      return "error";
    case How::cancelled:
      return "cancelled";
  }
  return base::other_value;
}

/// What HTTP may answer here; 0 stands for a client that was gone first.
std::vector<std::string> codes() {
  std::vector<std::string> all{"0"};
  for (const int code :
       {200, 202, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 431, 500, 501, 503, 505})
    all.push_back(std::to_string(code));
  return all;
}

std::vector<std::string> denial_reasons() {
  namespace reason = transport::denial_reason;
  std::vector<std::string> all;
  for (const auto one : {reason::no_token, reason::wrong_token, reason::blocked, reason::rights, reason::host,
                         reason::request})
    all.emplace_back(one);
  return all;
}

/// The empty name is that of every request but tools/call.
std::vector<std::string> with_none(std::vector<std::string> names) {
  names.emplace_back();
  return names;
}

}  // namespace

ServerMeters::ServerMeters(std::shared_ptr<base::Metrics> metrics, std::vector<std::string> tools)
    : http_connections(metrics->gauge("mcp_ssh_http_connections", "Open connections of HTTP clients.")),
      access_log_dropped(metrics->foreign_counter("mcp_ssh_access_log_dropped_total",
                                                  "Lines the access log could not take.")),
      metrics_(std::move(metrics)),
      requests_(metrics_->counters("mcp_ssh_mcp_requests_total", "MCP requests, by how they ended.",
                                   {{"method", methods()},
                                    {"tool", with_none(tools)},
                                    {"outcome", {"ok", "tool_error", "error", "cancelled"}}})),
      request_duration_(metrics_->histograms(
          "mcp_ssh_mcp_request_duration_seconds", "Time to the answer of an MCP request.",
          {{"method", methods()}, {"tool", with_none(std::move(tools))}}, base::remote_times)),
      http_requests_(metrics_->counters("mcp_ssh_http_requests_total",
                                        "HTTP requests by the status of their answer; 0: none was taken.",
                                        {{"code", codes()}})),
      auth_failures_(metrics_->counters("mcp_ssh_auth_failures_total",
                                        "HTTP requests that were not let in, by the reason.",
                                        {{"reason", denial_reasons()}})),
      reload_successful_(
          metrics_->gauge("mcp_ssh_config_last_reload_successful",
                          "1 when the newest configuration is in force, 0 when it was refused.")),
      reload_time_(metrics_->gauge("mcp_ssh_config_last_reload_success_timestamp_seconds",
                                   "When the configuration in force was read.")),
      cpu_(metrics_->foreign_counter("process_cpu_seconds_total", "User and system time.")),
      resident_(metrics_->gauge("process_resident_memory_bytes", "Memory in use.")),
      virtual_(metrics_->gauge("process_virtual_memory_bytes", "Address space in use.")),
      open_fds_(metrics_->gauge("process_open_fds", "Open file descriptors.")),
      max_fds_(metrics_->gauge("process_max_fds", "File descriptors that may be open.")),
      looking_(metrics_->before_render([this] { look_at_process(); })) {
  metrics_
      ->gauges("mcp_ssh_build_info", "Always 1; its labels say what runs.",
               {{"version", {std::string(version)}}})
      .at({version})
      .set(1);
  metrics_->gauge("process_start_time_seconds", "When the process started.").set(process_start_time());
}

void ServerMeters::request(const mcp::RequestEnd& end) {
  requests_.at({end.method, end.tool, name_of(end.how)}).add();
  // How long a client listens says nothing about us.
  if (end.method != "subscriptions/listen") request_duration_.at({end.method, end.tool}).observe(end.took);
}

void ServerMeters::exchange(const transport::HttpExchange& exchange) {
  http_requests_.at({std::to_string(exchange.status)}).add();
  if (!exchange.denied.empty()) auth_failures_.at({exchange.denied}).add();
}

void ServerMeters::configured(bool adopted) {
  reload_successful_.set(adopted ? 1 : 0);
  if (!adopted) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  reload_time_.set(std::chrono::duration<double>(now).count());
}

void ServerMeters::look_at_process() {
  const auto facts = process_facts();
  cpu_.set(facts.cpu_seconds);
  resident_.set(facts.resident_bytes);
  virtual_.set(facts.virtual_bytes);
  open_fds_.set(facts.open_fds);
  max_fds_.set(facts.max_fds);
}

}  // namespace mcpssh::cli
