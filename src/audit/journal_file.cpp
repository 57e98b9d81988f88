#include "audit/journal_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mcpssh::audit {
namespace fs = std::filesystem;
namespace {

std::string next_move_for(int error, const fs::path& path) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free space on the file system of " + path.string() + "; until then no command runs";
    case EFBIG:
      return "raise the file size limit of this process (ulimit -f) or move the journal aside";
    case EROFS:
      return "mount that file system writable, or set settings.audit_log to another path";
    case EIO:
      return "check the disk under " + path.string() + " (dmesg); no command runs until it can be synced";
    case EACCES:
    case EPERM:
      return "give this user write access, or set settings.audit_log to a path in a directory of its own";
    default:
      return "check " + path.string() + "; until it can be written no command runs";
  }
}

[[noreturn]] void refuse(const fs::path& path, std::string_view why, std::string next_move) {
  throw base::Error(base::ErrorCode::journal_unwritable,
                    "the audit journal " + path.string() + " " + std::string(why), std::move(next_move));
}

void sync_directory_of(const fs::path& path) {
  const base::UniqueFd directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) throw unwritable(path, "sync the directory of", errno);
}

}  // namespace

base::Error unwritable(const fs::path& path, std::string_view what, int error) {
  return base::Error(base::ErrorCode::journal_unwritable,
                     "cannot " + std::string(what) + " the audit journal " + path.string() + ": " +
                         std::system_category().message(error),
                     next_move_for(error, path));
}

base::UniqueFd open_journal_file(const fs::path& path) {
  // O_NONBLOCK: opening a FIFO must not wait for a reader.
  constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  base::UniqueFd fd(::open(path.c_str(), flags));
  if (!fd && errno == ENOENT) {
    fd.reset(::open(path.c_str(), flags | O_CREAT, 0600));
    if (fd) sync_directory_of(path);
  }
  if (!fd && errno == ELOOP)
    refuse(path, "is a symlink, so whoever owns the link chooses the file",
           "set settings.audit_log to the path it points to");
  if (!fd) throw unwritable(path, "open", errno);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) throw unwritable(path, "look at", errno);
  if (!S_ISREG(info.st_mode))
    refuse(path, "is not a regular file", "set settings.audit_log to a path that is free");
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    refuse(path, "is writable by group or others, who could change the record",
           "run chmod go-w " + path.string());
  return fd;
}

FileId file_id(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 ? FileId{info.st_dev, info.st_ino} : FileId{};
}

std::uint64_t file_size(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0)
    throw base::Error(base::ErrorCode::io_error,
                      "cannot look at the audit journal: " + std::system_category().message(errno));
  return static_cast<std::uint64_t>(info.st_size);
}

bool still_named(int fd, const fs::path& path) {
  struct stat named{};
  return ::lstat(path.c_str(), &named) == 0 && FileId{named.st_dev, named.st_ino} == file_id(fd);
}

FileLock::FileLock(int fd, const fs::path& path) : fd_(fd) {
  while (::flock(fd, LOCK_EX) != 0)
    if (errno != EINTR) throw unwritable(path, "lock", errno);
}

std::optional<FileLock> FileLock::try_take(int fd, const fs::path& path) {
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) throw unwritable(path, "lock", errno);
  }
  return FileLock(fd);
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

}  // namespace mcpssh::audit
