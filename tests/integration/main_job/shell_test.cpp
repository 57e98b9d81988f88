// ssh_shell: state on POSIX hosts, dialogue on a real router CLI.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job/yaml.hpp"
#include "support/dropbear_server.hpp"
#include "support/frr_router.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The output between the markers of an answer.
std::string body(const ToolAnswer& answer) {
  const auto begin = answer.text.find("--- output of ");
  if (begin == std::string::npos) return "";
  const auto from = answer.text.find('\n', begin) + 1;
  return answer.text.substr(from, answer.text.find("\n--- end", from) - from);
}

class PosixShell : public testing::Test {
 protected:
  PosixShell() : server_(options()) {}
  McpSsh::Options options() {
    McpSsh::Options made;
    const auto known = files_.write("known_hosts", sshd_.known_hosts() + dropbear_.known_hosts());
    made.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())) +
                     host_entry("owrt", dropbear_.port(), dropbear_.user().name(), by_key(dropbear_.key())),
                 known.string());
    return made;
  }
  ToolAnswer type(const std::string& host, const std::string& line) {
    base::json::object arguments;
    arguments["host"] = host;
    arguments["command"] = line;
    return server_.call("ssh_shell", base::json::serialize(arguments));
  }

  OpensshServer sshd_;
  DropbearServer dropbear_;
  TempDir files_;
  McpSsh server_;
};

TEST_F(PosixShell, KeepsDirectoryAndVariablesOnOpensshAndBusybox) {
  for (const std::string host : {"web1", "owrt"}) {
    EXPECT_EQ(type(host, "cd /tmp").fact("exit_code"), "0");
    type(host, "X='a  b'");
    const auto answer = type(host, "pwd; echo \"$X\"; false");
    EXPECT_EQ(body(answer), "/tmp\na  b") << answer.text;
    EXPECT_EQ(answer.fact("exit_code"), "1") << host;
  }
}

TEST_F(PosixShell, LongOutputIsComplete) {
  const auto answer = type("web1", "seq 1 3000");
  EXPECT_THAT(body(answer), testing::StartsWith("1\n2\n3\n"));
  EXPECT_THAT(body(answer), testing::EndsWith("\n2999\n3000"));
  EXPECT_EQ(std::ranges::count(body(answer), '\n'), 2999);
}

TEST_F(PosixShell, NamedSessionsAreApartAndListed) {
  server_.call("ssh_shell", R"({"host":"web1","command":"X=one","session":"a"})");
  server_.call("ssh_shell", R"({"host":"web1","command":"X=two","session":"b"})");
  EXPECT_EQ(body(server_.call("ssh_shell", R"({"host":"web1","command":"echo $X","session":"a"})")), "one");
  EXPECT_THAT(server_.call("ssh_list_sessions", "{}").text, HasSubstr("\"b\""));
  server_.call("ssh_disconnect", R"({"host":"web1","session":"a"})");
  EXPECT_EQ(body(server_.call("ssh_shell", R"({"host":"web1","command":"echo [$X]","session":"a"})")), "[]");
}

TEST_F(PosixShell, TimedOutLineIsInterruptedAndTheShellLivesOn) {
  type("web1", "X=still");
  const auto answer = server_.call("ssh_shell", R"({"host":"web1","command":"sleep 1000","timeout":0.5})");
  EXPECT_EQ(answer.fact("state"), "timed_out") << answer.text;
  EXPECT_EQ(body(type("web1", "echo $X")), "still");
}

TEST_F(PosixShell, AQuestionIsAStateAndCanBeAnswered) {
  const auto asked = type("web1", "printf 'Continue? (y/n) '; read answer; echo got $answer");
  EXPECT_EQ(asked.fact("state"), "question") << asked.text;
  const auto answered =
      server_.call("ssh_shell", R"({"host":"web1","command":"yes","confirm_dangerous":true})");
  EXPECT_EQ(body(answered), "got yes") << answered.text;
}

TEST_F(PosixShell, ExitEndsTheShellAndTheNextLineStartsAnew) {
  type("web1", "X=gone");
  EXPECT_EQ(type("web1", "exit").fact("state"), "shell_ended");
  EXPECT_EQ(body(type("web1", "echo [$X]")), "[]");
}

class RouterCli : public testing::Test {
 protected:
  RouterCli() : server_(options()) {}
  McpSsh::Options options() {
    McpSsh::Options made;
    const auto known = files_.write("known_hosts", router_.ssh().known_hosts());
    const std::string cli =
        "    shell: cli\n    platform: frr\n    prompt_regex: '[\\w.-]+(\\([\\w-]+\\))?[>#]\\s*$'\n";
    made.hosts_yaml = trusting(host_entry("core", router_.port(), router_.user().name(),
                                          "method: password, password_env: CORE_PASSWORD", cli) +
                                   host_entry("paged", router_.port(), router_.paged_user().name(),
                                              "method: password, password_env: PAGED_PASSWORD", cli),
                               known.string());
    made.env = {{"CORE_PASSWORD", router_.user().password()},
                {"PAGED_PASSWORD", router_.paged_user().password()}};
    return made;
  }

  FrrRouter router_;
  TempDir files_;
  McpSsh server_;
};

TEST_F(RouterCli, OutputEqualsWhatVtyshPrintsItself) {
  for (const std::string command : {"show version", "show ip prefix-list PL-LONG", "show running-config"}) {
    for (const std::string host : {"core", "paged"}) {
      const auto answer =
          server_.call("ssh_shell", R"({"host":")" + host + R"(","command":")" + command + "\"}");
      EXPECT_EQ(answer.fact("state"), "replied") << answer.text;
      std::string truth = router_.vtysh(command);
      while (truth.ends_with('\n')) truth.pop_back();
      EXPECT_EQ(body(answer), truth) << host << ": " << command;
    }
  }
}

TEST_F(RouterCli, ModesHoldBetweenLines) {
  server_.call("ssh_shell", R"({"host":"core","command":"configure terminal"})");
  const auto answer = server_.call("ssh_shell", R"({"host":"core","command":"interface lo"})");
  EXPECT_EQ(answer.fact("state"), "replied");
  EXPECT_THAT(
      server_.call("ssh_shell", R"({"host":"core","command":"no such thing","confirm_dangerous":true})").text,
      HasSubstr("Unknown"));
  server_.call("ssh_shell", R"({"host":"core","command":"end"})");
  EXPECT_THAT(server_.call("ssh_shell", R"({"host":"core","command":"show version"})").text,
              HasSubstr("FRRouting"));
}

TEST_F(RouterCli, RunIsStatelessAlsoOnADevice) {
  server_.call("ssh_run", R"({"host":"core","command":"configure terminal"})");
  const auto answer = server_.call("ssh_run", R"({"host":"core","command":"show version"})");
  EXPECT_THAT(answer.text, HasSubstr("FRRouting")) << "the mode of the first command must not be left behind";
}

}  // namespace
}  // namespace mcpssh::test
