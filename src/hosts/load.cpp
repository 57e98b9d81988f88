#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/inventory.hpp"
#include "hosts/readers.hpp"
#include "hosts/routes.hpp"
#include "hosts/snapshot.hpp"
#include "hosts/ssh_config_read.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Fault;

struct stat look_at(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0) return info;
  const int error = errno;
  if (error == ENOENT)
    throw Error(Fault::config_missing, fmt::format("{} does not exist", path.string()),
                "create it, or name another file with --config or MCP_SSH_CONFIG");
  throw Error(ErrorCode::permission_denied,
              fmt::format("cannot look at {}: {}", path.string(), std::system_category().message(error)));
}

/// Kubernetes mounts its configuration into a directory of mode 0777 that nobody can write to.
bool on_read_only_mount(const fs::path& path) {
  struct statvfs info{};
  return ::statvfs(path.c_str(), &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
}

void refuse_writable(const fs::path& path, mode_t mode, std::string_view consequence) {
  const bool everyone = (mode & S_IWOTH) != 0;
  if ((!everyone && (mode & S_IWGRP) == 0) || on_read_only_mount(path)) return;
  throw Error(Fault::config_open,
              fmt::format("{} is writable by {} (mode {:04o}), and {}", path.string(),
                          everyone ? "everyone" : "its group", mode & 07777u, consequence),
              fmt::format("run chmod go-w {}", base::shell_quote(path.string())));
}

/// `entry` (a file or a symlink) must not be replaceable by someone else through its directory.
void check_directory_of(const fs::path& entry) {
  const fs::path directory = entry.has_parent_path() ? entry.parent_path() : fs::path(".");
  const struct stat info = look_at(directory);
  if ((info.st_mode & S_ISVTX) != 0) {
    // In a sticky directory only the owner of an entry (or root) can replace it.
    struct stat own{};
    if (::lstat(entry.c_str(), &own) == 0 && (own.st_uid == ::geteuid() || own.st_uid == 0)) return;
  }
  refuse_writable(directory, info.st_mode,
                  "whoever can put another file there decides which hosts are reached");
}

/// The file behind the symlinks of `path`, once nobody else can change what it says.
fs::path trusted_file(const fs::path& path) {
  const struct stat info = look_at(path);
  if (!S_ISREG(info.st_mode))
    throw Error(ErrorCode::invalid_config, fmt::format("{} is not a regular file", path.string()));
  std::error_code failure;
  const fs::path real = fs::canonical(path, failure);
  if (failure)
    throw Error(ErrorCode::io_error, fmt::format("cannot follow {}: {}", path.string(), failure.message()));
  refuse_writable(real, info.st_mode, "whoever can change it decides which hosts are reached");
  check_directory_of(real);
  check_directory_of(fs::absolute(path));
  return real;
}

/// What the system says of a file that is there is about the configuration, too.
Error about_reading(const Error& error) {
  const bool system = error.fault() == Fault::permission_denied || error.fault() == Fault::io_error;
  if (!system) return error;
  return {Fault::config_unreadable, error.cause(), "run as the user it belongs to, or let this one read it"};
}

fs::path absolute_from_user(std::string_view written) {
  return fs::absolute(base::expand_home(written));
}

std::optional<std::string> non_empty(const Environment& environment, std::string_view name) {
  auto value = environment(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

}  // namespace

std::string read_configuration(const fs::path& path) {
  try {
    return base::read_file(trusted_file(path), limits::yaml_bytes);
  } catch (const Error& error) {
    throw about_reading(error).at_step("read the configuration");
  }
}

std::expected<Snapshot, Error> load(const fs::path& path, const Environment& environment) {
  try {
    return read_whole_inventory(read_configuration(path), path, environment);
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

std::expected<Snapshot, Error> read_whole_inventory(std::string_view text, const fs::path& path,
                                                    const Environment& environment) {
  try {
    Snapshot snapshot = read_inventory(text, path, environment);
    import_ssh_config(snapshot, environment);
    check_routes(snapshot);
    note_scopes_without_hosts(snapshot);
    return snapshot;
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

fs::path configuration_path(const std::optional<fs::path>& given, const Environment& environment) {
  if (given) return absolute_from_user(given->string());
  if (const auto named = non_empty(environment, "MCP_SSH_CONFIG")) return absolute_from_user(*named);
  if (const auto xdg = non_empty(environment, "XDG_CONFIG_HOME"); xdg && xdg->starts_with('/'))
    return fs::path(*xdg) / "mcp-ssh" / "hosts.yaml";
  if (const auto home = non_empty(environment, "HOME"); home && home->starts_with('/'))
    return fs::path(*home) / ".config" / "mcp-ssh" / "hosts.yaml";
  return base::config_directory() / "hosts.yaml";
}

}  // namespace mcpssh::hosts
