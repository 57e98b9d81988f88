#include "cli/service/health.hpp"

#include <utility>

#include "base/json.hpp"

namespace mcpssh::cli {
namespace {

using base::Task;
using transport::HttpReply;
using transport::HttpRequest;
using transport::HttpRoute;
using Format = base::Metrics::Format;

constexpr std::string_view openmetrics_type = "application/openmetrics-text";

Task<HttpReply> say(HttpReply reply) {
  co_return reply;
}

HttpReply text(unsigned status, std::string body) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

/// The failed ones, as {"check": ..., "why": ...}.
base::json::array failures(const Checks& checks) {
  base::json::array failed;
  for (const auto& check : checks)
    if (auto why = check.fails(); !why.empty()) {
      base::json::object one{{"check", check.name}, {"why", std::move(why)}};
      failed.emplace_back(std::move(one));
    }
  return failed;
}

HttpReply detailed(const Checks& checks) {
  auto failed = failures(checks);
  const bool ready = failed.empty();
  base::json::object body{{"ready", ready}};
  body["failed"] = std::move(failed);
  auto reply = text(ready ? 200 : 503, base::json::serialize(body) + "\n");
  reply.content_type = "application/json";
  return reply;
}

/// OpenMetrics only for who asks for it by name: whoever takes anything gets the older one.
HttpReply numbers(const base::Metrics& metrics, const HttpRequest& request) {
  const bool modern = request.accept.value_or("").find(openmetrics_type) != std::string::npos;
  const auto format = modern ? Format::openmetrics : Format::prometheus;
  auto reply = text(200, metrics.render(format));
  reply.content_type = base::Metrics::content_type(format);
  return reply;
}

HttpRoute open_route(std::string prefix, std::function<HttpReply(const HttpRequest&)> answer) {
  HttpRoute route;
  route.prefix = std::move(prefix);
  route.open = true;
  route.handle = [answer = std::move(answer)](const HttpRequest& request) { return say(answer(request)); };
  return route;
}

HttpReply live(const HttpRequest&) {
  return text(200, "live\n");
}

}  // namespace

std::vector<HttpRoute> public_routes(Checks checks) {
  const auto ready = [checks = std::move(checks)](const HttpRequest&) {
    return failures(checks).empty() ? text(200, "ready\n") : text(503, "not ready\n");
  };
  return {open_route("/livez", live), open_route("/readyz", ready)};
}

std::vector<HttpRoute> admin_routes(Checks checks, std::shared_ptr<base::Metrics> metrics) {
  const auto ready = [checks = std::move(checks)](const HttpRequest&) { return detailed(checks); };
  const auto all = [metrics = std::move(metrics)](const HttpRequest& request) {
    return numbers(*metrics, request);
  };
  return {open_route("/livez", live), open_route("/healthz", live), open_route("/readyz", ready),
          open_route("/metrics", all)};
}

}  // namespace mcpssh::cli
