// mcp-ssh run as a person at a terminal sees it.
#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunOnATerminal : public AtHome {
 protected:
  Tmux& start(std::vector<std::string> words, int columns = 80) {
    auto options = on_a_terminal(std::move(words));
    options.columns = columns;
    return tmux_.emplace(options);
  }
  std::string ended() {
    tmux_->wait_for("modes ");
    return tmux_->screen();
  }
  std::optional<Tmux> tmux_;
};

TEST_F(RunOnATerminal, WhatAsksIsAskedThereAndRunsWhenApproved) {
  const auto file = home_.write("gone", "x");
  auto& tmux = start({"run", "web1", "--", dangerous(file)});
  EXPECT_THAT(tmux.wait_for("[y/N]"), AllOf(HasSubstr("Allow this on web1"), HasSubstr("launch-missiles"),
                                            HasSubstr("pattern.user")));
  EXPECT_TRUE(std::filesystem::exists(file));
  tmux.type("y");
  tmux.press({"Enter"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("went"), HasSubstr("ended 0"), HasSubstr("modes kept")));
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_THAT(records("kind", "begin").at(0).at("approved_by").as_string().c_str(), HasSubstr("terminal "));
}

TEST_F(RunOnATerminal, WhatIsDeclinedDoesNotRun) {
  const auto file = home_.write("stays", "x");
  auto& tmux = start({"run", "web1", "--", dangerous(file)});
  tmux.wait_for("[y/N]");
  tmux.press({"Enter"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("declined"), HasSubstr("ended 3")));
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_THAT(records("kind", "begin"), IsEmpty());
}

TEST_F(RunOnATerminal, CtrlCAtTheQuestionIsNoAnswer) {
  auto& tmux = start({"run", "web1", "--", "rm -rf /srv/x"});
  tmux.wait_for("[y/N]");
  tmux.press({"C-c"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("ended 130"), HasSubstr("modes kept")));
  for (const auto& record : records("command", "rm -rf /srv/x")) EXPECT_NE(record.at("kind"), "begin");
}

TEST_F(RunOnATerminal, OneQuestionIsAboutAllHosts) {
  const auto file = home_.write("gone", "x");
  auto& tmux = start({"run", "@web", "--", dangerous(file)}, 100);
  EXPECT_THAT(tmux.wait_for("[y/N]"), HasSubstr("Allow this on 3 hosts?"));
  tmux.type("y");
  tmux.press({"Enter"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("3 hosts: 3 exit 0"), HasSubstr("ended 0")));
}

TEST_F(RunOnATerminal, CtrlCStopsTheCommandAndSaysWhatIsGone) {
  const auto sleep = own_sleep();
  auto& tmux = start({"run", "web1", "--", "echo first; sleep " + sleep});
  tmux.wait_for("first");
  tmux.press({"C-c"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("its processes on the host are gone"), HasSubstr("ended 130")));
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

TEST_F(RunOnATerminal, ASecondCtrlCLeavesAtOnce) {
  auto& tmux = start({"run", "web1", "--", "trap '' TERM INT; echo first; while :; do sleep 1; done"});
  tmux.wait_for("first");
  tmux.press({"C-c"});
  tmux.wait_for("once more");
  tmux.press({"C-c"});
  EXPECT_THAT(ended(), AllOf(HasSubstr("left; what ran was not seen to end"), HasSubstr("ended 130")));
}

TEST_F(RunOnATerminal, CtrlCStopsThemOnAllHosts) {
  const auto sleep = own_sleep();
  auto& tmux = start({"run", "@web", "--", "echo first; sleep " + sleep});
  tmux.wait_for("0/3");
  ASSERT_TRUE([&] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    while (!runs_on_this_machine(sleep))
      if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
  }());
  tmux.press({"C-c"});
  EXPECT_THAT(ended(),
              AllOf(HasSubstr("stopped; its processes on the host are gone"), HasSubstr("ended 130")));
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

TEST_F(RunOnATerminal, WhatAHostSaysCannotMoveTheCursor) {
  start({"run", "web1", "--", "printf 'a\\033[2J\\033]0;t\\007b\\033[31mred\\n'"});
  EXPECT_THAT(ended(), HasSubstr("abred"));
}

TEST_F(RunOnATerminal, ANarrowOneIsEnough) {
  start({"run", "all", "--", "echo word"}, 30);
  EXPECT_THAT(ended(), AllOf(HasSubstr("word"), HasSubstr("ended 1")));
}

}  // namespace
}  // namespace mcpssh::test
