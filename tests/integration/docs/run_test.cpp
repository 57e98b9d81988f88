// What the pages show being done is done, in a home with hosts, and says what they show.
//
// <!-- run -->                      above a fence: its commands are run, one after the other, in the page's
// shell
// <!-- run in an empty home -->     the same in a new home without hosts.yaml, which is the page's from there
// on
// <!-- run in a home with hosts --> the same in a new one with them
//
// Lines behind a command (`$ ...`) are what it prints; `...` stands for anything. A command that shall fail
// has
// `# exit N` behind it, which readers see too.
#include <gtest/gtest.h>

#include <memory>

#include "docs/home.hpp"
#include "docs/pages.hpp"
#include "docs/transcript.hpp"

namespace mcpssh::test {
namespace {

void run_step(Home& home, const Step& step) {
  SCOPED_TRACE(step.place);
  const auto done = home.run(step.command, step.exit_code);
  EXPECT_EQ(done.exit_code, step.exit_code) << done.text;
  if (!step.compared) return;
  const auto printed = alike(done.text), shown = alike(step.shown);
  EXPECT_TRUE(says(printed, shown)) << "printed:\n" << printed << "shown:\n" << shown;
}

TEST(Docs, WhatIsMarkedIsRunAndSaysWhatThePageShows) {
  const OpensshServer sshd;
  std::size_t commands = 0;
  for (const Page* page : current_pages()) {
    std::unique_ptr<Home> home;
    for (const auto& block : page->blocks) {
      if (!block.marker.starts_with("run")) continue;
      const bool empty = block.marker == "run in an empty home";
      const bool fresh = empty || block.marker == "run in a home with hosts";
      ASSERT_TRUE(fresh || block.marker == "run") << page->place(block) << ": " << block.marker;
      if (!home || fresh) home = std::make_unique<Home>(sshd, empty);
      for (const auto& step : steps_of(*page, block)) run_step(*home, step);
      commands += steps_of(*page, block).size();
    }
  }
  EXPECT_GT(commands, 20U);
}

TEST(Docs, AComparisonCanFail) {
  EXPECT_TRUE(says("a\nb 1 (x)\nc\n", "a\nb ... (x)\nc"));
  EXPECT_TRUE(says("a\nb\nc\nd", "a\n...\nd"));
  EXPECT_FALSE(says("a\nb", "a"));
  EXPECT_FALSE(says("a", "a\nb"));
  EXPECT_FALSE(says("axb", "a.b"));
}

}  // namespace
}  // namespace mcpssh::test
