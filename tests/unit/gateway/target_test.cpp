#include "gateway/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"

namespace mcpssh::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Method = ssh::Credentials::Method;

class Targets : public testing::Test {
 protected:
  ssh::Target target_of(const std::string& yaml, const std::string& name, bool agent = false) {
    const auto parsed = hosts::parse(yaml, "hosts.yaml", [](std::string_view) { return std::nullopt; });
    if (!parsed) throw base::Error(parsed.error());
    Secrets::Options options;
    options.environment = [agent](std::string_view variable) -> std::optional<std::string> {
      if (variable == "SSH_AUTH_SOCK" && agent) return "/run/agent";
      if (variable.starts_with("SECRET_")) return std::string(variable);
      return std::nullopt;
    };
    options.learned = [](const std::vector<base::Secret>&) {};
    base::asio::io_context io(1);
    Secrets secrets(io.get_executor(), std::move(options), *parsed);
    std::exception_ptr failure;
    ssh::Target result;
    base::asio::co_spawn(io, target_for(*parsed, *parsed->find(name), secrets, {}),
                         [&](std::exception_ptr thrown, ssh::Target target) {
                           failure = thrown;
                           result = std::move(target);
                         });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return result;
  }
  ssh::Target web1(const std::string& keys, bool agent = false) {
    return target_of("hosts:\n  web1:\n    host: h\n    user: u\n" + keys, "web1", agent);
  }
};

TEST_F(Targets, WithoutMethodsTheAgentIsAskedFirstThenTheUsualKeys) {
  const auto with_agent = web1("", true);
  EXPECT_THAT(with_agent.credentials.methods, ElementsAre(Method::agent, Method::key));
  EXPECT_EQ(with_agent.credentials.agent_socket, "/run/agent");
  const auto without = web1("");
  EXPECT_THAT(without.credentials.methods, ElementsAre(Method::key));
  EXPECT_TRUE(without.credentials.usual_keys);
  ASSERT_EQ(without.credentials.key_files.size(), 3u);
  EXPECT_EQ(without.credentials.key_files[0].filename(), "id_ed25519");
  EXPECT_EQ(without.credentials.key_files[2].filename(), "id_rsa");
}

TEST_F(Targets, MethodsKeepTheirOrderAndSecretsAreFound) {
  const auto target = web1(
      "    auth: {method: [keyboard-interactive, key, password], key_path: [/a, /b], passphrase_env: "
      "SECRET_A,\n"
      "           password_env: SECRET_B, certificate_path: /c-cert.pub}\n");
  EXPECT_THAT(target.credentials.methods,
              ElementsAre(Method::keyboard_interactive, Method::key, Method::password));
  EXPECT_THAT(target.credentials.key_files, ElementsAre("/a", "/b"));
  EXPECT_EQ(target.credentials.certificate, "/c-cert.pub");
  EXPECT_EQ(target.credentials.passphrase->reveal(), "SECRET_A");
  EXPECT_EQ(target.credentials.password->reveal(), "SECRET_B");
  EXPECT_FALSE(target.credentials.usual_keys);
  EXPECT_THAT(web1("    auth: {method: [agent, key], key_path: /a}\n").credentials.methods,
              ElementsAre(Method::key))
      << "there is no agent to ask";
  EXPECT_THAT(web1("    auth: {method: agent}\n").credentials.methods, ElementsAre(Method::agent))
      << "so that it says what is missing";
}

TEST_F(Targets, JumpHostsCarryTheirOwnLogInsAndWays) {
  const auto target = target_of(
      "hosts:\n  db: {host: d, user: u, jump: [edge, inner]}\n"
      "  edge: {host: e, user: eu, proxy: 'socks5://me@p:1080', proxy_password_env: SECRET_P,\n"
      "         auth: {method: password, password_env: SECRET_E}}\n"
      "  inner: {host: i, user: iu, proxy_command: nc %h %p, auth: {method: none}}\n",
      "db");
  ASSERT_TRUE(target.jump);
  EXPECT_FALSE(target.proxy);
  EXPECT_EQ(target.jump->name, "inner");
  EXPECT_EQ(target.jump->user, "iu");
  EXPECT_THAT(target.jump->proxy_command, IsEmpty()) << "it is reached through edge";
  EXPECT_THAT(target.jump->credentials.methods, ElementsAre(Method::none));
  ASSERT_TRUE(target.jump->jump);
  EXPECT_EQ(target.jump->jump->name, "edge");
  EXPECT_EQ(target.jump->jump->credentials.password->reveal(), "SECRET_E");
  EXPECT_EQ(target.jump->jump->proxy->password->reveal(), "SECRET_P");
  EXPECT_FALSE(target.jump->jump->jump);
}

TEST_F(Targets, AProxyCommandIsFilledIn) {
  EXPECT_THAT(web1("    port: 2222\n    proxy_command: [x, '%h:%p', '%r%%', '-o', 'a%%h']\n").proxy_command,
              ElementsAre("x", "h:2222", "u%", "-o", "a%h"));
}

TEST_F(Targets, SettingsAndLimitsReachTheEngine) {
  const auto plain = web1("");
  EXPECT_EQ(plain.keepalive, std::chrono::seconds(5));
  EXPECT_EQ(plain.spare_channels, base::limits::spare_channels);
  EXPECT_TRUE(plain.posix);
  const auto set = web1(
      "    limits: {connections: 2, sessions: 3, spare: 1}\n    algorithms: {kex: [a], ciphers: [b]}\n"
      "settings: {keepalive_interval: 30}\n");
  EXPECT_EQ(set.keepalive, std::chrono::seconds(30));
  EXPECT_EQ(set.max_connections, 2u);
  EXPECT_EQ(set.max_sessions, 3u);
  EXPECT_EQ(set.spare_channels, 1u);
  EXPECT_THAT(set.algorithms.key_exchange, ElementsAre("a"));
  EXPECT_THAT(set.algorithms.ciphers, ElementsAre("b"));
  EXPECT_EQ(web1("    shell: cli\n").spare_channels, 0u);
  const auto windows = web1("    platform: windows\n");
  EXPECT_EQ(windows.spare_channels, 0u);
  EXPECT_FALSE(windows.posix);
}

TEST_F(Targets, TheFilesOfHostKeysAreThoseOfOpenssh) {
  const auto home = base::expand_home("~/.ssh");
  const auto usual = web1("");
  EXPECT_EQ(usual.known_hosts, home / "known_hosts");
  EXPECT_THAT(usual.other_known_hosts,
              ElementsAre(home / "known_hosts2", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"));
  const auto own = web1("settings: {known_hosts: /k}\n");
  EXPECT_EQ(own.known_hosts, "/k");
  EXPECT_THAT(own.other_known_hosts, ElementsAre("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"));
  EXPECT_THAT(web1("settings: {known_hosts: /k, system_known_hosts: ~/s}\n").other_known_hosts,
              ElementsAre(base::expand_home("~/s")));
}

TEST_F(Targets, WhatIsMissingNamesItsHostAndStep) {
  try {
    target_of(
        "hosts:\n  db: {host: d, user: u, jump: edge}\n"
        "  edge: {host: e, user: u, auth: {method: password, password_env: NOT_SET}}\n",
        "db");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("edge: log in: environment variable NOT_SET is not set"));
  }
}

}  // namespace
}  // namespace mcpssh::gateway
