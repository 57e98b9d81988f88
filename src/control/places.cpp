#include "control/places.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::control {
namespace fs = std::filesystem;
namespace {

using base::because;
using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr std::string_view services = "/run/mcp-ssh";
constexpr int backlog = 64;

std::optional<fs::path> absolute(const hosts::Environment& environment, std::string_view name) {
  const auto value = environment(name).value_or("");
  if (!value.starts_with('/')) return std::nullopt;
  return fs::path(value.substr(0, value.find(':')));  // systemd joins several with colons
}

bool names_a_process(const fs::path& path) {
  const auto stem = path.stem().string();
  return path.extension() == ".sock" && !stem.empty() &&
         std::ranges::all_of(stem, [](char c) { return c >= '0' && c <= '9'; });
}

/// Nobody serves it: not even a busy server, which would have us wait.
bool is_left_over(const fs::path& path) {
  const auto probe = base::unix_socket();
  ::fcntl(probe.get(), F_SETFL, O_NONBLOCK);
  return base::connect_unix(probe.get(), path) == ECONNREFUSED;
}

/// By number: nobody can put another file in its place (proc(5)).
fs::path through(const base::UniqueFd& fd) {
  return fs::path("/proc/self/fd") / std::to_string(fd.get());
}

/// Throws Error: in another user's directory that user can replace our socket.
base::UniqueFd own_directory(const fs::path& directory) {
  base::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    throw Error(ErrorCode::io_error, "cannot open " + directory.string() + ": " + because(errno));
  if (info.st_uid != ::geteuid()) throw Error(Fault::wrong_server, directory.string() + " is another user's");
  return fd;
}

/// The members of the group can pass all directories above it.
bool leads_to(const fs::path& directory, gid_t group) {
  for (auto above = directory.parent_path(); above.has_relative_path(); above = above.parent_path()) {
    struct stat info{};
    if (::stat(above.c_str(), &info) != 0) return false;  // still to be made, for us alone
    const mode_t needed = info.st_gid == group ? S_IXGRP : S_IXOTH;
    if ((info.st_mode & needed) == 0) return false;
  }
  return true;
}

void sweep(const fs::path& directory) {
  for (const auto& path : sockets_in({directory}))
    if (is_left_over(path)) ::unlink(path.c_str());
}

}  // namespace

std::vector<fs::path> server_directories(const hosts::Environment& environment, bool service) {
  std::vector<fs::path> places;
  if (const auto runtime = absolute(environment, "XDG_RUNTIME_DIR")) places.push_back(*runtime / "mcp-ssh");
  if (service) {
    if (const auto given = absolute(environment, "RUNTIME_DIRECTORY")) places.push_back(*given);
    places.emplace_back(services);
  }
  places.push_back(base::state_directory() / "run");
  return places;
}

std::vector<fs::path> operator_directories(const hosts::Environment& environment) {
  auto places = server_directories(environment, true);
  std::error_code unreadable;
  if (::geteuid() == 0)
    for (const auto& user : fs::directory_iterator("/run/user", unreadable))
      if (const auto place = user.path() / "mcp-ssh"; std::ranges::find(places, place) == places.end())
        places.push_back(place);
  return places;
}

std::vector<fs::path> sockets_in(const std::vector<fs::path>& directories) {
  std::vector<fs::path> found;
  for (const auto& directory : directories) {
    std::error_code unreadable;
    for (fs::directory_iterator entry(directory, unreadable), end; !unreadable && entry != end;
         entry.increment(unreadable)) {
      std::error_code gone;
      if (names_a_process(entry->path()) && entry->is_socket(gone)) found.push_back(entry->path());
    }
  }
  std::ranges::sort(found);
  const auto twice = std::ranges::unique(found);
  found.erase(twice.begin(), twice.end());
  return found;
}

Place::Place(const std::vector<fs::path>& directories, std::optional<gid_t> group) {
  std::optional<Error> failure;
  std::vector<fs::path> best_first, others;
  for (const auto& each : directories)
    (!group || leads_to(each, *group) ? best_first : others).push_back(each);
  best_first.insert(best_first.end(), others.begin(), others.end());
  for (const auto& directory : best_first) {
    try {
      listen_in(directory, group);
      return;
    } catch (const Error& error) {
      failure = error;
    }
  }
  throw failure ? Error(*failure) : Error(ErrorCode::io_error, "there is no place for the operators' socket");
}

Place::~Place() {
  struct stat info{};
  const bool ours =
      !path_.empty() && ::lstat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
}

/// The socket gets its name only when it is listened on and has its rights: one with a name that refuses
/// connections is a dead server's.
void Place::listen_in(const fs::path& directory, std::optional<gid_t> group) {
  base::ensure_private_directory(directory);
  const auto held = own_directory(directory);
  sweep(directory);
  const auto name = std::to_string(::getpid()) + ".sock";
  const auto unnamed = "." + name + ".new";
  const auto path = directory / name;
  ::unlinkat(held.get(), unnamed.c_str(), 0);  // whoever had our number is gone
  auto fd = base::unix_socket();
  // The file gets this mode when it is made: at no moment may anybody else connect (unix(7)).
  int error = ::fchmod(fd.get(), 0600) == 0 ? 0 : errno;
  if (error == 0) error = base::bind_unix(fd.get(), through(held) / unnamed);
  if (error == 0) error = remember(held.get(), unnamed);
  if (error == 0 && group) open_to(*group, held.get(), unnamed);
  if (error == 0 && ::listen(fd.get(), backlog) != 0) error = errno;
  if (error == 0 && ::renameat(held.get(), unnamed.c_str(), held.get(), name.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlinkat(held.get(), unnamed.c_str(), 0);
    throw Error(Fault::listen_failed, "cannot listen on " + path.string() + ": " + because(error));
  }
  path_ = path;
  if (group && closed_because_.empty() && !leads_to(directory, *group))
    closed_because_ = "the group has no way through " + directory.parent_path().string();
  listening_ = std::move(fd);
}

/// What was bound, to be told from what others put in its place.
int Place::remember(int directory, const std::string& name) {
  struct stat info{};
  if (::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  device_ = info.st_dev;
  inode_ = info.st_ino;
  return 0;
}

/// The directory then holds nothing but sockets, each with a mode of its own.
void Place::open_to(gid_t group, int directory, const std::string& name) {
  const base::UniqueFd file(::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  const bool given = file && ::fchownat(file.get(), "", static_cast<uid_t>(-1), group, AT_EMPTY_PATH) == 0 &&
                     ::chmod(through(file).c_str(), 0660) == 0 && ::fchmod(directory, 0755) == 0;
  closed_because_ = given ? "" : because(errno);
}

}  // namespace mcpssh::control
