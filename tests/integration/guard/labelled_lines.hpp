#pragma once
#include <fstream>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace mcpssh::test {

/// The shell commands of the first labelled set.
inline std::vector<std::string> labelled_lines() {
  std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/tests/unit/guard/unseen.jsonl");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) {
    const auto value = base::parse_json(line).value();
    if (base::find_string(value.as_object(), "shell") == "posix")
      out.push_back(base::find_string(value.as_object(), "command").value());
  }
  return out;
}

}  // namespace mcpssh::test
