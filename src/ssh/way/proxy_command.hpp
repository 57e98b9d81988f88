#pragma once
#include <string>
#include <vector>

#include "base/task.hpp"
#include "ssh/way/way.hpp"

namespace mcpssh::ssh {

/// Starts `argv` without a shell; its stdin and stdout are the way to `destination` ("web1:22", for
/// messages). It has a process group of its own, which is killed and reaped as soon as the socket returned is
/// closed; when it ends first, the socket ends. The end of its stderr is the way's complaint. Throws
/// Error(connect_failed) when it cannot be started.
base::Task<Way> connect_by_command(std::vector<std::string> argv, std::string destination);

}  // namespace mcpssh::ssh
