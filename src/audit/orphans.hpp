#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/record.hpp"

namespace mcpssh::audit {

/// The records to write for actions that began at or after `from` in the first `to` bytes of a file and
/// neither ended nor were reported orphaned, unless the instance that began them is among `living`. Throws
/// base::Error(io_error).
std::vector<Record> find_orphans(int fd, std::uint64_t from, std::uint64_t to,
                                 const std::vector<std::string>& living);

}  // namespace mcpssh::audit
