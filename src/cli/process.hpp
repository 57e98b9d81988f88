#pragma once

namespace mcpssh::cli {

/// No core dumps and no ptrace by the same user (secrets are in memory), SIGPIPE ignored (a closed client is
/// an error code, not a death), SIGXFSZ ignored (a file limit must refuse a command, not kill the server),
/// and no standard descriptor closed (a file of ours would take its place).
void harden_process();

}  // namespace mcpssh::cli
