// The README's figures are rendered from what the benches left, never typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Figures : public testing::Test {
 protected:
  [[nodiscard]] Finished render(std::vector<std::string> more = {}) const {
    std::vector<std::string> argv{"/usr/bin/python3", MCPSSH_SOURCE_DIR "/bench/figures.py",
                                  folder_.path().string()};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(std::move(argv));
  }

  TempDir folder_;
};

TEST_F(Figures, RatiosSayHowManyTimesBetterInBothDirections) {
  folder_.write("ssh.json", R"({"format":1,"rows":{
    "warm":{"figures":{"mcp-ssh":{"median":2.0},"asyncssh":{"median":5.0},"ssh -S":{"median":30.0}}},
    "bulk":{"figures":{"mcp-ssh":{"median":300},"ssh":{"median":600}}}}})");
  folder_.write("guard.json", R"({"posix":{"dangerous":200,"caught":190,"harmless":400,"stopped":10,
    "patterns_caught":50,"patterns_stopped":20}})");
  const auto page = render();
  EXPECT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("| | ssh | asyncssh | printed by |"));
  EXPECT_THAT(page.out,
              HasSubstr("| a command on an open connection | 15 x | 2.5 x | `./dev bench ssh warm` |"));
  EXPECT_THAT(page.out, HasSubstr("| bytes of output a second | 0.5 x |  | `./dev bench ssh bulk` |"))
      << "a figure we lose is shown too";
  EXPECT_THAT(page.out, HasSubstr("Of 200 dangerous shell commands"));
  EXPECT_THAT(page.out, HasSubstr("95.0 %"));
}

TEST_F(Figures, OtherMcpServersHaveATableOfTheirOwnAheadOfTheRest) {
  folder_.write("ssh.json", R"({"format":1,"rows":{
    "warm":{"figures":{"mcp-ssh":{"median":2.0},"asyncssh":{"median":5.0}}},
    "mcp-servers":{"figures":{"mcp-ssh, memory":{"median":20},"ssh-mcp, memory":{"median":90},
      "mcp-ssh, a command":{"median":3},"mcp-ssh, a command over the link":{"median":1},
      "ssh-mcp, a command over the link":{"median":2}}}}})");
  const auto page = render();
  EXPECT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("| | ssh-mcp | printed by |\n"));
  EXPECT_THAT(page.out, HasSubstr("| the same over a link of 100 ms | 2 x | `./dev bench ssh mcp-servers` |\n"
                                  "| memory of the server | 4.5 x | `./dev bench ssh mcp-servers` |\n\n"
                                  "| | asyncssh | printed by |\n"));
}

TEST_F(Figures, RowsOfSeveralDaysSaySo) {
  folder_.write("ssh.json", R"({"format":1,"rows":{
    "warm":{"date":"2031-01-02","figures":{"mcp-ssh":{"median":2.0},"asyncssh":{"median":5.0}}},
    "bulk":{"date":"2031-02-03","figures":{"mcp-ssh":{"median":300},"ssh":{"median":600}}}}})");
  EXPECT_THAT(render().out, HasSubstr(" 2031-01-02 to 2031-02-03, "));
}

TEST_F(Figures, TheSectionTakesItsOwnPlaceEachTimeAndNoOther) {
  folder_.write("http.json",
                R"({"methods":{"tools/list":{"mcp-ssh":800,"server-everything":100,"ratio":8}}})");
  const auto readme = folder_.write("README.md", "# x\n\nbefore\n\n## What is not there yet\n\nafter\n");
  const auto text = [&readme] {
    std::ostringstream out;
    out << std::ifstream(readme).rdbuf();
    return out.str();
  };
  ASSERT_EQ(render({"--into", readme.string()}).exit_code, 0);
  const auto once = text();
  EXPECT_THAT(once, HasSubstr("before\n\n## Measured\n"));
  EXPECT_THAT(once, HasSubstr("| 8 x | `./dev bench http` |\n\n## What is not there yet\n\nafter\n"));
  ASSERT_EQ(render({"--into", readme.string()}).exit_code, 0);
  EXPECT_EQ(text(), once);
}

TEST_F(Figures, NothingMeasuredIsNoTable) {
  const auto page = render();
  EXPECT_EQ(page.exit_code, 1);
  EXPECT_THAT(page.err, HasSubstr("./dev bench ssh"));
  EXPECT_THAT(page.out, Not(HasSubstr("|")));
}

}  // namespace
}  // namespace mcpssh::test
