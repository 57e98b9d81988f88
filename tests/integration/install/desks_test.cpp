// Entries for other desks: what they say, and that they work where this machine can try them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "install/desk.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view two_hosts =
    "hosts:\n  core:\n    host: 192.0.2.1\n    user: admin\n    auth: {method: password, password_env: "
    "CORE_PASSWORD}\n"
    "  web1:\n    host: 192.0.2.2\n    user: u\n    auth: {method: agent}\n    sudo: {password_env: "
    "WEB_SUDO}\n";

std::vector<std::string> words(const base::json::value& list) {
  return base::json::value_to<std::vector<std::string>>(list);
}

/// command and args of the entry that `print` shows.
std::vector<std::string> command_of(const Desk& desk, std::vector<std::string> options) {
  options.insert(options.begin(), "print");
  const auto entry = desk.json(std::move(options)).at("mcpServers").as_object().at("ssh").as_object();
  std::vector<std::string> command{std::string(entry.at("command").as_string())};
  if (const auto* args = entry.if_contains("args"))
    for (auto& word : words(*args)) command.push_back(std::move(word));
  return command;
}

/// The client's first messages and the server's answers, over whatever starts it.
void expect_mcp(std::vector<std::string> command, std::map<std::string, std::string> env) {
  Process::Options options;
  options.argv = std::move(command);
  options.env = std::move(env);
  options.pipe_stdout = true;
  Process server(std::move(options));
  server.write(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
      R"("clientInfo":{"name":"t","version":"1"}}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
      "\n"
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ssh_list_hosts","arguments":{}}})"
      "\n");
  const auto hello = server.read_line(30s);
  ASSERT_TRUE(hello) << server.err();
  EXPECT_THAT(*hello, AllOf(HasSubstr("\"id\":1"), HasSubstr("mcp-ssh")));
  const auto hosts = server.read_line(30s);
  ASSERT_TRUE(hosts) << server.err();
  EXPECT_THAT(*hosts, AllOf(HasSubstr("\"id\":2"), HasSubstr("core")));
  server.close_stdin();
  EXPECT_EQ(server.wait(20s), 0) << server.err();
}

TEST(Print, IsTheEntryAloneForACopy) {
  const Desk desk;
  const std::string program = fs::canonical(MCPSSH_BINARY).string();
  EXPECT_EQ(desk.run({"print"}).out,
            "{\n  \"mcpServers\": {\n    \"ssh\": {\n      \"type\": \"stdio\",\n      \"command\": \"" +
                program + "\"\n    }\n  }\n}\n");
  EXPECT_EQ(desk.run({"print", "codex", "--name", "lab"}).out,
            "[mcp_servers.lab]\ncommand = \"" + program + "\"\n");
  EXPECT_THAT(desk.run({"print", "vscode"}).out, HasSubstr("\"servers\": {"));
  EXPECT_FALSE(desk.there("state"));
  EXPECT_FALSE(desk.there(".codex"));
}

TEST(Print, OverHttpNamesTheTokensVariableInTheClientsOwnWay) {
  const Desk desk;
  const std::map<std::string, std::string> expected{{"claude-code", "\"Authorization\": \"Bearer ${T_1}\""},
                                                    {"codex", "bearer_token_env_var = \"T_1\""},
                                                    {"cursor", "\"Authorization\": \"Bearer ${env:T_1}\""},
                                                    {"vscode", "\"Authorization\": \"Bearer ${env:T_1}\""},
                                                    {"gemini", "\"httpUrl\": \"https://box/mcp\""},
                                                    {"opencode", "\"Authorization\": \"Bearer {env:T_1}\""}};
  for (const auto& [client, line] : expected)
    EXPECT_THAT(desk.run({"print", client, "--http", "https://box/mcp", "--token-env", "T_1"}).out,
                HasSubstr(line));
  EXPECT_EQ(desk.run({"print", "--via", "http", "https://box/mcp"}).out,
            desk.run({"print", "--http", "https://box/mcp"}).out);
}

TEST(Print, AnEntryThatRunsHereServesMcp) {
  const Desk desk;
  desk.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  expect_mcp(command_of(desk, {}), desk.env());
}

TEST(Print, ThroughSshTheServerOnTheOtherMachineAnswers) {
  const Desk box;
  box.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  fs::create_symlink(MCPSSH_BINARY, box.path("mcp-ssh"));
  OpensshServer::Options options;
  const std::string home = box.home.path().string();
  options.config = {"SetEnv PATH=" + home + ":/usr/bin:/bin XDG_CONFIG_HOME=" + home +
                    "/.config XDG_STATE_HOME=" + home + "/state"};
  const OpensshServer server(options);

  const Desk desk;
  const auto command = command_of(desk, {"--via", "ssh", "box"});
  EXPECT_THAT(command, ElementsAre("ssh", "-T", "-o", "BatchMode=yes", "box", "mcp-ssh"));
  const auto known = desk.write("known_hosts", server.known_hosts());
  const auto config = desk.write(
      "ssh_config", "Host box\n  HostName 127.0.0.1\n  Port " + std::to_string(server.port()) + "\n  User " +
                        server.user() + "\n  IdentityFile " + server.key().path.string() +
                        "\n  UserKnownHostsFile " + known.string() + "\n");
  // OpenSSH takes its own settings from the account's home, whatever HOME says.
  desk.write("bin/ssh", "#!/bin/sh\nexec /usr/bin/ssh -F " + config.string() + " \"$@\"\n", 0700);
  auto env = desk.env();
  env["PATH"] = desk.path("bin").string() + ":/usr/bin:/bin";
  expect_mcp(command, env);
}

TEST(Print, IntoWslItRunsThisProgramThereWithoutAShell) {
  Desk desk;
  const std::string program = fs::canonical(MCPSSH_BINARY).string();
  EXPECT_THAT(command_of(desk, {"claude-desktop", "--via", "wsl", "Debian"}),
              ElementsAre("wsl.exe", "--distribution", "Debian", "--exec", program));
  EXPECT_THAT(command_of(desk, {"claude-desktop", "--via", "wsl"}),
              ElementsAre("wsl.exe", "--exec", program));
  desk.more["WSL_DISTRO_NAME"] = "Ubuntu";
  EXPECT_THAT(command_of(desk, {"--via", "wsl", "--config", "/etc/my hosts.yaml"}),
              ElementsAre("wsl.exe", "--distribution", "Ubuntu", "--exec", program, "--config",
                          "/etc/my hosts.yaml"));
  EXPECT_THAT(desk.install({"--list"}).out, HasSubstr("/mnt/c/Users/NAME/AppData"));
}

TEST(Print, ForDockerNamesWhatTheImageHas) {
  const Desk desk;
  desk.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  const auto command = command_of(desk, {"--via", "docker"});
  const std::string line = base::join(command, " "), home = desk.home.path().string();
  EXPECT_THAT(line, AllOf(HasSubstr("docker run -i --rm "), HasSubstr(" -e MCP_TRANSPORT=stdio "),
                          HasSubstr(" -e CORE_PASSWORD "), HasSubstr(" -e WEB_SUDO "),
                          HasSubstr("source=" + home + "/.config/mcp-ssh,target=/etc/mcp-ssh,readonly "),
                          HasSubstr("source=" + home + "/.ssh,target=/home/mcp-ssh/.ssh "),
                          HasSubstr("source=" + home + "/state/mcp-ssh,target=/var/lib/mcp-ssh ")));
  EXPECT_EQ(command.back(), "mcp-ssh:local");
  std::ifstream in(fs::path(MCPSSH_SOURCE_DIR) / "Dockerfile");
  const std::string dockerfile((std::istreambuf_iterator<char>(in)), {});
  EXPECT_THAT(dockerfile,
              AllOf(HasSubstr("ENTRYPOINT [\"/usr/bin/mcp-ssh\"]\nCMD [\"serve\"]"),
                    HasSubstr("MCP_TRANSPORT=http"), HasSubstr("MCP_SSH_CONFIG=/etc/mcp-ssh/hosts.yaml"),
                    HasSubstr("HOME=/home/mcp-ssh "), HasSubstr("XDG_STATE_HOME=/var/lib ")));
  // What that entrypoint does with the image's environment and ours on top.
  auto env = desk.env();
  env["MCP_HOST"] = "0.0.0.0";
  env["MCP_PORT"] = "8000";
  env["MCP_TRANSPORT"] = "stdio";
  env["MCP_SSH_CONFIG"] = desk.path(".config/mcp-ssh/hosts.yaml");
  expect_mcp({MCPSSH_BINARY, "serve"}, env);
}

TEST(References, WhatAClientCannotResolveIsSaidWithWhatToWriteInstead) {
  Desk desk;
  desk.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  desk.more = {{"CORE_PASSWORD", "hunter2"}, {"SSH_AUTH_SOCK", "/tmp/agent-1"}};
  const auto desktop = desk.install({"claude-desktop", "--dry-run"});
  EXPECT_THAT(
      desktop.out,
      AllOf(
          HasSubstr("without what your shell exports"), HasSubstr("core (hosts.yaml:5): $CORE_PASSWORD"),
          HasSubstr("auth:\n        password_file: ~/.config/mcp-ssh/core.password   # one line, chmod 600"),
          HasSubstr("# or password_command: [pass, show, core]"),
          HasSubstr("web1 (hosts.yaml:10): $WEB_SUDO"), HasSubstr("web1: the SSH agent ($SSH_AUTH_SOCK)")));
  // A shell's child has what the shell exports.
  const auto shell = desk.install({"claude-code", "--dry-run"});
  EXPECT_THAT(shell.out,
              AllOf(Not(HasSubstr("CORE_PASSWORD")), Not(HasSubstr("SSH agent")), HasSubstr("$WEB_SUDO")));

  // Where only named variables get through, the entry names them, and never says what they hold.
  for (const std::string client : {"codex", "gemini"}) {
    const auto named = desk.install({client, "--yes"});
    EXPECT_THAT(named.out, AllOf(HasSubstr("$WEB_SUDO"), Not(HasSubstr("$CORE_PASSWORD."))));
  }
  EXPECT_THAT(desk.text(".codex/config.toml"),
              HasSubstr("env_vars = [\"CORE_PASSWORD\", \"SSH_AUTH_SOCK\"]\n"));
  EXPECT_THAT(desk.text(".gemini/settings.json"), HasSubstr("\"CORE_PASSWORD\": \"${CORE_PASSWORD}\""));
  for (const auto& file : fs::recursive_directory_iterator(desk.home.path()))
    if (file.is_regular_file())
      EXPECT_THAT(desk.text(fs::relative(file.path(), desk.home.path())), Not(HasSubstr("hunter2")));
  const auto json = desk.json({"install", "cursor", "--dry-run", "--json"});
  EXPECT_EQ(json.at("unreached").as_array().size(), 3U);
  EXPECT_THAT(base::json::serialize(json), Not(HasSubstr("hunter2")));
}

TEST(References, AContainerHasNoAgentAndItsOwnPlaces) {
  Desk desk;
  desk.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  desk.more = {{"CORE_PASSWORD", "hunter2"}, {"SSH_AUTH_SOCK", "/tmp/agent-1"}};
  const auto shell = desk.install({"claude-code", "--dry-run", "--via", "docker"});
  EXPECT_THAT(shell.out,
              AllOf(HasSubstr("web1: the SSH agent"), Not(HasSubstr("$CORE_PASSWORD")),
                    HasSubstr("password_file: /etc/mcp-ssh/web1.password"), Not(HasSubstr("~/.config"))));
}

TEST(References, AContainerHasOnlyTheFilesThatAreMounted) {
  const Desk desk;
  const std::string home = desk.home.path().string();
  desk.write(
      ".config/mcp-ssh/hosts.yaml",
      "hosts:\n  a:\n    host: 192.0.2.1\n    user: u\n    auth: {method: key, key_path: /srv/keys/a}\n"
      "  b:\n    host: 192.0.2.2\n    user: u\n    auth: {method: key, key_path: " +
          home +
          "/.ssh/b}\n"
          "  c:\n    host: 192.0.2.3\n    user: u\n"
          "    auth: {method: password, password_file: ~/.config/mcp-ssh/c.password}\n"
          "  d:\n    host: 192.0.2.4\n    user: u\n    auth: {method: key, key_path: ~/.ssh/d, "
          "certificate_path: "
          "~/.ssh/../d-cert.pub}\n"
          "  e:\n    host: 192.0.2.5\n    user: u\n"
          "    auth: {method: password, password_file: /etc/mcp-ssh/e.password}\n"
          "settings:\n  known_hosts: ~/known\n");
  const auto docker = desk.install({"claude-code", "--dry-run", "--via", "docker"});
  EXPECT_EQ(docker.exit_code, 0) << docker.err;
  EXPECT_THAT(docker.out,
              AllOf(HasSubstr("a (hosts.yaml:2): key_path /srv/keys/a is in no directory that is mounted"),
                    HasSubstr("b (hosts.yaml:6): key_path " + home +
                              "/.ssh/b has another name there: write ~/.ssh/b"),
                    HasSubstr("password_file ~/.config/mcp-ssh/c.password has another name there: write "
                              "/etc/mcp-ssh/c.password"),
                    HasSubstr("certificate_path ~/.ssh/../d-cert.pub is in no directory"),
                    HasSubstr("settings (hosts.yaml): known_hosts ~/known is in no directory"),
                    Not(HasSubstr("~/.ssh/d ")), Not(HasSubstr("e.password"))));
  const auto json = desk.json({"install", "claude-code", "--dry-run", "--json", "--via", "docker"});
  EXPECT_THAT(base::json::serialize(json.at("unreached")),
              HasSubstr(R"("file":"~/.config/mcp-ssh/c.password","instead":"/etc/mcp-ssh/c.password")"));
  EXPECT_THAT(desk.install({"claude-code", "--dry-run"}).out, Not(HasSubstr("mounted")));
}

TEST(References, VsCodeCanAskForThem) {
  const Desk desk;
  desk.write(".config/mcp-ssh/hosts.yaml", two_hosts);
  const auto document = desk.json({"print", "vscode"});
  const auto& entry = document.at("servers").as_object().at("ssh").as_object();
  EXPECT_EQ(base::json::serialize(entry.at("env")),
            R"({"CORE_PASSWORD":"${input:CORE_PASSWORD}","WEB_SUDO":"${input:WEB_SUDO}"})");
  EXPECT_EQ(base::json::serialize(document.at("inputs").as_array().at(0)),
            R"({"type":"promptString","id":"CORE_PASSWORD","description":"CORE_PASSWORD","password":true})");
  EXPECT_FALSE(desk.json({"print", "vscode", "--via", "wsl"}).contains("inputs"));
  EXPECT_FALSE(desk.json({"print", "cursor"}).contains("inputs"));
}

TEST(References, AnotherConfigurationIsPassedOnAndABrokenOneIsSaid) {
  Desk desk;
  const auto file = desk.write("my/hosts.yaml", "hosts: {x: 1}\n");
  const auto answer = desk.run({"--config", file.string(), "install", "cursor", "--yes"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("note: "));
  EXPECT_THAT(desk.text(".cursor/mcp.json"), HasSubstr("\"MCP_SSH_CONFIG\": \"" + file.string() + "\""));
  EXPECT_THAT(Desk().install({"cursor", "--dry-run"}).out, HasSubstr("`mcp-ssh hosts` makes one"));
}

}  // namespace
}  // namespace mcpssh::test
