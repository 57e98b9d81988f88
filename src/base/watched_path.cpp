#include "base/watched_path.hpp"

#include <deque>
#include <system_error>

namespace mcpssh::base {
namespace fs = std::filesystem;

std::vector<PathStep> path_steps(const fs::path& file) {
  constexpr int most_symlinks = 40;  // Linux's MAXSYMLINKS
  std::vector<PathStep> steps;
  std::error_code failure;
  const fs::path start = fs::absolute(file, failure);
  if (failure) return steps;
  fs::path at = "/";
  const fs::path relative = start.relative_path();
  std::deque<fs::path> ahead(relative.begin(), relative.end());
  int symlinks = 0;
  while (!ahead.empty()) {
    const fs::path name = ahead.front();
    ahead.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      at = at.parent_path();
      continue;
    }
    steps.push_back(PathStep{at, name});
    const auto status = fs::symlink_status(at / name, failure);
    if (failure || !fs::exists(status)) return steps;
    if (!fs::is_symlink(status)) {
      at /= name;
      continue;
    }
    const fs::path target = fs::read_symlink(at / name, failure);
    if (failure || ++symlinks > most_symlinks) return steps;
    if (target.is_absolute()) at = "/";
    const fs::path onward = target.relative_path();
    ahead.insert(ahead.begin(), onward.begin(), onward.end());
  }
  return steps;
}

}  // namespace mcpssh::base
