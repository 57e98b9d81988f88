#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/record.hpp"

namespace mcpssh::audit {

/// The records to write for actions that began, or that a person was asked about, at or after `from` in the
/// first `to` bytes of a file, and that neither ended, were answered nor reported orphaned, unless the
/// instance that began them, or asked, is among `living`. Throws base::Error(io_error).
std::vector<Record> find_orphans(int fd, std::uint64_t from, std::uint64_t to,
                                 const std::vector<std::string>& living);

}  // namespace mcpssh::audit
