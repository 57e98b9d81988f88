#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "docs/pages.hpp"

namespace mcpssh::test {

/// One command of a marked block.
struct Step {
  std::string command;
  int exit_code = 0;
  std::string shown;      ///< what the page says it prints
  bool compared = false;  ///< the page shows the output
  std::string place;      ///< "docs/hosts.md:12: mcp-ssh hosts list"
};
std::vector<Step> steps_of(const Page& page, const Block& block);

/// What differs from run to run (times, ids, fingerprints) made alike, in what a page shows and in what was
/// printed.
std::string alike(std::string text);

/// Whether these lines are those the page shows; in them `...` is anything, and alone on a line any number of
/// lines.
bool says(std::string_view printed, std::string_view shown);

}  // namespace mcpssh::test
