// The script that ends a remote command, in the shells it will meet, against real processes here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "bench.hpp"
#include "ssh/exec/stop_script.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

class StopScript : public testing::TestWithParam<std::tuple<std::vector<std::string>, std::string>> {
 protected:
  /// What the script says about a process `pid`, in the shell of this test.
  Finished stop(int pid, const std::string& nonce) {
    auto argv = std::get<0>(GetParam());
    argv.emplace_back("-c");
    argv.push_back(ssh::stop_script(pid, nonce, 1s, std::get<1>(GetParam())));
    return run(argv);
  }
  /// A process tree that printed a line when it was complete.
  static Process tree(const std::string& command, bool own_session) {
    Process::Options options;
    options.argv = {"sh", "-c", command};
    if (own_session) options.argv.insert(options.argv.begin(), "setsid");
    options.pipe_stdout = true;
    Process started(std::move(options));
    EXPECT_EQ(started.read_line(), "ready");
    return started;
  }
  void expect_gone(const std::string& command, bool own_session) {
    Process started = tree(command, own_session);
    const auto said = stop(started.pid(), "n0");
    EXPECT_EQ(said.out, "n0 gone\n");
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(processes_with(seconds_), 0);
  }
  const std::string seconds_ = unique_seconds();
};

INSTANTIATE_TEST_SUITE_P(Shells, StopScript,
                         testing::Combine(testing::Values(std::vector<std::string>{"dash"},
                                                          std::vector<std::string>{"bash"},
                                                          std::vector<std::string>{"busybox", "ash"}),
                                          testing::Values("/proc", "/there-is-none")),
                         [](const auto& each) {
                           return std::get<0>(each.param).back() +
                                  (std::get<1>(each.param) == "/proc" ? "_proc" : "_ps");
                         });

TEST_P(StopScript, EndsATreeInTheGroupOfItsParent) {
  expect_gone("sleep " + seconds_ + " & echo ready; sleep " + seconds_ + "; :", false);
}

TEST_P(StopScript, EndsASessionWithItsOrphans) {
  expect_gone("(sleep " + seconds_ + " &); echo ready; sleep " + seconds_ + "; :", true);
}

TEST_P(StopScript, KillsWhatIgnoresTerm) {
  expect_gone("trap '' TERM; sleep " + seconds_ + " & echo ready; sleep " + seconds_ + "; :", false);
}

TEST_P(StopScript, FindsNothingOfWhatHasEnded) {
  Process ended = tree("echo ready", false);
  ASSERT_EQ(ended.wait(), 0);
  EXPECT_EQ(stop(ended.pid(), "n1").out, "n1 gone\n");
}

TEST_P(StopScript, LeavesTheNeighboursAlone) {
  Process neighbour = tree("echo ready; exec sleep " + seconds_, false);
  Process started = tree("echo ready; sleep 1000", false);
  EXPECT_EQ(stop(started.pid(), "n2").out, "n2 gone\n");
  EXPECT_EQ(processes_with(seconds_), 1);
}

}  // namespace
}  // namespace mcpssh::test
