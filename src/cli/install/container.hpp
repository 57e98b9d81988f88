#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/install/references.hpp"

/// What of this machine's files there is in the container that `--via docker` starts.
namespace mcpssh::cli {

/// A directory of this machine, and its name in the container.
struct Mount {
  std::filesystem::path here;
  std::string there;
  bool read_only = false;
};
/// Those of hosts.yaml, of the user's SSH keys, and of the record.
std::vector<Mount> mounts_for(const std::filesystem::path& hosts_yaml);

/// Those of `files` that are not there under the name hosts.yaml has for them, `instead` filled in. The files
/// themselves are not looked at.
std::vector<FileNeed> unmounted(const std::vector<FileNeed>& files, const std::vector<Mount>& mounts);

}  // namespace mcpssh::cli
