// Hostile servers, seen by an AI client through the real program: every answer is clean, and comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "main_job/yaml.hpp"
#include "support/hostile_server.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {
using testing::HasSubstr;
using testing::Not;

const std::string poison = "\x1b]0;owned\x07\x1b[2J\xe2\x80\xae\r\nroot# ";

class HostileProgram : public testing::Test {
 protected:
  /// The program with one host, a device, that is `server`.
  McpSsh::Options facing(const HostileServer& server) const {
    McpSsh::Options options;
    options.hosts_yaml = trusting(
        host_entry("sw1", server.port(), "admin", by_key(key_), "    shell: cli\n    prompt_regex: 'sw1#'\n"),
        directory_.write("known_hosts", server.known_hosts()).string());
    return options;
  }
  static void expect_clean(const std::string& text) {
    EXPECT_TRUE(base::is_utf8(text));
    for (const char* bad : {"\x1b", "\x07", "\r", "\xe2\x80\xae"}) EXPECT_THAT(text, Not(HasSubstr(bad)));
  }

  TempDir directory_;
  const ClientKey key_ = make_client_key(directory_.path() / "key");
};

TEST_F(HostileProgram, ADisconnectAtTheDoorIsToldCleanly) {
  const HostileServer server([](SshWire& wire) {
    wire.exchange_versions();
    wire.send(Packet(ssh_disconnect).number(2).text(poison + std::string(20'000, 'd')).text(""));
    wire.wait_for_end();
  });
  McpSsh program(facing(server));
  const auto answer = program.call("ssh_connect", R"({"host":"sw1"})");
  EXPECT_TRUE(answer.is_error);
  EXPECT_THAT(answer.text, HasSubstr("sw1"));
  expect_clean(answer.text);
  EXPECT_LE(answer.text.size(), 4096U);
}

TEST_F(HostileProgram, ABannerAndAVersionFullOfEscapesAreToldCleanly) {
  const HostileServer server([](SshWire& wire) {
    wire.exchange_versions("SSH-2.0-\x1b[2J\xe2\x80\xae");
    wire.exchange_keys();
    wire.await(ssh_service_request);
    wire.send(Packet(ssh_service_accept).text("ssh-userauth"));
    wire.await(ssh_auth_request);
    for (int i = 0; i < 3; ++i)
      wire.send(Packet(ssh_auth_banner).text(poison + std::string(30'000, 'B')).text(""));
    wire.send(Packet(ssh_auth_success));
    wire.wait_for_end();
  });
  McpSsh program(facing(server));
  const auto answer = program.call("ssh_connect", R"({"host":"sw1"})");
  EXPECT_FALSE(answer.is_error) << answer.text;
  expect_clean(answer.text);
}

TEST_F(HostileProgram, EndlessLinesAtTheDoorAreAnErrorAndTheProgramGoesOn) {
  const HostileServer server([](SshWire& wire) {
    for (;;) wire.send_bytes("please hold the line " + poison + "\r\n");
  });
  McpSsh program(facing(server));
  const auto answer = program.call("ssh_connect", R"({"host":"sw1"})");
  EXPECT_TRUE(answer.is_error);
  expect_clean(answer.text);
  EXPECT_THAT(program.call("ssh_list_hosts", "{}").text, HasSubstr("sw1"));
}

}  // namespace
}  // namespace mcpssh::test
