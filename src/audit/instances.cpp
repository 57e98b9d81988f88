#include "audit/instances.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace mcpssh::audit {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view suffix = ".lock";
/// Numbers are padded so that a rewrite never leaves the rest of a longer text.
constexpr const char* note_format = "mcp-ssh-journal-instance 1 device %20llu inode %20llu since %20llu\n";

std::uint64_t noted_since(int fd, FileId journal) {
  std::array<char, 160> text{};
  if (::pread(fd, text.data(), text.size() - 1, 0) <= 0) return 0;
  unsigned long long device = 0, inode = 0, since = 0;
  int read = 0;
  const std::string format = std::string(note_format) + "%n";
  if (std::sscanf(text.data(), format.c_str(), &device, &inode, &since, &read) != 3 || read == 0) return 0;
  const FileId noted{device, inode};
  return noted == journal ? since : 0;
}

}  // namespace

Presence::Presence(const fs::path& directory, std::string instance)
    : path_(directory / (instance + std::string(suffix))), instance_(std::move(instance)) {
  fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_ || ::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
    throw base::Error(base::ErrorCode::io_error, "cannot make and lock " + path_.string() + ": " +
                                                     std::system_category().message(errno));
}

Presence::~Presence() {
  if (!unfinished_) ::unlink(path_.c_str());
}

void Presence::note_since(FileId file, std::uint64_t offset) {
  std::array<char, 160> text{};
  const int length =
      std::snprintf(text.data(), text.size(), note_format, static_cast<unsigned long long>(file.device),
                    static_cast<unsigned long long>(file.inode), static_cast<unsigned long long>(offset));
  if (length > 0 && ::pwrite(fd_.get(), text.data(), static_cast<std::size_t>(length), 0) != length)
    std::ignore = ::ftruncate(fd_.get(), 0);
}

Neighbours look_around(const fs::path& directory, FileId journal) {
  Neighbours found;
  found.scan_from = std::numeric_limits<std::uint64_t>::max();
  for (const auto& entry : fs::directory_iterator(directory)) {
    const fs::path& path = entry.path();
    if (path.extension() != suffix) continue;
    const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) {
      if (errno == ENOENT) continue;  // that server just said goodbye
      throw base::Error(base::ErrorCode::io_error,
                        "cannot open " + path.string() + ": " + std::system_category().message(errno));
    }
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) != 0) {
      found.living.push_back(path.stem().string());
      continue;
    }
    found.left_by_the_dead.push_back(path);
    found.scan_from = std::min(found.scan_from, noted_since(fd.get(), journal));
  }
  return found;
}

}  // namespace mcpssh::audit
