#include "hosts/edit/write_in_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

[[noreturn]] void fail(const std::string& what, const fs::path& file, int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  throw Error(denied ? ErrorCode::permission_denied : ErrorCode::io_error,
              "cannot " + what + " " + base::printable(file.string(), 1000) + ": " +
                  std::system_category().message(error),
              denied ? "nothing was changed; run it as the owner of the file, who may write in its directory"
                     : "nothing was changed; look at the disk");
}

void write_all(int fd, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write", file, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void give(int fd, const FileAttributes& attributes, const fs::path& file) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) fail("look at", file, errno);
  const bool other = info.st_uid != attributes.owner || info.st_gid != attributes.group;
  if (other && ::fchown(fd, attributes.owner, attributes.group) != 0) fail("keep the owner of", file, errno);
  if (::fchmod(fd, attributes.mode) != 0) fail("keep the mode of", file, errno);
}

/// What asks a program to end is heard when this dies.
class EndLater {
 public:
  EndLater() {
    sigset_t ending;
    ::sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaddset(&ending, signal);
    ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  }
  ~EndLater() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndLater(const EndLater&) = delete;
  EndLater& operator=(const EndLater&) = delete;

 private:
  sigset_t before_{};
};

/// Extended attributes, among them access lists. A person's own and access lists must be kept; what only the
/// system may set is left to it.
void keep_extended(int from, int to, const fs::path& file) {
  const ssize_t length = ::flistxattr(from, nullptr, 0);
  if (length <= 0) return;  // none, or a file system that has none
  std::string names(static_cast<std::size_t>(length), '\0');
  const ssize_t got = ::flistxattr(from, names.data(), names.size());
  if (got < 0) fail("read the extended attributes of", file, errno);
  for (const std::string_view each :
       base::split(std::string_view(names).substr(0, static_cast<std::size_t>(got)), '\0')) {
    const std::string name(each);
    const bool wanted = name.starts_with("user.") || name.starts_with("system.posix_acl_");
    if (!wanted && name != "security.selinux") continue;
    std::string value(64 * 1024, '\0');  // the kernel's own limit
    const ssize_t size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    const bool kept =
        size >= 0 && ::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0) == 0;
    if (!kept && wanted) fail("keep the extended attributes of", file, errno);
  }
}

void keep_extended_of(const fs::path& file, int to) {
  const base::UniqueFd from(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (from) keep_extended(from.get(), to, file);
}

/// Whether it is a regular file that holds exactly these bytes.
bool holds(const fs::path& file, std::string_view bytes) {
  const base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  std::string piece(64 * 1024, '\0');
  for (;;) {
    const ssize_t n = ::read(fd.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0 && bytes.empty();
    const auto size = static_cast<std::size_t>(n);
    if (bytes.substr(0, size) != std::string_view(piece).substr(0, size)) return false;
    bytes.remove_prefix(size);
  }
}

bool exchanged(const fs::path& one, const fs::path& other) {
  return ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

/// Takes the old file out in the same step that puts the new one in, so that what was replaced can still be
/// looked at: what somebody wrote since the last look goes back. False, with nothing done, where the file
/// system cannot do that.
bool put_for(std::string_view before, const fs::path& temporary, const fs::path& file,
             std::string_view ours) {
  if (!exchanged(temporary, file)) return false;
  if (holds(temporary, before)) {
    ::unlink(temporary.c_str());
    return true;
  }
  // Also when ours was replaced by now: then that is newer than what goes back, and stays.
  const bool back = exchanged(temporary, file) && holds(temporary, ours);
  if (!back && ::rename(temporary.c_str(), file.c_str()) != 0) fail("put back", file, errno);
  throw Error(ErrorCode::cancelled, base::printable(file.string(), 1000) + " was changed by another program");
}

/// Not every file system can rename without replacing; then the last look has to do.
void put_in_place(const fs::path& temporary, const fs::path& file, Target target) {
  if (target == Target::absent) {
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0) return;
    if (errno == EEXIST)
      throw Error(ErrorCode::cancelled,
                  base::printable(file.string(), 1000) + " was made by another program");
    if (errno != EINVAL && errno != ENOSYS) fail("make", file, errno);
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) fail("replace", file, errno);
}

}  // namespace

FileAttributes FileAttributes::own(mode_t mode) {
  return {::geteuid(), ::getegid(), mode};
}

FileAttributes attributes_of(const fs::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) fail("look at", file, errno);
  return {info.st_uid, info.st_gid, info.st_mode & 0777u};
}

void write_in_place(const fs::path& file, std::string_view bytes, const FileAttributes& attributes,
                    const std::function<void()>& last_look, Target target,
                    std::optional<std::string_view> before) {
  const EndLater end_later;
  const fs::path temporary = file.string() + ".new-" + base::random_hex(6);
  const base::UniqueFd fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail("write beside", file, errno);
  try {
    write_all(fd.get(), bytes, temporary);
    keep_extended_of(file, fd.get());
    give(fd.get(), attributes, file);
    if (::fsync(fd.get()) != 0) fail("sync", temporary, errno);
    if (last_look) last_look();
    if (!before || !put_for(*before, temporary, file, bytes)) put_in_place(temporary, file, target);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  const base::UniqueFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

}  // namespace mcpssh::hosts
