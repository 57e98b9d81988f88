#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support.hpp"

/// The examples of the rules, which stand in rules/*.txt:
///   [disk.mkfs]
///   yes: mkfs.ext4 /dev/sdb1
///   no: mkfs.ext4 --help
/// "yes cisco_ios: write erase" is a line of a device of that platform.
namespace mcpssh::guard::test {

struct Example {
  std::string rule, platform, command, place;
  bool speaks = false;
};

inline std::vector<Example> read_examples(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Example> out;
  std::string rule;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      rule = line.substr(1, line.size() - 2);
      continue;
    }
    const auto colon = line.find(": ");
    const std::string place = path.filename().string() + ":" + std::to_string(number);
    EXPECT_NE(colon, std::string::npos) << place;
    if (colon == std::string::npos) continue;
    const std::string head = line.substr(0, colon);
    EXPECT_TRUE(head.starts_with("yes") || head.starts_with("no")) << place;
    const auto blank = head.find(' ');
    out.push_back({rule, blank == std::string::npos ? "" : head.substr(blank + 1),
                   with_newlines(line.substr(colon + 2)), place, head.starts_with("yes")});
  }
  return out;
}

inline std::vector<Example> all_examples() {
  std::vector<Example> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/rules"))
    std::ranges::move(read_examples(entry.path()), std::back_inserter(out));
  return out;
}

}  // namespace mcpssh::guard::test
