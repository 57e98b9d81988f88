#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpssh::audit {

/// One line of the journal for a person: "2026-11-22T15:04:05Z web1 ssh_run end exited 0 | uptime". Also of
/// the original's lines. What is not JSON is shown as it is, printable.
std::string readable_line(std::string_view line);

/// Where the last `count` lines of the first `size` bytes begin. Throws base::Error(io_error).
std::uint64_t start_of_last_lines(int fd, std::uint64_t size, std::size_t count);

}  // namespace mcpssh::audit
