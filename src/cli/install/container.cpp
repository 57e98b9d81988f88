#include "cli/install/container.hpp"

#include <algorithm>

#include "base/file.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;

/// The image's own (Dockerfile).
constexpr std::string_view home = "/home/mcp-ssh";

/// Whether `path` is `directory` or stands below it; both are normal.
bool below(const fs::path& path, const fs::path& directory) {
  const auto inside = path.lexically_relative(directory);
  return !inside.empty() && *inside.begin() != "..";
}

/// What hosts.yaml says, as the server in the container reads it.
fs::path read_there(const std::string& written) {
  if (written == "~" || written.starts_with("~/"))
    return (fs::path(home) / written.substr(std::min<std::size_t>(written.size(), 2))).lexically_normal();
  return (fs::path(home) / written).lexically_normal();
}

/// The name in the container of what `written` names here; empty when it is in none of the mounts.
std::string name_there(const std::string& written, const std::vector<Mount>& mounts) {
  const fs::path here = fs::absolute(base::expand_home(written)).lexically_normal();
  for (const Mount& mount : mounts) {
    if (!below(here, mount.here)) continue;
    const fs::path name = fs::path(mount.there) / here.lexically_relative(mount.here);
    return below(name, home) ? (fs::path("~") / name.lexically_relative(home)).string() : name.string();
  }
  return {};
}

}  // namespace

std::vector<Mount> mounts_for(const fs::path& hosts_yaml) {
  return {{hosts_yaml.parent_path(), "/etc/mcp-ssh", true},
          {base::expand_home("~/.ssh"), std::string(home) + "/.ssh"},
          {base::state_directory(), "/var/lib/mcp-ssh"}};
}

std::vector<FileNeed> unmounted(const std::vector<FileNeed>& files, const std::vector<Mount>& mounts) {
  std::vector<FileNeed> out;
  for (const FileNeed& file : files) {
    const fs::path there = read_there(file.path);
    if (std::ranges::any_of(mounts, [&](const Mount& mount) { return below(there, mount.there); })) continue;
    out.push_back(file);
    out.back().instead = name_there(file.path, mounts);
  }
  return out;
}

}  // namespace mcpssh::cli
