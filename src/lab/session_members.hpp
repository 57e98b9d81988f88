#pragma once
#include <sys/types.h>

namespace mcpssh::lab {

/// Kills (SIGKILL) every process of the session led by `leader`, whatever its process group, by reading
/// /proc. The caller has not reaped the leader yet, so that the number still names this session.
void kill_session(pid_t leader);

}  // namespace mcpssh::lab
