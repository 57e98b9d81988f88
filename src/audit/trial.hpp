#pragma once
#include <cstdint>
#include <filesystem>

namespace mcpssh::audit {

/// What a journal that could be written looks like.
struct Trial {
  bool exists = false;
  std::uint64_t size = 0;  ///< bytes, of one that exists
  std::uint64_t free = 0;  ///< bytes that its file system has for this user
};

/// Whether a server could keep its record in `file`: opens it as a server would, and writes and syncs a few
/// bytes on the same file system in a file without a name. Leaves nothing behind: no record, no file, no
/// directory. Throws Error(journal_unwritable) with what to do. Blocks for the disk.
Trial try_journal(const std::filesystem::path& file);

}  // namespace mcpssh::audit
