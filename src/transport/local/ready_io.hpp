#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::transport {

/// Reads and writes that never wait, on descriptors whose flags the parent may share and we leave alone.
/// That is possible for pipes and sockets; other files (a terminal, a regular file) need a thread.
enum class Descriptor { pipe, socket, other };

Descriptor kind_of(int fd);

/// The bytes that are there, at most 64 KiB; empty at the end; nothing when none have come yet. Call when
/// `fd`, a pipe or socket that nobody else reads, is readable. Throws Error(connection_lost).
std::optional<std::string> read_ready(int fd, Descriptor kind);

/// Writes what goes without waiting, and returns how much that was: none on `other`. Throws
/// Error(connection_lost). SIGPIPE must be blocked or ignored.
std::size_t write_ready(int fd, Descriptor kind, std::string_view bytes);

}  // namespace mcpssh::transport
