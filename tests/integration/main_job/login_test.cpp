// Logging in to a real sshd by every method, host keys, and what is said when it fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "base/text.hpp"
#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

OpensshServer::Options with_password() {
  OpensshServer::Options options;
  options.password_user = true;
  return options;
}

class Login : public testing::Test {
 protected:
  std::string config(const std::string& hosts, const std::string& settings = {}) {
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    return trusting(hosts, known.string(), settings);
  }
  McpSsh start(const std::string& hosts, std::map<std::string, std::string> env = {}) {
    McpSsh::Options options;
    options.hosts_yaml = config(hosts);
    options.env = std::move(env);
    return McpSsh(std::move(options));
  }

  OpensshServer sshd_{with_password()};
  TempDir files_;
};

TEST_F(Login, ByKeySaysHostKeyAndMethod) {
  auto server = start(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())));
  const auto answer = server.call("ssh_connect", R"({"host":"web1"})");
  EXPECT_FALSE(answer.is_error) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("web1: connected"));
  EXPECT_THAT(answer.text, HasSubstr("SHA256:"));
  EXPECT_THAT(answer.text, HasSubstr("publickey"));
  EXPECT_THAT(server.call("ssh_connect", R"({"host":"web1"})").text, HasSubstr("already connected"));
}

TEST_F(Login, ByEncryptedKeyWithPassphraseFromTheEnvironment) {
  const auto& key = sshd_.encrypted_key();
  auto server =
      start(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key) + ", passphrase_env: WEB1_PASS"),
            {{"WEB1_PASS", key.passphrase}});
  const auto answer = server.call("ssh_run", R"({"host":"web1","command":"echo in"})");
  EXPECT_THAT(answer.text, HasSubstr("exit 0"));
}

TEST_F(Login, WrongPassphraseNamesTheKeyAndNotThePassphrase) {
  auto server = start(host_entry("web1", sshd_.port(), sshd_.user(),
                                 by_key(sshd_.encrypted_key()) + ", passphrase_env: WEB1_PASS"),
                      {{"WEB1_PASS", "not-the-passphrase"}});
  const auto answer = server.call("ssh_connect", R"({"host":"web1"})");
  EXPECT_TRUE(answer.is_error);
  EXPECT_THAT(answer.text, HasSubstr(sshd_.encrypted_key().path.string()));
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("not-the-passphrase")));
}

TEST_F(Login, ByPassword) {
  const auto& user = sshd_.password_user();
  auto server =
      start(host_entry("db1", sshd_.port(), user.name(), "method: password, password_env: DB1_PASSWORD"),
            {{"DB1_PASSWORD", user.password()}});
  const auto answer = server.call("ssh_run", R"({"host":"db1","command":"id -un"})");
  EXPECT_THAT(answer.text, HasSubstr(user.name()));
}

TEST_F(Login, WrongPasswordSaysWhatWasTriedAndTheServerStaysUp) {
  const auto& user = sshd_.password_user();
  auto server =
      start(host_entry("db1", sshd_.port(), user.name(), "method: password, password_env: DB1_PASSWORD"),
            {{"DB1_PASSWORD", "wrong-one"}});
  const auto answer = server.call("ssh_run", R"({"host":"db1","command":"true"})");
  EXPECT_TRUE(answer.is_error);
  EXPECT_EQ(answer.fact("error"), "auth_failed") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("db1"));
  EXPECT_THAT(answer.text, HasSubstr("Next:"));
  EXPECT_FALSE(server.call("ssh_list_hosts", "{}").is_error);
}

TEST_F(Login, MissingEnvironmentVariableFailsItsHostOnly) {
  auto server =
      start(host_entry("db1", sshd_.port(), "nobody", "method: password, password_env: NOT_SET_ANYWHERE") +
            host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())));
  const auto answer = server.call("ssh_run", R"({"host":"db1","command":"true"})");
  EXPECT_THAT(answer.text, HasSubstr("NOT_SET_ANYWHERE"));
  EXPECT_THAT(answer.text, HasSubstr("hosts.yaml:"));
  EXPECT_THAT(server.call("ssh_run", R"({"host":"web1","command":"true"})").text, HasSubstr("exit 0"));
}

TEST_F(Login, ByAgent) {
  const auto socket = files_.path() / "agent";
  Process agent(
      {.argv = {"ssh-agent", "-D", "-a", socket.string()}, .env = {}, .directory = {}, .pipe_stdout = true});
  ASSERT_TRUE(agent.read_line().has_value());
  Process add({.argv = {"ssh-add", "-q", sshd_.key().path.string()},
               .env = {{"SSH_AUTH_SOCK", socket.string()}},
               .directory = {},
               .pipe_stdout = false});
  ASSERT_EQ(add.wait(), 0) << add.err();
  auto server = start(host_entry("web1", sshd_.port(), sshd_.user(), "method: agent"),
                      {{"SSH_AUTH_SOCK", socket.string()}});
  const auto answer = server.call("ssh_connect", R"({"host":"web1"})");
  EXPECT_FALSE(answer.is_error) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("agent"));
}

TEST_F(Login, UnknownKeyIsRefusedUntilAHumanTrustsItWithoutRestart) {
  const auto empty = files_.write("empty_known_hosts", "");
  McpSsh::Options options;
  options.hosts_yaml =
      trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())), empty.string());
  McpSsh server(std::move(options));
  const auto refused = server.call("ssh_run", R"({"host":"web1","command":"true"})");
  EXPECT_EQ(refused.fact("error"), "host_key_unknown");
  EXPECT_THAT(refused.text, HasSubstr("mcp-ssh hosts trust web1"));

  const auto asked = server.cli({"hosts", "trust", "web1"});
  EXPECT_NE(asked.exit_code, 0) << "nobody was there to say yes";
  EXPECT_THAT(asked.out, HasSubstr("SHA256:"));
  const auto at = asked.out.find("SHA256:");
  const std::string fingerprint = asked.out.substr(at, asked.out.find_first_of(" \n", at) - at);
  EXPECT_NE(server.cli({"hosts", "trust", "web1", "--fingerprint", "SHA256:AAAA"}).exit_code, 0);
  EXPECT_TRUE(server.call("ssh_run", R"({"host":"web1","command":"true"})").is_error);

  const auto trusted = server.cli({"hosts", "trust", "web1", "--fingerprint", fingerprint});
  EXPECT_EQ(trusted.exit_code, 0) << trusted.out << trusted.err;
  EXPECT_THAT(server.call("ssh_run", R"({"host":"web1","command":"true"})").text, HasSubstr("exit 0"));
}

TEST_F(Login, AnErrorHasItsCodeForPeopleAndForPrograms) {
  auto server = start(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.encrypted_key())));
  const auto locked = server.call("ssh_run", R"({"host":"web1","command":"true"})");
  EXPECT_EQ(locked.fact("error"), "auth_failed");
  EXPECT_EQ(locked.fact("code"), "passphrase-missing");
  EXPECT_THAT(locked.text, HasSubstr("[passphrase-missing]"));
  const auto blocked = server.call("ssh_run", R"({"host":"web1","command":"rm -rf /"})");
  EXPECT_EQ(blocked.fact("code"), "blocked");
  EXPECT_THAT(blocked.text, HasSubstr("[blocked]"));
  const auto unknown = server.call("ssh_run", R"({"host":"web9","command":"true"})");
  EXPECT_EQ(unknown.fact("code"), "unknown-host");
  EXPECT_THAT(unknown.text, HasSubstr("[unknown-host]"));
  const auto misfit = server.call("ssh_run", R"({"host":"web1","comand":"true"})");
  EXPECT_EQ(misfit.fact("code"), "invalid-argument") << misfit.text;
  EXPECT_THAT(server.cli({"audit", "tail"}).out, HasSubstr("[passphrase-missing]"));
  EXPECT_THAT(server.cli({"hosts", "test", "web9"}).err, HasSubstr("[unknown-host]"));
  EXPECT_THAT(server.cli({"hosts", "tset"}).err, HasSubstr("[usage]"));
}

TEST_F(Login, ChangedKeyIsRefusedWithBothFingerprintsAndRecorded) {
  auto server = start(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())));
  const auto before = server.call("ssh_connect", R"({"host":"web1"})").text;
  server.call("ssh_disconnect", R"({"host":"web1"})");
  sshd_.change_host_keys();
  const auto answer = server.call("ssh_run", R"({"host":"web1","command":"true"})");
  EXPECT_EQ(answer.fact("error"), "host_key_changed") << answer.text;
  const auto first = before.find("SHA256:");
  EXPECT_THAT(answer.text, HasSubstr(before.substr(first, before.find_first_of(", ", first) - first)));
  EXPECT_NE(answer.text.find("SHA256:"), answer.text.rfind("SHA256:")) << answer.text;
  bool recorded = false;
  for (const auto& record : server.records())
    recorded = recorded || base::find_string(record, "kind").value_or("") == "security";
  EXPECT_TRUE(recorded);
}

TEST_F(Login, RefusedConnectionUnreadableKeyAndUnknownNameAreToldApart) {
  const auto open_key = files_.write("open_key", "not a key", 0644);
  auto server = start(
      host_entry("closed", free_port(), "nobody", by_key(sshd_.key())) +
      host_entry("openkey", sshd_.port(), sshd_.user(), "method: key, key_path: " + open_key.string()) +
      host_entry("nokey", sshd_.port(), sshd_.user(), "method: key, key_path: /nonexistent/id") +
      "  nowhere:\n    host: no-such-name.invalid\n    user: x\n    auth: {" + by_key(sshd_.key()) + "}\n");
  EXPECT_EQ(server.call("ssh_connect", R"({"host":"closed"})").fact("error"), "connect_failed");
  EXPECT_THAT(server.call("ssh_connect", R"({"host":"openkey"})").text, HasSubstr("chmod"));
  EXPECT_THAT(server.call("ssh_connect", R"({"host":"nokey"})").text, HasSubstr("/nonexistent/id"));
  EXPECT_EQ(server.call("ssh_connect", R"({"host":"nowhere"})").fact("error"), "resolve_failed");
  const auto unknown = server.call("ssh_connect", R"({"host":"closd"})");
  EXPECT_TRUE(unknown.is_error);
  EXPECT_THAT(unknown.text, HasSubstr("closed")) << "the nearest name helps";
}

}  // namespace
}  // namespace mcpssh::test
