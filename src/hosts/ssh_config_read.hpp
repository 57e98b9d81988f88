#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hosts/snapshot.hpp"
#include "hosts/ssh_config.hpp"

namespace mcpssh::hosts {

/// An ssh_config with everything it includes.
struct SshConfig {
  SshConfigFile file;
  std::vector<std::filesystem::path> sources;  ///< every file read, and the first one even when it is missing
  std::string bytes;                           ///< of all of them, for the snapshot's digest
};

/// Reads `path` and what it includes (glob, relative to `home`/.ssh), at most 16 deep. A missing file is
/// empty. Throws base::Error: a file that belongs to someone else or that group or others may write
/// (permission_denied, as ssh itself refuses it), a file that includes itself, too many bytes, a bad line.
SshConfig read_ssh_config(const std::filesystem::path& path, const std::filesystem::path& home);

/// Adds the hosts that `settings.ssh_config` asks for, and the jump hosts on the way to them, from
/// $HOME/.ssh/config. A name that hosts.yaml has is left alone. What cannot be taken is said in
/// `snapshot.notes`. `file`: another file in its place. Throws what read_ssh_config throws.
void import_ssh_config(Snapshot& snapshot, const Environment& environment,
                       const std::optional<std::filesystem::path>& file = {});

}  // namespace mcpssh::hosts
