// mcp-ssh sessions, and stop of one call.
#include <sys/wait.h>

#include <csignal>

#include "people/house.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Sessions : public testing::Test {
 protected:
  McpSsh start(std::vector<std::string> args = {}) {
    McpSsh::Options options;
    options.args = std::move(args);
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())), known.string());
    options.env["XDG_RUNTIME_DIR"] = files_.path().string();
    return McpSsh(std::move(options));
  }
  /// The ids of the calls that sessions shows.
  static std::vector<std::string> calls(const McpSsh& server) {
    std::vector<std::string> ids;
    const auto told = base::json::parse(server.cli({"sessions", "--json"}).out).as_object();
    for (const auto& one : told.at("servers").as_array())
      for (const auto& thing : one.at("sessions").as_array())
        if (thing.at("kind") == "call") ids.emplace_back(thing.at("name").as_string());
    return ids;
  }

  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(Sessions, ShowWhatIsOpenAndForWhom) {
  auto server = start();
  EXPECT_THAT(server.cli({"sessions"}).out, HasSubstr("nothing is open"));
  const auto sleep = own_sleep();
  server.call("ssh_run", R"({"host":"web1","command":"sleep )" + sleep + R"(","background":true})");
  server.call("ssh_shell", R"({"host":"web1","command":"true","session":"work"})");
  const auto told = server.cli({"sessions"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.out, AllOf(HasSubstr("'s server (process " + std::to_string(server.process().pid())),
                              HasSubstr("  of local\n"), HasSubstr("connection to 127.0.0.1"),
                              HasSubstr("running for"), HasSubstr("sleep " + sleep)));
}

TEST_F(Sessions, OneCallIsStoppedAndTheOthersRunOn) {
  auto server = start();
  const auto first = own_sleep(), second = own_sleep();
  for (const auto& sleep : {first, second})
    server.call("ssh_run", R"({"host":"web1","command":"sleep )" + sleep + R"(","background":true})");
  const auto running = calls(server);
  ASSERT_EQ(running.size(), 2U);
  ASSERT_TRUE(
      comes_true(server, [&] { return runs_on_this_machine(first) && runs_on_this_machine(second); }));
  const auto stopped = server.cli({"stop", running[0]});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("web1: " + running[0] + " stopped; its processes on the host are gone"));
  EXPECT_NE(runs_on_this_machine(first), runs_on_this_machine(second));
  EXPECT_EQ(calls(server), std::vector{running[1]});
  const auto again = server.cli({"stop", running[0]});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("no call"));
  const auto records = records_with(server, "tool", "stop");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_THAT(std::string(records[0].at("principal").as_string()), HasSubstr("user:"));
  EXPECT_THAT(std::string(records[0].at("detail").as_string()),
              HasSubstr(running[0] + " on web1: proved_gone"));
}

TEST_F(Sessions, StopWantsToKnowWhat) {
  auto server = start();
  EXPECT_EQ(server.cli({"stop"}).exit_code, 2);
  EXPECT_EQ(server.cli({"stop", "--all", "call_1"}).exit_code, 2);
  EXPECT_EQ(server.cli({"stop", "call_1"}).exit_code, 1);
  EXPECT_EQ(server.cli({"stop", "--all"}).exit_code, 0);
}

TEST_F(Sessions, DoNotShowWhatMayBeAPassword) {
  auto server = start({"--answer-within", "3"});
  const auto sleep = own_sleep();
  const auto run = [&](const std::string& tool, base::json::object arguments) {
    arguments["host"] = "web1";
    return server.call(tool, base::json::serialize(arguments));
  };
  run("ssh_run", {{"command", "export TOKEN=hunter1; sleep " + sleep}, {"background", true}});
  const auto asked =
      run("ssh_shell", {{"command", "printf 'Password: '; read answer; sleep " + sleep}, {"session", "a"}});
  ASSERT_EQ(asked.fact("state"), "question") << asked.text;
  run("ssh_shell", {{"command", "hunter2"}, {"session", "a"}, {"confirm_dangerous", true}});
  const auto waits =
      run("ssh_shell", {{"command", "hunter3"}, {"session", "a"}, {"confirm_dangerous", true}});
  for (const auto& told : {server.cli({"sessions"}), server.cli({"sessions", "--json"})}) {
    EXPECT_THAT(told.out, AllOf(HasSubstr("export TOKEN=[redacted]; sleep " + sleep),
                                HasSubstr("a line of a shell, not shown"), Not(HasSubstr("hunter"))));
  }
  EXPECT_EQ(calls(server).size(), 3U) << waits.text;
}

TEST_F(Sessions, AServerThatIsStoppedIsNamedAndNotWaitedFor) {
  auto server = start();
  const pid_t process = server.process().pid();
  ASSERT_EQ(::kill(process, SIGSTOP), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, WUNTRACED), process);
  const std::string stopped = "process " + std::to_string(process) + " is stopped (Ctrl-Z or SIGSTOP)";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"sessions"}, {"pending"}, {"stop", "--all"}, {"freeze"}}) {
    const auto told = server.cli(words);
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_THAT(told.err, AllOf(HasSubstr(stopped), HasSubstr("kill -CONT"))) << words.front();
  }
  ASSERT_EQ(::kill(process, SIGCONT), 0);
  EXPECT_THAT(server.cli({"thaw"}).out, HasSubstr("thawed (1 running server told)"));
  EXPECT_THAT(server.cli({"freeze"}).out, HasSubstr("(1 running server told)"));
  EXPECT_THAT(server.cli({"stop", "--all"}).out,
              HasSubstr("stopped on 1 server: 0 of 0 calls ended, 0 shells and 0 tunnels closed"));
  EXPECT_EQ(server.cli({"thaw"}).exit_code, 0);
}

class OfPeople : public AtHome {};

TEST_F(OfPeople, ARunIsSeenAndStoppedFromElsewhere) {
  const auto sleep = own_sleep();
  auto options = without_terminal({"run", "web1", "--", "echo first; sleep " + sleep});
  options.pipe_stdout = true;
  Process process(std::move(options));
  EXPECT_EQ(process.read_line(), "first");
  const auto told = base::json::parse(cli({"sessions", "--json"}).out).as_object();
  std::string id;
  for (const auto& thing : told.at("servers").at(0).at("sessions").as_array())
    if (thing.at("kind") == "call") id = thing.at("name").as_string();
  ASSERT_THAT(id, testing::Not(IsEmpty()));
  EXPECT_THAT(cli({"__complete", "words", "stop", "call_"}).out, HasSubstr(id + "\tweb1: echo first"));
  EXPECT_THAT(cli({"stop", id}).out, HasSubstr("are gone"));
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 130);
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

}  // namespace
}  // namespace mcpssh::test
