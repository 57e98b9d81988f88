// The emergency stop: nothing new, and an end of what runs.
#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Freeze : public People {
 protected:
  static std::string command(const std::string& text) {
    return R"({"host":"web1","command":")" + text + "\"}";
  }
};

TEST_F(Freeze, NothingNewRunsUntilItIsThawedAndTheRecordSaysWho) {
  auto server = start();
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "exited");
  const auto frozen = server.cli({"freeze", "--reason", "looks wrong"});
  EXPECT_EQ(frozen.exit_code, 0) << frozen.err;
  EXPECT_THAT(frozen.out, HasSubstr("1 running server told"));
  for (const auto* tool : {"ssh_run", "ssh_shell"}) {
    const auto answer = server.call(tool, command("true"));
    EXPECT_EQ(answer.fact("state"), "refused") << answer.text;
    EXPECT_THAT(answer.text,
                AllOf(HasSubstr("looks wrong"), HasSubstr("mcp-ssh thaw"), HasSubstr("[operators.frozen]")));
    EXPECT_THAT(answer.fact("rules"), HasSubstr("operators.frozen"));
  }
  EXPECT_EQ(server.call("ssh_connect", R"({"host":"web1"})").fact("state"), "refused");
  EXPECT_EQ(server.call("ssh_disconnect", R"({"host":"web1"})").fact("state"), "disconnected");
  EXPECT_THAT(server.cli({"pending"}).out, HasSubstr("FROZEN by " + asker_.name()));
  EXPECT_EQ(server.cli({"thaw"}).exit_code, 1) << "where people are asked, the asker does not thaw";
  EXPECT_EQ(approver({"thaw", "--socket", socket_of(server)}).exit_code, 0);
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "exited");
  std::string states;
  for (const auto& record : records_with(server, "kind", "security"))
    states += base::find_string(record, "state").value_or("") + ":" +
              base::find_string(record, "human_factor").value_or("") + " ";
  EXPECT_EQ(states, "frozen:none refused:none thawed:other_user ");
}

TEST_F(Freeze, HoldsOverARestartAndForServersThatStartLater) {
  const TempDir state;
  run_ok({"chown", asker_.name(), state.path().string()});
  const auto starting = [&] {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_)), known.string());
    options.env = {{"XDG_STATE_HOME", state.path().string()}};
    return start_as_asker(std::move(options));
  };
  {
    auto server = starting();
    EXPECT_EQ(server.cli({"freeze"}).exit_code, 0);
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  auto server = starting();
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "refused");
  std::filesystem::remove(state.path() / "mcp-ssh" / "frozen.json");
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "refused")
      << "taking the file away is no thaw for a server that has seen it";
  EXPECT_EQ(server.cli({"thaw"}).exit_code, 0);
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "exited");
}

TEST_F(Freeze, WorksWithoutAServerAndIsOnRecord) {
  auto server =
      start({.settings = {}, .host_lines = {}, .elicitation = false, .args = {}, .approvers = false});
  server.process().stop();
  EXPECT_EQ(server.cli({"freeze", "--reason", "nobody is there"}).exit_code, 0);
  EXPECT_FALSE(records_with(server, "state", "frozen").empty());
  EXPECT_THAT(server.cli({"hosts", "test", "web1"}).err + server.cli({"hosts", "test", "web1"}).out,
              HasSubstr("nobody is there"));
  EXPECT_EQ(server.cli({"thaw"}).exit_code, 0);
  EXPECT_FALSE(records_with(server, "state", "thawed").empty());
}

TEST_F(Freeze, HoldsForRunningServersWhereItsFileCannotBeWrittenAndSaysSo) {
  auto server = start();
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "exited");
  const auto state = server.home() / "state" / "mcp-ssh";
  run_ok({"chmod", "0755", state.string()});
  run_ok({"chown", "root", state.string()});  // the journal is open already
  const auto frozen = server.cli({"freeze"});
  EXPECT_EQ(frozen.exit_code, 1);
  EXPECT_THAT(frozen.err, AllOf(HasSubstr("NOT frozen"), HasSubstr("frozen, but not over restarts")));
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "refused");
  EXPECT_EQ(runs(), 0u);
}

TEST_F(Freeze, WhatWasApprovedMeanwhileDoesNotRun) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  EXPECT_EQ(server.cli({"freeze"}).exit_code, 0);
  EXPECT_EQ(approver({"approve", request}).exit_code, 0);
  EXPECT_THAT(server.finish(id).text, HasSubstr("operators.frozen"));
  EXPECT_EQ(runs(), 0u);
}

TEST_F(Freeze, UnderHumanTheAskersOwnUserDoesNotThaw) {
  auto server = start({.settings = "  approval: human\n"});
  EXPECT_EQ(server.cli({"freeze"}).exit_code, 0) << "anybody may freeze";
  const auto own = server.cli({"thaw"});
  EXPECT_EQ(own.exit_code, 1);
  EXPECT_THAT(own.err, AllOf(HasSubstr("host web1 has approval: human"), HasSubstr("another user")));
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "refused");
  const auto other = approver({"thaw", "--socket", socket_of(server)});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_EQ(server.call("ssh_run", command("true")).fact("state"), "exited");
}

TEST_F(Freeze, StopAllEndsWhatRunsOnEveryServerAndProvesIt) {
  auto one = start();
  auto two = start();
  const auto first = own_sleep(), second = own_sleep();
  const auto a = one.begin("ssh_run", command("sleep " + first));
  const auto b = two.begin("ssh_run", command("sleep " + second));
  one.call("ssh_shell", command("echo in a shell"));
  ASSERT_TRUE(comes_true(one, [&] { return runs_on_this_machine(first) && runs_on_this_machine(second); }));
  const auto started = std::chrono::steady_clock::now();
  const auto stopped = one.cli({"stop", "--all"});
  const auto took = std::chrono::steady_clock::now() - started;
  EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("stopped on 2 servers: 2 of 2 calls ended, 1 shell "));
  EXPECT_FALSE(runs_on_this_machine(first));
  EXPECT_FALSE(runs_on_this_machine(second));
  EXPECT_LT(took, std::chrono::seconds(6)) << "the promise is 1 s; a loaded machine gets more";
  EXPECT_EQ(one.finish(a).fact("state"), "cancelled");
  EXPECT_EQ(two.finish(b).fact("state"), "cancelled");
  EXPECT_FALSE(records_with(one, "state", "stopped").empty());
  EXPECT_EQ(one.call("ssh_run", command("true")).fact("state"), "exited") << "a stop is no freeze";
}

TEST_F(Freeze, StopAllEndsWhatWaitsForAPerson) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  waiting_id(server);
  EXPECT_EQ(server.cli({"stop", "--all"}).exit_code, 0);
  EXPECT_TRUE(server.finish(id).is_error);
  EXPECT_TRUE(pending(server).empty());
  EXPECT_EQ(runs(), 0u);
}

TEST_F(Freeze, StopWithoutAllDoesNothing) {
  auto server = start();
  EXPECT_EQ(server.cli({"stop"}).exit_code, 2);
}

}  // namespace
}  // namespace mcpssh::test
