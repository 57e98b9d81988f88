// mcp-ssh(1), as it is installed.
#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Manual : public AtHome {
 protected:
  Manual() { home_.write("mcp-ssh.1", cli({"__man"}).out); }

  /// As a person reads it, on one long line each.
  [[nodiscard]] std::string read() const {
    return shell("MANWIDTH=1000 man --no-hyphenation --no-justification --encoding=ascii -l " +
                 (home_.path() / "mcp-ssh.1").string() + " | col -bx")
        .out;
  }
};

TEST_F(Manual, ManFindsNothingToWarnOf) {
  const auto read = shell("MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z " +
                          (home_.path() / "mcp-ssh.1").string() + " >/dev/null");
  EXPECT_EQ(read.exit_code, 0);
  EXPECT_THAT(read.err, IsEmpty());
}

/// The commands of a help page, by the lines under "Subcommands:".
std::vector<std::string> commands_in(const std::string& help) {
  std::vector<std::string> found;
  const auto start = help.find("Subcommands:\n");
  if (start == std::string::npos) return found;
  std::istringstream lines(help.substr(start + 13));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ')
      found.push_back(line.substr(2, line.find(' ', 2) - 2));
  return found;
}

TEST_F(Manual, HasEveryCommandAndOptionThatHelpHas) {
  const auto page = read();
  std::vector<std::vector<std::string>> open{{}};
  std::size_t commands = 0;
  while (!open.empty()) {
    auto words = open.back();
    open.pop_back();
    auto ask = words;
    ask.emplace_back("--help");
    const auto help = cli(ask).out;
    for (const auto& command : commands_in(help)) {
      auto deeper = words;
      deeper.push_back(command);
      EXPECT_THAT(page, HasSubstr("\n   " + base::join(deeper, " "))) << "a heading of its own";
      open.push_back(std::move(deeper));
      ++commands;
    }
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  -")) continue;
      const auto name = line.substr(2, line.find_first_of(" ,", 2) - 2);
      EXPECT_THAT(page, HasSubstr(name)) << base::join(words, " ");
    }
  }
  EXPECT_GT(commands, 25U);
}

}  // namespace
}  // namespace mcpssh::test
