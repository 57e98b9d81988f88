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

/// Neither wrong nor right when it could not be read: then nothing may be taken away for it.
enum class Held { same, other, unknown };

/// Whether `name` is still the file that is open as `fd`, with exactly these bytes. Opens nothing: when there
/// are no more descriptors to be had, a file must not look like another one.
Held held(const fs::path& name, int fd, std::string_view bytes) {
  struct stat named{}, opened{};
  if (::lstat(name.c_str(), &named) != 0 || ::fstat(fd, &opened) != 0) return Held::unknown;
  if (named.st_dev != opened.st_dev || named.st_ino != opened.st_ino) return Held::other;
  std::string piece(64 * 1024, '\0');
  for (off_t at = 0;;) {
    const ssize_t n = ::pread(fd, piece.data(), piece.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Held::unknown;
    if (n == 0) return bytes.empty() ? Held::same : Held::other;
    const auto size = static_cast<std::size_t>(n);
    if (bytes.substr(0, size) != std::string_view(piece).substr(0, size)) return Held::other;
    bytes.remove_prefix(size);
    at += n;
  }
}

bool has(int fd, const FileAttributes& attributes) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 && info.st_uid == attributes.owner && info.st_gid == attributes.group &&
         (info.st_mode & 0777u) == attributes.mode;
}

/// Not every file system can do what renameat2(2) adds to rename(2).
bool cannot_rename_so(int error) {
  return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

/// The file beside it: it goes when this dies, unless it holds what is nowhere else.
class Temporary {
 public:
  explicit Temporary(const fs::path& file)
      : path_(file.string() + ".new-" + base::random_hex(6)),
        fd_(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (!fd_) fail("write beside", file, errno);
  }
  ~Temporary() {
    if (!kept_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  void keep() { kept_ = true; }
  void let_go() { kept_ = false; }

 private:
  fs::path path_;
  base::UniqueFd fd_;
  bool kept_ = false;
};

Error changed(const fs::path& file) {
  return Error(ErrorCode::cancelled,
               base::printable(file.string(), 1000) + " was changed by another program");
}

bool exchanged(const fs::path& one, const fs::path& other) {
  return ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
}

[[noreturn]] void keep_theirs(const fs::path& temporary, const fs::path& file) {
  throw Error(ErrorCode::io_error,
              base::printable(file.string(), 1000) +
                  " was changed by another program, and not all of that could be put back",
              "compare it with " + base::printable(temporary.string(), 1000) +
                  ", which was kept, and remove that when nothing in it is missing");
}

/// After the exchange the only copy of what another program wrote may be the temporary: it goes only where it
/// is known to be something else.
void put_back(Temporary& temporary, const fs::path& file, std::string_view ours) {
  if (!exchanged(temporary.path(), file)) keep_theirs(temporary.path(), file);
  const Held out = held(temporary.path(), temporary.fd(), ours);
  if (out == Held::unknown) keep_theirs(temporary.path(), file);
  // Ours was replaced by now: that is newer than what went back, and stays.
  if (out == Held::other && ::rename(temporary.path().c_str(), file.c_str()) != 0)
    keep_theirs(temporary.path(), file);
  temporary.let_go();
}

/// Takes the old file, open as `old`, out in the same step that puts the new one in, so that what was
/// replaced can still be looked at: what somebody wrote since the last look goes back. False, with nothing
/// done, where the file system cannot do that.
bool put_for(int old, std::string_view before, Temporary& temporary, const fs::path& file,
             std::string_view ours, const FileAttributes& attributes) {
  if (!exchanged(temporary.path(), file)) {
    if (cannot_rename_so(errno)) return false;
    if (errno == ENOENT) throw changed(file);  // it was removed: nobody wants it made again
    fail("replace", file, errno);
  }
  temporary.keep();
  if (held(temporary.path(), old, before) == Held::same && has(old, attributes)) {
    temporary.let_go();
    return true;
  }
  put_back(temporary, file, ours);
  throw changed(file);
}

/// Where files cannot be renamed without replacing, the last look has to do.
void put_in_place(Temporary& temporary, const fs::path& file, Target target) {
  const fs::path& from = temporary.path();
  int done = -1;
  if (target == Target::absent) {
    done = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE);
    if (done != 0 && errno == EEXIST)
      throw Error(ErrorCode::cancelled,
                  base::printable(file.string(), 1000) + " was made by another program");
    if (done != 0 && !cannot_rename_so(errno)) fail("make", file, errno);
  }
  if (done != 0 && ::rename(from.c_str(), file.c_str()) != 0) fail("replace", file, errno);
  temporary.keep();  // under its own name; what is made under the other one by now is not ours
}

base::UniqueFd opened(const fs::path& file, bool needed) {
  base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd || !needed) return fd;
  if (errno == ENOENT) throw changed(file);
  fail("read", file, errno);
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
  const base::UniqueFd old = opened(file, before.has_value());
  {
    Temporary temporary(file);
    write_all(temporary.fd(), bytes, temporary.path());
    if (old) keep_extended(old.get(), temporary.fd(), file);
    give(temporary.fd(), attributes, file);
    if (::fsync(temporary.fd()) != 0) fail("sync", temporary.path(), errno);
    if (last_look) last_look();
    if (!before || !put_for(old.get(), *before, temporary, file, bytes, attributes))
      put_in_place(temporary, file, target);
  }
  const base::UniqueFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

void remove_in_place(const fs::path& file, std::string_view before, const std::function<void()>& last_look) {
  const EndLater end_later;
  const base::UniqueFd old = opened(file, true);
  const fs::path aside = file.string() + ".old-" + base::random_hex(6);
  if (last_look) last_look();
  if (::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == ENOENT) throw changed(file);
    if (!cannot_rename_so(errno) || ::unlink(file.c_str()) != 0) fail("remove", file, errno);
    return;
  }
  if (held(aside, old.get(), before) == Held::same) {
    ::unlink(aside.c_str());
    return;
  }
  if (::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0)
    keep_theirs(aside, file);
  throw changed(file);
}

}  // namespace mcpssh::hosts
