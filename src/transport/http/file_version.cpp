#include "transport/http/file_version.hpp"

#include <sys/stat.h>

namespace mcpssh::transport {

FileVersion version_of(const std::filesystem::path& file) {
  struct ::stat found{};
  if (::stat(file.c_str(), &found) != 0) return {};
  FileVersion version;
  version.inode = found.st_ino;
  version.size = found.st_size;
  version.changed = found.st_ctim.tv_sec * 1'000'000'000LL + found.st_ctim.tv_nsec;
  return version;
}

}  // namespace mcpssh::transport
