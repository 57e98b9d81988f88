// What a run of `mcp-ssh install` that was killed left beside a client's file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "install/desk.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(KilledInstall, ClearsAwayWhatARunThatWasKilledLeft) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{}\n");
  desk.write(".cursor/mcp.json.new-0123456789ab", "{}\n");
  desk.write(".cursor/mcp.json.new-0123456789ac", "{");
  desk.write(".cursor/mcp.json.new-mine", "x");
  const auto installed = desk.install({"cursor", "--yes"});
  ASSERT_EQ(installed.exit_code, 0);
  EXPECT_FALSE(desk.there(".cursor/mcp.json.new-0123456789ab"));
  EXPECT_FALSE(desk.there(".cursor/mcp.json.new-0123456789ac"));
  EXPECT_TRUE(desk.there(".cursor/mcp.json.new-mine"));
  EXPECT_THAT(installed.out, Not(HasSubstr("was killed")));
}

TEST(KilledInstall, KeepsAndNamesWhatMayBeTheClientsOfARunThatWasKilled) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{}\n");
  const std::string left = desk.write(".cursor/mcp.json.new-0123456789ab", "{\"theirs\": 1}\n").string();
  for (const char* undo : {"", "--undo"}) {
    std::vector<std::string> words{"cursor", "--yes"};
    if (*undo != '\0') words.emplace_back(undo);
    const auto done = desk.install(words);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("a run that was killed left " + left));
    EXPECT_EQ(desk.text(".cursor/mcp.json.new-0123456789ab"), "{\"theirs\": 1}\n");
  }
}

}  // namespace
}  // namespace mcpssh::test
