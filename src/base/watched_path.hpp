#pragma once
#include <filesystem>
#include <vector>

namespace mcpssh::base {

/// One name that has to be looked up on the way to a file, and the directory it is looked up in (no symlinks
/// in it).
struct PathStep {
  std::filesystem::path directory;
  std::filesystem::path name;
  bool operator==(const PathStep&) const = default;
};

/// Every lookup between "/" and the file, through all symlinks, as the kernel would do it. Ends at the first
/// name that does not exist (it is in the list: its appearing is a change) and after 40 symlinks, as the
/// kernel does.
std::vector<PathStep> path_steps(const std::filesystem::path& file);

}  // namespace mcpssh::base
