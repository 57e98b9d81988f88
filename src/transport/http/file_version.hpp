#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace mcpssh::transport {

/// Which file, and which state of it: a replaced one is another inode. All zero: there is none.
struct FileVersion {
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t changed = 0;  ///< nanoseconds
  bool operator==(const FileVersion&) const = default;
};

FileVersion version_of(const std::filesystem::path& file);

}  // namespace mcpssh::transport
