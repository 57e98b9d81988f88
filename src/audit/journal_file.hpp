#pragma once
#include <filesystem>
#include <optional>
#include <utility>

#include "audit/instances.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

/// The journal as a file of the operating system: opened with care, locked against the other servers.
namespace mcpssh::audit {

/// journal_unwritable, with what the reader can do about `error` (an errno).
base::Error unwritable(const std::filesystem::path& path, std::string_view what, int error);

/// Opens `path` for appending, made with mode 0600 if it is not there. Throws Error(journal_unwritable) for a
/// symlink, for anything but a regular file, and for one that group or others may write.
base::UniqueFd open_journal_file(const std::filesystem::path& path);

FileId file_id(int fd);
std::uint64_t file_size(int fd);
/// False when `path` now names another file than `fd`, or none: it was rotated away or replaced.
bool still_named(int fd, const std::filesystem::path& path);

/// flock(LOCK_EX) while it lives. Waits for other servers, whose turns take the time of one disk write.
class FileLock {
 public:
  FileLock(int fd, const std::filesystem::path& path);
  /// Nothing when somebody else holds it.
  static std::optional<FileLock> try_take(int fd, const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int taken) : fd_(taken) {}

  int fd_;  ///< -1: moved from
};

}  // namespace mcpssh::audit
