#pragma once
#include <sys/types.h>

#include <filesystem>

#include "base/unique_fd.hpp"

/// UNIX stream sockets in the file system (unix(7)).
namespace mcpssh::base {

/// A new socket, closed on exec. Throws Error(io_error).
UniqueFd unix_socket();
/// Binds it, which makes the file. 0, or the errno. Throws Error(invalid_config) for a path too long.
int bind_unix(int fd, const std::filesystem::path& path);
/// Connects it. 0, or the errno: ECONNREFUSED when nobody serves the file any more. Throws
/// Error(invalid_config) for a path too long.
int connect_unix(int fd, const std::filesystem::path& path);
/// The process at the other end, by the kernel's word (SO_PEERCRED): who connected, or who listens.
struct UnixPeer {
  uid_t user = 0;
  pid_t process = 0;
};
/// Throws Error(io_error).
UnixPeer unix_peer_process(int fd);
/// Its user. Throws Error(io_error).
uid_t unix_peer(int fd);

}  // namespace mcpssh::base
