// The server as a process: configuration, reload, end of input, purity of stdout, idle connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class ServerProcess : public testing::Test {
 protected:
  std::string yaml(const std::string& settings = {}, const std::string& name = "web1") {
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    return trusting(host_entry(name, sshd_.port(), sshd_.user(), by_key(sshd_.key())), known.string(),
                    settings);
  }
  McpSsh start(const std::string& text) {
    McpSsh::Options options;
    options.hosts_yaml = text;
    return McpSsh(std::move(options));
  }

  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(ServerProcess, AChangedFileIsAdoptedAndABrokenOneKeepsTheOld) {
  auto server = start(yaml());
  EXPECT_THAT(server.call("ssh_list_hosts", "{}").text, HasSubstr("web1"));
  server.rewrite_config(yaml("", "renamed"));
  EXPECT_THAT(server.call("ssh_list_hosts", "{}").text, HasSubstr("renamed"));
  EXPECT_TRUE(server.call("ssh_run", R"({"host":"web1","command":"true"})").is_error);
  server.rewrite_config("hosts: [this is not a mapping\n");
  EXPECT_THAT(server.call("ssh_run", R"({"host":"renamed","command":"true"})").text, HasSubstr("exit 0"));
  EXPECT_THAT(server.log(), HasSubstr("the old one stays"));
}

TEST_F(ServerProcess, RunningCallsKeepTheConfigurationTheyStartedWith) {
  auto server = start(yaml());
  server.call("ssh_connect", R"({"host":"web1"})");
  const auto id = server.begin("ssh_run", R"({"host":"web1","command":"sleep 1; echo finished"})");
  server.rewrite_config(yaml("  command_timeout: 7\n"));
  EXPECT_THAT(server.finish(id).text, HasSubstr("finished"));
}

TEST_F(ServerProcess, EndOfInputEndsTheServerAndItsCommands) {
  auto server = start(yaml());
  server.call("ssh_connect", R"({"host":"web1"})");
  server.begin("ssh_run", R"({"host":"web1","command":"sleep 1000"})");
  server.process().close_stdin();
  EXPECT_EQ(server.process().wait(), 0);
}

TEST_F(ServerProcess, SigtermIsAnOrderlyEnd) {
  auto server = start(yaml());
  server.call("ssh_run", R"({"host":"web1","command":"true"})");
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait(), 0);
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

TEST_F(ServerProcess, IdleConnectionsClose) {
  auto server = start(yaml("  idle_timeout: 1\n"));
  server.call("ssh_run", R"({"host":"web1","command":"true"})");
  server.call("ssh_shell", R"({"host":"web1","command":"true"})");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto open = [&] {
    return !server.call("ssh_list_sessions", "{}").structured.at("sessions").as_array().empty();
  };
  EXPECT_TRUE(open());
  while (open() && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_FALSE(open());
}

TEST_F(ServerProcess, BadConfigurationsStopTheStartWithOneClearLine) {
  const auto expect = [](const std::string& text, const std::string& said) {
    const auto start = McpSsh::try_start(text);
    EXPECT_EQ(start.exit_code, 78) << text;
    EXPECT_THAT(start.err, HasSubstr(said)) << text;
    EXPECT_EQ(start.out, "");
  };
  expect("hosts:\n  a:\n    host: h\n    user: u\n    porrt: 22\n", "did you mean `port`");
  expect("hosts:\n  a:\n    host: h\n    user: u\n    port: 70000\n", "hosts.yaml:5");
  expect("hosts:\n  a:\n    host: h\n    user: u\n    auth: {method: password, password: hunter2}\n",
         "password_env");
}

TEST_F(ServerProcess, TheExampleOfTheRepositoryLoads) {
  std::ifstream example(MCPSSH_SOURCE_DIR "/hosts.example.yaml");
  const std::string text((std::istreambuf_iterator<char>(example)), {});
  auto server = start(text);
  EXPECT_THAT(server.call("ssh_list_hosts", "{}").text, HasSubstr("web1"));
}

TEST_F(ServerProcess, ManyHostileLinesLeaveItStanding) {
  auto server = start(yaml());
  server.process().write(
      "this is not json\n{}\n[]\n\"x\"\n{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}\n");
  server.process().write(std::string(1'000'000, '[') + "\n");
  // Answers to those carry no id of ours; a call still comes through.
  for (int i = 0; i < 20; ++i) {
    const auto line = server.process().read_line();
    ASSERT_TRUE(line.has_value());
    EXPECT_TRUE(line->starts_with("{\"jsonrpc\"")) << *line;
    if (i >= 4) break;
  }
  EXPECT_THAT(server.call("ssh_run", R"({"host":"web1","command":"true"})").text, HasSubstr("exit 0"));
}

}  // namespace
}  // namespace mcpssh::test
