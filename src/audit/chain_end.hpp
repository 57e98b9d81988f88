#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "audit/line.hpp"

namespace mcpssh::audit {

/// Where the chain of a file ends, and what lies behind it.
struct ChainEnd {
  std::uint64_t seq = 0;         ///< of the last record; 0: there is none
  std::string hash{no_hash};     ///< of the last record
  std::uint64_t size = 0;        ///< of the file when it was read
  bool newline_missing = false;  ///< the file does not end with one; the next write has to begin with it
  std::optional<Gap> gap;        ///< bytes after the last record, counted as if the newline were there
};

/// Reads the end of the first `size` bytes of a file: usually its last 4 KiB, all of it where no record is
/// near. A record counts if its own hash fits; that the chain before it is whole is verify()'s to say. Only
/// what is the mere beginning of a record counts as a cut tail, so a changed record never does. Throws
/// base::Error(io_error).
ChainEnd find_chain_end(int fd, std::uint64_t size);

}  // namespace mcpssh::audit
