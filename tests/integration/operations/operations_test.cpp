// The service as its operator sees it: numbers, health, the access log, signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/json.hpp"
#include "main_job/yaml.hpp"
#include "operations/service.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string content(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Operations : public testing::Test {
 protected:
  RunningService::Options with_host() {
    RunningService::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())), known.string());
    options.args = {"--access-log", log().string()};
    return options;
  }
  [[nodiscard]] fs::path log() const { return files_.path() / "access.log"; }

  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(Operations, TheNumbersSayWhatHappenedAndPromtoolTakesThem) {
  RunningService service(with_host());
  const auto run = RunningService::running("web1", "echo was-here");
  EXPECT_THAT(RunningService::ask(service.url + "/mcp", run).body, HasSubstr("was-here"));
  const auto blocked = RunningService::running("web1", "reboot");
  EXPECT_THAT(RunningService::ask(service.url + "/mcp", blocked).body, HasSubstr("blocked"));
  EXPECT_EQ(RunningService::ask(service.url + "/mcp").status, 401);
  const auto text = service.metrics();
  for (const auto* expected :
       {R"(mcp_ssh_build_info{version=")",
        "mcp_ssh_config_last_reload_successful 1\n",
        R"(mcp_ssh_mcp_requests_total{method="tools/call",tool="ssh_run",outcome="ok"} 1)",
        R"(mcp_ssh_mcp_requests_total{method="tools/call",tool="ssh_run",outcome="tool_error"} 1)",
        R"(mcp_ssh_mcp_request_duration_seconds_count{method="tools/call",tool="ssh_run"} 2)",
        R"(mcp_ssh_http_requests_total{code="200"} 2)",
        R"(mcp_ssh_http_requests_total{code="401"} 1)",
        R"(mcp_ssh_auth_failures_total{reason="no_token"} 1)",
        R"(mcp_ssh_commands_total{outcome="exited"} 1)",
        R"(mcp_ssh_commands_total{outcome="refused"} 1)",
        "mcp_ssh_command_duration_seconds_count 1\n",
        R"(mcp_ssh_output_bytes_total{kept="yes"} 9)",
        "mcp_ssh_commands_running 0\n",
        R"(mcp_ssh_policy_decisions_total{decision="allow",rule="none"} 1)",
        R"(mcp_ssh_policy_decisions_total{decision="ask",rule="power.reboot"} 1)",
        R"(mcp_ssh_ssh_connections{state="idle"} 1)",
        R"(mcp_ssh_ssh_connect_duration_seconds_count{outcome="opened"} 1)",
        "mcp_ssh_ssh_hostkey_mismatch_total 0\n",
        "mcp_ssh_audit_writable 1\n",
        "mcp_ssh_audit_write_errors_total 0\n",
        "process_open_fds "})
    EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_THAT(text, Not(HasSubstr("mcp_ssh_audit_fsync_duration_seconds_count 0\n")));
  EXPECT_THAT(text, Not(HasSubstr("web1"))) << "a host's name is no label";
  const auto file = files_.write("metrics", text);
  EXPECT_EQ(run_ok({"sh", "-c", "exec promtool check metrics <\"$0\" 2>&1", file.string()}), "");
}

TEST_F(Operations, NumbersAndDetailsAreOnTheAdminListenerOnly) {
  RunningService::Options options;
  const RunningService service(std::move(options));
  EXPECT_EQ(RunningService::ask(service.url + "/metrics").status, 404);
  EXPECT_EQ(RunningService::ask(service.url + "/healthz").status, 404);
  EXPECT_EQ(RunningService::ask(service.url + "/readyz").body, "ready\n");
  for (const auto* path : {"/livez", "/healthz"})
    EXPECT_EQ(RunningService::ask(service.admin + path).body, "live\n");
  EXPECT_EQ(RunningService::ask(service.admin + "/readyz").body, "{\"ready\":true,\"failed\":[]}\n");
  EXPECT_EQ(RunningService::ask(service.admin + "/mcp").status, 404);
}

TEST_F(Operations, AJournalThatCannotBeWrittenIsNotReadyAndIsTriedAgain) {
  const auto directory = files_.path() / "open-to-all";
  fs::create_directory(directory);
  fs::permissions(directory, fs::perms::all);
  RunningService::Options options;
  options.hosts_yaml = "settings:\n  audit_log: " + (directory / "audit.jsonl").string() + "\nhosts: {}\n";
  const RunningService service(std::move(options));
  const auto detailed = RunningService::ask(service.admin + "/readyz");
  EXPECT_EQ(detailed.status, 503);
  EXPECT_THAT(detailed.body, HasSubstr(R"("check":"journal")"));
  EXPECT_EQ(RunningService::ask(service.url + "/readyz").body, "not ready\n");
  EXPECT_THAT(service.metrics(), HasSubstr("mcp_ssh_audit_writable 0\n"));
  fs::permissions(directory, fs::perms::owner_all);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (RunningService::ask(service.admin + "/readyz").status != 200)
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nobody sent a command, and it is ready again";
}

TEST_F(Operations, TheAccessLogHasALineForEachRequestAndNoToken) {
  auto service = std::make_optional<RunningService>(with_host());
  RunningService::ask(service->url + "/mcp", RunningService::running("web1", "true"));
  RunningService::ask(service->url + "/mcp?token=leaked-token-of-somebody", {"-H", R"(User-Agent: evil"})"});
  service->process().signal(SIGTERM);
  EXPECT_EQ(service->process().wait(), 0);
  std::istringstream lines(content(log()));
  std::vector<base::json::object> all;
  for (std::string line; std::getline(lines, line);) {
    auto parsed = base::parse_json(line);
    ASSERT_TRUE(parsed) << line;
    all.push_back(parsed->as_object());
  }
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(base::find_string(all[0], "principal"), "shared");
  EXPECT_EQ(base::find_string(all[0], "tool"), "ssh_run");
  EXPECT_EQ(all[0].at("status").to_number<int>(), 200);
  EXPECT_EQ(base::find_string(all[1], "denied"), "request");
  const auto text = content(log());
  EXPECT_THAT(text, Not(HasSubstr("token-of")));
}

TEST_F(Operations, AHangUpReopensTheLogReadsTheConfigurationAndEndsNothing) {
  RunningService service(with_host());
  RunningService::ask(service.url + "/livez");
  const auto moved = files_.path() / "access.log.1";
  fs::rename(log(), moved);
  service.process().signal(SIGHUP);
  EXPECT_THAT(service.supervisor.hear("RELOADING=1"), HasSubstr("MONOTONIC_USEC="));
  service.supervisor.hear("READY=1");
  RunningService::ask(service.url + "/readyz");
  service.process().signal(SIGTERM);
  EXPECT_EQ(service.process().wait(), 0);
  EXPECT_THAT(content(moved), HasSubstr("/livez"));
  EXPECT_THAT(content(log()), HasSubstr("/readyz"));
  EXPECT_THAT(content(log()), Not(HasSubstr("/livez")));
}

TEST_F(Operations, WhatRunsIsAnsweredWhileItDrainsAndHealthSaysSo) {
  RunningService service(with_host());
  const auto gate = files_.path() / "gate";
  const auto started = files_.path() / "started";
  ASSERT_EQ(::mkfifo(started.c_str(), 0666), 0);
  fs::permissions(started, fs::perms::all);
  fs::permissions(files_.path(), fs::perms::all);
  Reply answer;
  std::thread asking([&] {
    answer = RunningService::ask(
        service.url + "/mcp",
        RunningService::running("web1", "echo > " + started.string() + "; until test -e " + gate.string() +
                                            "; do sleep 0.1; done; echo finished"));
  });
  EXPECT_EQ(content(started), "\n");  // returns when the command runs
  EXPECT_THAT(service.metrics(), HasSubstr("mcp_ssh_commands_running 1\n"));
  service.process().signal(SIGTERM);
  service.supervisor.hear("STOPPING=1");
  const auto ready = RunningService::ask(service.admin + "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr(R"("check":"draining")"));
  EXPECT_EQ(RunningService::ask(service.admin + "/livez").status, 200);
  service.process().signal(SIGHUP);
  files_.write("gate", "");
  asking.join();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("finished"));
  EXPECT_EQ(service.process().wait(), 0);
  EXPECT_THAT(content(log()), HasSubstr(R"("tool":"ssh_run")"));
}

TEST_F(Operations, TheWatchdogIsFedFromTheLoop) {
  RunningService::Options options;
  options.env["WATCHDOG_USEC"] = "200000";
  const RunningService service(std::move(options));
  for (int beat = 0; beat < 3; ++beat) service.supervisor.hear("WATCHDOG=1");
}

TEST_F(Operations, HealthcheckAsksWhereverTheServiceIs) {
  RunningService::Options options;
  const auto socket = files_.path() / "admin.sock";
  options.args = {"--http", "127.0.0.1:0", "--admin", socket.string()};
  options.own_listeners = false;
  RunningService service(std::move(options));
  for (const auto& place : {service.url, socket.string()}) {
    const auto checked = service.healthcheck(place);
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("ready"));
  }
  const auto port = service.url.substr(service.url.rfind(':') + 1);
  EXPECT_EQ(run({"env", "MCP_PORT=" + port, "MCP_HOST=0.0.0.0", MCPSSH_BINARY, "healthcheck"}).exit_code, 0);
  EXPECT_EQ(run({"env", "MCP_ADMIN=" + socket.string(), MCPSSH_BINARY, "healthcheck"}).exit_code, 0);
  service.process().signal(SIGTERM);
  EXPECT_EQ(service.process().wait(), 0);
  EXPECT_FALSE(fs::exists(socket));
  for (const auto& place : {service.url, socket.string()}) {
    const auto checked = service.healthcheck(place);
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_EQ(std::ranges::count(checked.err, '\n'), 1) << checked.err;
  }
}

}  // namespace
}  // namespace mcpssh::test
