#include "hosts/edit/write_in_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

[[noreturn]] void fail(const std::string& what, const fs::path& file, int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  throw Error(denied ? ErrorCode::permission_denied : ErrorCode::io_error,
              "cannot " + what + " " + file.string() + ": " + std::system_category().message(error),
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

}  // namespace

FileAttributes FileAttributes::own(mode_t mode) {
  return {::geteuid(), ::getegid(), mode};
}

FileAttributes attributes_of(const fs::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) fail("look at", file, errno);
  return {info.st_uid, info.st_gid, info.st_mode & 07777u};
}

void write_in_place(const fs::path& file, std::string_view bytes, const FileAttributes& attributes,
                    const std::function<void()>& last_look) {
  const fs::path temporary = file.string() + ".new-" + base::random_hex(6);
  const base::UniqueFd fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail("write beside", file, errno);
  try {
    write_all(fd.get(), bytes, temporary);
    give(fd.get(), attributes, file);
    if (::fsync(fd.get()) != 0) fail("sync", temporary, errno);
    if (last_look) last_look();
    if (::rename(temporary.c_str(), file.c_str()) != 0) fail("replace", file, errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  const base::UniqueFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

}  // namespace mcpssh::hosts
