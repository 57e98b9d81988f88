#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ssh/exec/stop_script.hpp"

namespace mcpssh::ssh {
namespace {

TEST(StopReport, TellsGoneFromLeft) {
  const auto gone = parse_stop_report("noise\nab12 gone\n", "ab12");
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->survivors.empty());
  const auto left = parse_stop_report("ab12 left 300 301\n", "ab12");
  ASSERT_TRUE(left);
  EXPECT_THAT(left->survivors, testing::ElementsAre(300, 301));
}

TEST(StopReport, IsNoProofWhenTheScriptSawNothingOrDidNotEnd) {
  for (const std::string out :
       {"", "ab12 blind\n", "ab12 left\n", "ab12 left x\n", "cd34 gone\n", "gone\n", "ab12 gon"})
    EXPECT_FALSE(parse_stop_report(out, "ab12")) << out;
}

}  // namespace
}  // namespace mcpssh::ssh
