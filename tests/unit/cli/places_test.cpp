// Where to listen, as options and the environment say it; health; what is counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>

#include "../../support/run_task.hpp"
#include "base/error.hpp"
#include "cli/service/admin.hpp"
#include "cli/service/health.hpp"
#include "cli/service/server_meters.hpp"

namespace mcpssh::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

hosts::Environment environment_of(std::map<std::string, std::string, std::less<>> all) {
  return [all = std::move(all)](std::string_view name) -> std::optional<std::string> {
    const auto found = all.find(name);
    return found == all.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(AdminPlace, IsLoopbackUnlessAnAddressIsGivenAndAPathIsASocket) {
  EXPECT_EQ(parse_admin("").tcp.address, "127.0.0.1");
  EXPECT_EQ(parse_admin("").tcp.port, 8001);
  EXPECT_EQ(parse_admin("9100").tcp.address, "127.0.0.1");
  EXPECT_EQ(parse_admin("9100").tcp.port, 9100);
  EXPECT_EQ(parse_admin("[::1]:9100").tcp.address, "::1");
  EXPECT_EQ(parse_admin(":9100").tcp.address, "0.0.0.0");
  EXPECT_EQ(parse_admin("/run/mcp-ssh/admin.sock").socket, "/run/mcp-ssh/admin.sock");
  EXPECT_THROW(parse_admin("web1:9100"), base::Error);
  EXPECT_THROW(parse_admin("99999"), base::Error);
}

TEST(AdminPlace, IsThereOnlyWhenSomebodyAskedForIt) {
  EXPECT_FALSE(admin_place(false, "", environment_of({})));
  EXPECT_TRUE(admin_place(true, "", environment_of({})));
  EXPECT_EQ(admin_place(false, "", environment_of({{"MCP_ADMIN", "9100"}}))->tcp.port, 9100);
  EXPECT_EQ(admin_place(true, "9200", environment_of({{"MCP_ADMIN", "9100"}}))->tcp.port, 9200);
}

transport::HttpReply answer_of(const std::vector<transport::HttpRoute>& routes, const std::string& path,
                               std::optional<std::string> accept = std::nullopt) {
  for (const auto& route : routes) {
    if (route.prefix != path) continue;
    boost::asio::io_context loop;
    transport::HttpRequest request;
    request.accept = std::move(accept);
    return test::run_task(loop, route.handle(request));
  }
  ADD_FAILURE() << "no route " << path;
  return {};
}

TEST(Health, OnlyTheAdminIsToldWhatFailed) {
  std::string why;
  const Checks checks{{"journal", [&why] { return why; }}, {"fine", [] { return std::string(); }}};
  const auto open = public_routes(checks);
  const auto admin = admin_routes(checks, std::make_shared<base::Metrics>());
  EXPECT_EQ(answer_of(open, "/readyz").status, 200U);
  EXPECT_EQ(answer_of(admin, "/readyz").body, "{\"ready\":true,\"failed\":[]}\n");
  why = "the disk is full";
  EXPECT_EQ(answer_of(open, "/readyz").status, 503U);
  EXPECT_EQ(answer_of(open, "/readyz").body, "not ready\n");
  EXPECT_EQ(answer_of(admin, "/readyz").status, 503U);
  EXPECT_EQ(answer_of(admin, "/readyz").body,
            "{\"ready\":false,\"failed\":[{\"check\":\"journal\",\"why\":\"the disk is full\"}]}\n");
  EXPECT_EQ(answer_of(admin, "/livez").status, 200U) << "it lives, though it takes no work";
  EXPECT_EQ(answer_of(admin, "/healthz").status, 200U);
  for (const auto& route : open) EXPECT_NE(route.prefix, "/metrics");
}

TEST(Health, MetricsComeInTheFormatThatWasAskedFor) {
  const auto metrics = std::make_shared<base::Metrics>();
  metrics->counter("seen_total", "Seen.");
  const auto admin = admin_routes({}, metrics);
  EXPECT_EQ(answer_of(admin, "/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer_of(admin, "/metrics", "*/*").content_type, "text/plain; version=0.0.4; charset=utf-8");
  const auto open = answer_of(admin, "/metrics", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
  EXPECT_EQ(open.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_THAT(open.body, HasSubstr("# EOF\n"));
}

TEST(ServerMeters, NothingAClientSaysMakesASeries) {
  const auto metrics = std::make_shared<base::Metrics>();
  ServerMeters meters(metrics, {"ssh_run"});
  mcp::RequestEnd end;
  end.method = "tools/call";
  end.tool = "ssh_run";
  end.how = mcp::RequestEnd::How::tool_error;
  meters.request(end);
  end.tool = "secret_of_mine";
  meters.request(end);
  end.method = "evil/method";
  meters.request(end);
  transport::HttpExchange exchange;
  exchange.status = 401;
  exchange.denied = transport::denial_reason::wrong_token;
  exchange.path = "/secret_path";
  exchange.user_agent = "secret_agent";
  meters.exchange(exchange);
  meters.configured(false);
  const auto text = metrics->render(base::Metrics::Format::prometheus);
  const std::string requests = "mcp_ssh_mcp_requests_total";
  EXPECT_THAT(text, HasSubstr(requests + R"({method="tools/call",tool="ssh_run",outcome="tool_error"} 1)"));
  EXPECT_THAT(text, HasSubstr(requests + R"({method="tools/call",tool="_OTHER",outcome="tool_error"} 1)"));
  EXPECT_THAT(text, HasSubstr(requests + R"({method="_OTHER",tool="_OTHER",outcome="tool_error"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(mcp_ssh_http_requests_total{code="401"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(mcp_ssh_auth_failures_total{reason="wrong_token"} 1)"));
  EXPECT_THAT(text, HasSubstr("mcp_ssh_config_last_reload_successful 0"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(ServerMeters, TellOfTheProcess) {
  const auto metrics = std::make_shared<base::Metrics>();
  const ServerMeters meters(metrics, {});
  const auto text = metrics->render(base::Metrics::Format::prometheus);
  const auto value = [&text](const std::string& name) {
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1.0 : std::stod(text.substr(at + name.size() + 2));
  };
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value("process_open_fds"), 2);
  EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(value("process_start_time_seconds"), now + 1);
  EXPECT_GT(value("process_start_time_seconds"), now - 3600);
}

}  // namespace
}  // namespace mcpssh::cli
