#include "audit/trial.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "audit/journal_file.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::audit {
namespace fs = std::filesystem;
namespace {

using base::Error;
using base::ErrorCode;

/// More than a record, and whole blocks.
constexpr std::size_t tried_bytes = std::size_t{16} * 1024;

bool is_there(const fs::path& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0;
}

/// The directory itself, or the nearest one above it that exists: there the missing ones would be made.
fs::path nearest_directory(const fs::path& directory) {
  fs::path at = directory;
  while (!is_there(at) && at.has_relative_path()) at = at.parent_path();
  return at;
}

void require_directory(const fs::path& directory, const fs::path& file) {
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) throw unwritable(file, "reach", errno);
  if (!S_ISDIR(info.st_mode)) throw unwritable(file, "reach", ENOTDIR);
  if (directory != file.parent_path()) return;  // what is made in it will be private
  const bool others = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (info.st_mode & S_ISVTX) == 0;
  if (!others) return;
  throw Error(ErrorCode::journal_unwritable,
              "others may write into " + directory.string() + ", and could put another journal there",
              "run chmod go-w " + directory.string());
}

/// A file that never has a name where the file system can do that, and only for a moment where not.
base::UniqueFd unnamed_file(const fs::path& directory) {
  base::UniqueFd fd(::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (fd || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  std::string name = (directory / ".mcp-ssh-trial-XXXXXX").string();
  fd.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (fd) ::unlink(name.c_str());
  return fd;
}

void write_there(const fs::path& directory, const fs::path& file) {
  const auto fd = unnamed_file(directory);
  if (!fd) throw unwritable(file, "make files beside", errno);
  const std::array<char, tried_bytes> bytes{};
  for (std::size_t done = 0; done < bytes.size();) {
    const auto n = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw unwritable(file, "write beside", n < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(n);
  }
  if (::fdatasync(fd.get()) != 0) throw unwritable(file, "sync what is written beside", errno);
}

}  // namespace

Trial try_journal(const fs::path& given) {
  const fs::path file = fs::absolute(given);
  const fs::path directory = nearest_directory(file.parent_path());
  require_directory(directory, file);
  Trial trial;
  trial.exists = is_there(file);
  if (trial.exists) trial.size = file_size(open_journal_file(file).get());
  if (::access(directory.c_str(), W_OK | X_OK) != 0) throw unwritable(file, "make files beside", errno);
  write_there(directory, file);
  struct statvfs space{};
  if (::statvfs(directory.c_str(), &space) == 0)
    trial.free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  return trial;
}

}  // namespace mcpssh::audit
