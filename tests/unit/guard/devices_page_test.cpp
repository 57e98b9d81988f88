// docs/devices.md says which platforms there are and what is refused on each: it must be so.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "guard/judge.hpp"
#include "guard/network/dialects.hpp"

namespace mcpssh::guard {
namespace {

/// What stands between backquotes, with x for the * of a name, but no settings ("shell: posix").
std::vector<std::string> quoted(std::string_view cell) {
  std::vector<std::string> out;
  const auto parts = base::split(cell, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2)
    if (!parts[i].contains(": ")) out.emplace_back(parts[i]);
  for (auto& word : out) std::ranges::replace(word, '*', 'x');
  return out;
}

/// The rows of the table of platforms: device, platform, also taken, refused, safer.
std::vector<std::vector<std::string_view>> platforms(const std::string& page) {
  std::vector<std::vector<std::string_view>> rows;
  const std::string_view table = std::string_view(page).substr(page.find("| device | `platform:` |"));
  for (const auto line : base::split(table, '\n')) {
    if (!line.starts_with("|")) break;
    auto cells = base::split(line, '|');
    if (cells.size() == 7 && !line.contains("---") && !line.contains("`platform:`"))
      rows.emplace_back(cells.begin() + 1, cells.end() - 1);
  }
  return rows;
}

bool known(const std::string& platform) {
  return find_dialect(platform) != nullptr || is_routeros(platform) || is_posix_platform(platform);
}

TEST(DevicesPage, NamesPlatformsTheGuardKnowsAndWhatItRefusesThere) {
  const std::ifstream file(MCPSSH_SOURCE_DIR "/docs/devices.md");
  std::ostringstream page;
  page << file.rdbuf();
  const auto text = page.str();
  const auto rows = platforms(text);
  ASSERT_GE(rows.size(), 15U);
  int refused = 0;
  for (const auto& row : rows) {
    const auto names = quoted(row[1]);
    ASSERT_FALSE(names.empty()) << row[0];
    for (const auto& name : names) EXPECT_TRUE(known(name)) << name;
    for (const auto& name : quoted(row[2])) EXPECT_TRUE(known(name)) << name;
    for (const auto& command : quoted(row[3]))
      for (const auto& name : names) {
        const auto verdict = judge(Command{command, Dialect::cli, {}, name}, {}, Policy()).verdict;
        EXPECT_EQ(verdict.decision, Decision::deny) << name << ": " << command;
        ++refused;
      }
  }
  EXPECT_GE(refused, 20);
}

}  // namespace
}  // namespace mcpssh::guard
