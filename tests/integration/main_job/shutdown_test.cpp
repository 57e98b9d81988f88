// How the server ends: what runs gets its time, is stopped and recorded, and nothing new begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "main_job/one_host.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class Shutdown : public OneHost {
 protected:
  std::int64_t begin(McpSsh& server, const std::string& command, const std::string& more = {}) {
    const auto id = server.begin("ssh_run", R"({"host":"web1","command":")" + command + "\"" + more + "}");
    return id;
  }
  /// Until the server said so in its log.
  static bool shutting_down(McpSsh& server) {
    return comes_true(server, [&] { return server.log().find("shutting down") != std::string::npos; });
  }
};

TEST_F(Shutdown, ARunningCommandMayEndAndItsAnswerComes) {
  auto server = start();
  const auto gate = files_.path() / "gate";
  const std::string mark = own_sleep();
  const auto id =
      begin(server, ": " + mark + "; until test -e " + gate.string() + "; do sleep 0.1; done; echo finished");
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(mark); }));
  server.process().signal(SIGTERM);
  ASSERT_TRUE(shutting_down(server));
  const auto late = server.call("ssh_run", R"({"host":"web1","command":"echo too late"})");
  EXPECT_EQ(late.fact("state"), "refused");
  EXPECT_THAT(late.text, HasSubstr("shutting down"));
  files_.write("gate", "");
  EXPECT_THAT(server.finish(id).text, HasSubstr("finished"));
  EXPECT_EQ(server.process().wait(), 0);
}

TEST_F(Shutdown, AfterTheGraceWhatRunsIsStoppedAndRecorded) {
  auto server = start({"--shutdown-grace", "0.3"});
  const std::string sleep = own_sleep();
  begin(server, "sleep " + sleep);
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait(std::chrono::seconds(20)), 0);
  EXPECT_FALSE(runs_on_this_machine(sleep));
  const auto ends = records_with(server, "kind", "end");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(base::find_string(ends[0], "state"), "cancelled");
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

TEST_F(Shutdown, ASecondSignalEndsItAtOnce) {
  auto server = start({"--shutdown-grace", "600"});
  const std::string sleep = own_sleep();
  begin(server, "sleep " + sleep);
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  server.process().signal(SIGINT);
  ASSERT_TRUE(shutting_down(server));
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait(std::chrono::seconds(20)), 0);
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

TEST_F(Shutdown, AClientThatGoesTakesItsBackgroundCallsWithIt) {
  auto server = start();
  const std::string sleep = own_sleep();
  const auto id = begin(server, "sleep " + sleep, R"(,"background":true)");
  EXPECT_EQ(server.finish(id).fact("state"), "running");
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(sleep); }));
  server.process().close_stdin();
  EXPECT_EQ(server.process().wait(std::chrono::seconds(20)), 0);
  EXPECT_FALSE(runs_on_this_machine(sleep));
  EXPECT_EQ(records_with(server, "kind", "end").size(), 1u);
}

}  // namespace
}  // namespace mcpssh::test
