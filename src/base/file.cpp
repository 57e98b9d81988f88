#include "base/file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/ids.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::base {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const char* verb, const fs::path& path, int error) {
  const ErrorCode code = error == ENOENT                     ? ErrorCode::not_found
                         : error == EACCES || error == EPERM ? ErrorCode::permission_denied
                                                             : ErrorCode::io_error;
  throw Error(code, std::string("cannot ") + verb + " " + path.string() + ": " +
                        std::system_category().message(error));
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

fs::path home_directory() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return home;
  if (const passwd* entry = ::getpwuid(::getuid()); entry != nullptr && entry->pw_dir != nullptr)
    return entry->pw_dir;
  throw Error(ErrorCode::invalid_config, "no home directory is known", "set HOME");
}

fs::path xdg(const char* variable, const char* fallback) {
  if (const char* value = std::getenv(variable); value != nullptr && *value == '/')
    return fs::path(value) / "mcp-ssh";
  return home_directory() / fallback / "mcp-ssh";
}

}  // namespace

std::string read_file(const fs::path& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) fail("open", path, errno);
  std::string bytes;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t n = ::read(fd.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read", path, errno);
    if (n == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(n));
    if (bytes.size() > max_bytes)
      throw Error(ErrorCode::limit_reached,
                  path.string() + " is longer than " + std::to_string(max_bytes) + " bytes");
  }
}

void replace_file(const fs::path& path, std::string_view bytes, unsigned mode) {
  std::error_code ignored;
  const fs::path real = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path) : path;
  const fs::path temporary = real.string() + ".new-" + random_hex(6);
  UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) fail("create", temporary, errno);
  try {
    if (::fchmod(fd.get(), mode) != 0) fail("set the mode of", temporary, errno);
    write_all(fd.get(), bytes, temporary);
    if (::fsync(fd.get()) != 0) fail("sync", temporary, errno);
    if (::rename(temporary.c_str(), real.c_str()) != 0) fail("replace", real, errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  const fs::path parent = real.has_parent_path() ? real.parent_path() : fs::path(".");
  const UniqueFd directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

void ensure_private_directory(const fs::path& directory) {
  if (directory.empty()) return;
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) {
    if (errno != ENOENT) fail("look at", directory, errno);
    if (directory.has_parent_path() && !fs::exists(directory.parent_path()))
      ensure_private_directory(directory.parent_path());
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail("create", directory, errno);
    if (::stat(directory.c_str(), &info) != 0) fail("look at", directory, errno);
  }
  if (!S_ISDIR(info.st_mode)) throw Error(ErrorCode::io_error, directory.string() + " is not a directory");
  const bool others_write = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  if (others_write && (info.st_mode & S_ISVTX) == 0)
    throw Error(Fault::config_open, directory.string() + " is writable by group or others",
                "run chmod go-w " + directory.string());
}

fs::path state_directory() {
  return xdg("XDG_STATE_HOME", ".local/state");
}
fs::path config_directory() {
  return xdg("XDG_CONFIG_HOME", ".config");
}

fs::path expand_home(std::string_view path) {
  if (path == "~") return home_directory();
  if (path.starts_with("~/")) return home_directory() / path.substr(2);
  return path;
}

}  // namespace mcpssh::base
