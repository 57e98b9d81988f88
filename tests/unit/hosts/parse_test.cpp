#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "base/limits.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::bad;
using ::testing::ElementsAre;
using testing::environment;
using testing::good;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::web1_with;

std::string example() {
  std::ifstream file(MCPSSH_SOURCE_DIR "/hosts.example.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Parse, ExampleFileLoadsWithEveryHostInOrder) {
  const Snapshot snapshot = good(example());
  EXPECT_THAT(snapshot.names(), ElementsAre("web1", "db1", "core-switch", "router", "openwrt", "bastion",
                                            "app1", "old-switch"));
  EXPECT_THAT(snapshot.digest, SizeIs(64));

  const Host& web1 = *snapshot.find("web1");
  EXPECT_EQ(web1.address, "192.0.2.10");
  EXPECT_EQ(web1.port, 22);
  EXPECT_EQ(web1.user, "deploy");
  EXPECT_EQ(web1.auth.methods, std::vector{AuthMethod::key});
  EXPECT_EQ(web1.auth.key_paths, std::vector<std::string>{"~/.ssh/id_ed25519"});
  EXPECT_EQ(web1.auth.passphrase.value().name, "WEB1_KEY_PASSPHRASE");
  EXPECT_EQ(web1.auth.passphrase.value().place.str(), "hosts.yaml:13");
  EXPECT_EQ(web1.place.str(), "hosts.yaml:6");
  EXPECT_THAT(web1.groups, ElementsAre("web", "prod"));

  const Host& db1 = *snapshot.find("db1");
  EXPECT_EQ(db1.auth.password.value().name, "DB1_PASSWORD");
  EXPECT_EQ(db1.auth.password.value().purpose, "password of host db1");
  EXPECT_EQ(db1.deny_patterns.at(0).text, R"(\bDROP\s+(TABLE|DATABASE)\b)");
  EXPECT_EQ(db1.deny_patterns.at(0).place.str(), "hosts.yaml:27");

  const Host& core = *snapshot.find("core-switch");
  EXPECT_EQ(core.shell, ShellKind::cli);
  EXPECT_EQ(core.prompt_regex, R"([>#]\s*$)");
  EXPECT_EQ(snapshot.find("router")->user, "admin+ct");
  EXPECT_EQ(snapshot.find("openwrt")->mode, Mode::readonly);
  EXPECT_EQ(snapshot.find("openwrt")->auth.methods, std::vector{AuthMethod::agent});

  EXPECT_EQ(snapshot.settings.idle_timeout.count(), 900);
  EXPECT_EQ(snapshot.settings.command_timeout.count(), 60);
  EXPECT_EQ(snapshot.settings.audit_log, "") << "a service that was given the example keeps its own place";
  EXPECT_THAT(snapshot.settings.deny_patterns, SizeIs(2));
}

TEST(Parse, WhatIsNotGivenHasItsDefault) {
  const Snapshot snapshot = good(web1_with(""));
  const Host& web1 = snapshot.hosts.at(0);
  EXPECT_EQ(web1.port, 22);
  EXPECT_TRUE(web1.auth.methods.empty());
  EXPECT_EQ(web1.shell, ShellKind::posix);
  EXPECT_EQ(web1.mode, Mode::standard);
  EXPECT_FALSE(web1.host_key_checking.has_value());
  EXPECT_FALSE(web1.approval.has_value());
  EXPECT_EQ(snapshot.settings.idle_timeout, base::limits::idle_timeout);
  EXPECT_EQ(snapshot.settings.command_timeout, base::limits::command_timeout);
  EXPECT_EQ(snapshot.settings.max_output_bytes, base::limits::output_bytes);
  EXPECT_EQ(snapshot.settings.host_key_checking, HostKeyChecking::strict);
  EXPECT_EQ(snapshot.settings.approval, Approval::automatic);
  EXPECT_FALSE(snapshot.settings.keepalive_interval.has_value());
}

TEST(Parse, NothingConfiguredIsASnapshotWithoutHosts) {
  for (const char* text : {"", "# nothing\n", "---\n", "hosts:\n", "hosts: {}\n", "settings:\nhosts:\n", "~"})
    EXPECT_THAT(good(text).hosts, IsEmpty()) << text;
}

TEST(Parse, KeysOfLaterFilesAreTaken) {
  const Snapshot snapshot = good(
      "hosts:\n  web1:\n    host: web1\n    user: u\n    host_key_checking: accept-new\n    mode: "
      "restricted\n"
      "    allow_patterns: ['^uptime$']\n    deny_patterns:\n"
      "  web2: {host: web2, user: u, mode: unrestricted, host_key_checking: off}\n"
      "settings:\n  keepalive_interval: 0\n  max_output_bytes: 100000\n  host_key_checking: yes\n");
  EXPECT_EQ(snapshot.hosts.at(0).host_key_checking, HostKeyChecking::accept_new);
  EXPECT_EQ(snapshot.hosts.at(0).mode, Mode::restricted);
  EXPECT_EQ(snapshot.hosts.at(0).allow_patterns.at(0).text, "^uptime$");
  EXPECT_THAT(snapshot.hosts.at(0).deny_patterns, IsEmpty());
  EXPECT_EQ(snapshot.hosts.at(1).mode, Mode::standard);
  EXPECT_EQ(snapshot.hosts.at(1).host_key_checking, HostKeyChecking::off);
  EXPECT_EQ(snapshot.settings.keepalive_interval.value().count(), 0);
  EXPECT_EQ(snapshot.settings.max_output_bytes, 100000u);
  EXPECT_EQ(snapshot.settings.host_key_checking, HostKeyChecking::strict);
}

TEST(Parse, KeysOfThisVersionAreTaken) {
  const Snapshot snapshot =
      good(web1_with("    platform: routeros\n    groups: [a, b]\n    description: Büro, 2. Stock\n"
                     "    mode: full\n    approval: none\n    unlock: [disk.mkfs]") +
           "settings: {approval: human, known_hosts: ~/known}\n");
  const Host& web1 = snapshot.hosts.at(0);
  EXPECT_EQ(web1.platform, "routeros");
  EXPECT_EQ(web1.description, "Büro, 2. Stock");
  EXPECT_EQ(web1.mode, Mode::full);
  EXPECT_EQ(web1.approval, Approval::none);
  EXPECT_THAT(web1.unlock, ElementsAre("disk.mkfs"));
  EXPECT_EQ(snapshot.settings.approval, Approval::human);
  EXPECT_EQ(snapshot.settings.known_hosts, "~/known");
}

TEST(Parse, AuditLogOfTheEnvironmentWinsAndReloadIntervalIsTaken) {
  const std::string text = "settings: {audit_log: /a}\n";
  const auto set =
      parse(text, "hosts.yaml", environment({{"MCP_AUDIT_LOG", "/b"}, {"MCP_RELOAD_INTERVAL", "5"}}));
  EXPECT_EQ(set.value().settings.audit_log, "/b");
  EXPECT_EQ(parse(text, "hosts.yaml", environment({{"MCP_AUDIT_LOG", ""}})).value().settings.audit_log, "/a");
  EXPECT_EQ(parse("", "hosts.yaml", environment({{"MCP_AUDIT_LOG", "/b"}})).value().settings.audit_log, "/b");
}

TEST(Parse, AliasesAndMergeKeysWork) {
  const Snapshot snapshot = good(
      "hosts:\n  web1: &base\n    host: web1\n    user: deploy\n    port: 2222\n"
      "  web2:\n    <<: *base\n    host: web2\n  web3: {<<: [{port: 22}, *base], auth: {method: agent}}\n");
  EXPECT_EQ(snapshot.hosts.at(1).address, "web2");
  EXPECT_EQ(snapshot.hosts.at(1).user, "deploy");
  EXPECT_EQ(snapshot.hosts.at(1).port, 2222);
  EXPECT_EQ(snapshot.hosts.at(2).address, "web1");
  EXPECT_EQ(snapshot.hosts.at(2).port, 22);
}

TEST(Parse, WindowsLineEndsAndByteOrderMarkAreRead) {
  const Snapshot snapshot = good("\xEF\xBB\xBFhosts:\r\n  web1:\r\n    host: web1\r\n    user: u\r\n");
  EXPECT_EQ(snapshot.hosts.at(0).user, "u");
}

TEST(Parse, IPv6AndWordsThatLookLikeBooleansStayText) {
  const Snapshot snapshot =
      good("hosts:\n  no:\n    host: fe80::1%eth0\n    user: yes\n  1:\n    host: 10.0.0.1\n    user: 7\n");
  EXPECT_THAT(snapshot.names(), ElementsAre("no", "1"));
  EXPECT_EQ(snapshot.hosts.at(0).address, "fe80::1%eth0");
  EXPECT_EQ(snapshot.hosts.at(0).user, "yes");
  EXPECT_EQ(snapshot.hosts.at(1).user, "7");
}

TEST(Parse, TenThousandHostsAreFine) {
  std::string text = "hosts:\n";
  for (int i = 0; i < 10000; ++i)
    text += "  h" + std::to_string(i) +
            ":\n    host: 10.0.0.1\n    user: u\n    auth: {method: password, password_env: P}\n    groups: "
            "[a]\n";
  EXPECT_THAT(good(text).hosts, SizeIs(10000));
}

}  // namespace
}  // namespace mcpssh::hosts
