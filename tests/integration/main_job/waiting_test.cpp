// Calls that wait: for a shell that is busy, for a host that is being reached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class WaitingCalls : public testing::Test {
 protected:
  [[nodiscard]] std::string yaml(const std::string& lines = {}, const std::string& settings = {}) const {
    return trusting(host_entry("web1", line_.port(), sshd_.user(), by_key(sshd_.key()),
                               lines + "    host_key: '" + sshd_.host_keys()[0] + "'\n"),
                    (files_.path() / "known_hosts").string(), settings);
  }
  McpSsh start() {
    McpSsh::Options options;
    options.hosts_yaml = yaml();
    return McpSsh(std::move(options));
  }
  [[nodiscard]] std::string gate() const { return (files_.path() / "gate").string(); }
  /// A line that keeps the shell until the gate is there.
  [[nodiscard]] std::string busy_line() const {
    return R"({"host":"web1","command":"touch )" + gate() + ".begun; until test -e " + gate() +
           R"(; do sleep 0.1; done","timeout":300})";
  }
  static std::set<std::string> calls(McpSsh& server) {
    const auto listed = server.call("ssh_list_sessions", "{}").text;
    std::set<std::string> found;
    for (auto at = listed.find("call_"); at != std::string::npos; at = listed.find("call_", at + 1))
      found.insert(listed.substr(at, listed.find(' ', at) - at));
    return found;
  }

  OpensshServer sshd_;
  Relay line_{sshd_.port()};
  TempDir files_;
};

TEST_F(WaitingCalls, ALineBehindABusyShellHasItsOwnTime) {
  auto server = start();
  const auto busy = server.begin("ssh_shell", busy_line());
  ASSERT_TRUE(comes_true(server, [&] { return std::filesystem::exists(gate() + ".begun"); }));
  const auto late = server.call("ssh_shell", R"({"host":"web1","command":"echo x","timeout":0.5})");
  EXPECT_EQ(late.fact("state"), "never_started") << late.text;
  EXPECT_THAT(late.text, HasSubstr("an earlier line kept it busy"));
  files_.write("gate", "");
  EXPECT_THAT(server.finish(busy).text, StartsWith("web1: exit 0"));
}

TEST_F(WaitingCalls, ALineBehindABusyShellIsStoppedAtOnce) {
  auto server = start();
  const auto busy = server.begin("ssh_shell", busy_line());
  ASSERT_TRUE(comes_true(server, [&] { return std::filesystem::exists(gate() + ".begun"); }));
  const auto before = calls(server);
  const auto queued = server.begin("ssh_shell", R"({"host":"web1","command":"echo x","timeout":300})");
  std::string call;
  ASSERT_TRUE(comes_true(server, [&] {
    for (const auto& each : calls(server))
      if (!before.contains(each)) call = each;
    return !call.empty();
  }));
  const auto stopped = server.call("ssh_stop", R"({"call":")" + call + R"("})");
  EXPECT_THAT(stopped.text, HasSubstr("had ended already or was not sent")) << stopped.text;
  EXPECT_EQ(server.finish(queued).fact("state"), "cancelled");

  const auto another = server.begin("ssh_shell", R"({"host":"web1","command":"echo x","timeout":300})");
  ASSERT_TRUE(comes_true(server, [&] { return calls(server).size() > before.size(); }));
  server.cancel(another);
  EXPECT_TRUE(comes_true(server, [&] { return calls(server) == before; })) << "while the first still runs";
  files_.write("gate", "");
  EXPECT_THAT(server.finish(busy).text, StartsWith("web1: exit 0"));
}

TEST_F(WaitingCalls, AStoppedLineIsNotSaidToBeGone) {
  auto server = start();
  const std::string left = own_sleep();
  const auto answer = server.call(
      "ssh_shell", R"({"host":"web1","command":"sleep )" + left + R"( & sleep 1000","timeout":1})");
  EXPECT_EQ(answer.fact("state"), "timed_out") << answer.text;
  EXPECT_EQ(answer.fact("remains"), "unproved") << answer.text;
  EXPECT_TRUE(runs_on_this_machine(left)) << "what it put into the background got no Ctrl-C";
  server.call("ssh_shell", R"({"host":"web1","command":"kill $!"})");
}

TEST_F(WaitingCalls, TwoThousandAreOpenAtOnceAndNoMore) {
  std::string hosts;
  for (int i = 0; i <= 2000; ++i)
    hosts += "  h" + std::to_string(i) + ": {host: 127.0.0.1, user: u, groups: [all-of-them]}\n";
  McpSsh::Options options;
  options.hosts_yaml = trusting(hosts, (files_.path() / "known_hosts").string());
  McpSsh server(std::move(options));
  // A failure, so nothing is sent to the others.
  const auto answer = server.call(
      "ssh_run", R"({"host":"@all-of-them","command":"true","parallel":1,"stop_on_failure":true})");
  EXPECT_THAT(answer.text, HasSubstr("2000 calls are open already, which is the limit; nothing was sent"));
  EXPECT_TRUE(records_with(server, "kind", "begin").empty());
}

/// The configuration changes while the host is being reached.
class ChangingConfiguration : public WaitingCalls {
 protected:
  ToolAnswer answer_when(const std::string& changed_yaml) {
    auto server = start();
    line_.stall();
    const auto id =
        server.begin("ssh_run", R"({"host":"web1","command":"touch )" + mark().string() + R"("})");
    EXPECT_TRUE(comes_true(server, [&] { return line_.accepted() > 0; }));
    server.rewrite_config(changed_yaml);
    line_.resume();
    return server.finish(id);
  }
  [[nodiscard]] std::filesystem::path mark() const { return files_.path() / "launch-mark"; }
};

TEST_F(ChangingConfiguration, ARuleThatForbidsTheCommandCounts) {
  const auto answer = answer_when(yaml("", "  deny_patterns: ['launch-\\w+']\n"));
  EXPECT_TRUE(answer.is_error);
  EXPECT_THAT(answer.text, HasSubstr("the configuration changed while the host was being reached"));
  EXPECT_FALSE(exists(mark()));
}

TEST_F(ChangingConfiguration, ATightenedModeCounts) {
  const auto answer = answer_when(yaml("    mode: readonly\n"));
  EXPECT_TRUE(answer.is_error) << answer.text;
  EXPECT_FALSE(exists(mark()));
}

TEST_F(ChangingConfiguration, AHostThatWasRemovedGetsNoCommand) {
  const auto answer = answer_when("hosts: {}\n");
  EXPECT_TRUE(answer.is_error) << answer.text;
  EXPECT_FALSE(exists(mark()));
}

TEST_F(ChangingConfiguration, WhatDoesNotConcernTheCommandDoesNot) {
  const auto answer = answer_when(yaml("    description: the same host\n"));
  EXPECT_THAT(answer.text, StartsWith("web1: exit 0"));
  EXPECT_TRUE(exists(mark()));
}

}  // namespace
}  // namespace mcpssh::test
