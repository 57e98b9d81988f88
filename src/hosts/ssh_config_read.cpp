#include "hosts/ssh_config_read.hpp"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

constexpr std::size_t most_deep = 16;  // OpenSSH's READCONF_MAX_DEPTH
constexpr std::size_t most_files = 256;
constexpr std::size_t most_bytes = 4 * 1024 * 1024;

/// The files that match, sorted as glob(3) does.
std::vector<fs::path> matching(const std::string& pattern) {
  glob_t found{};
  std::vector<fs::path> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return files;
}

class Reader {
 public:
  explicit Reader(fs::path home) : home_(std::move(home)) {}

  SshConfigFile read(const fs::path& path, const Place& asked_by) {
    if (open_.size() >= most_deep || sources.size() >= most_files)
      throw Error(Fault::import_failed, fmt::format("{}: too many Include lines", asked_by.str()));
    if (std::ranges::count(open_, path) > 0)
      throw Error(Fault::import_failed, fmt::format("{}: {} includes itself", asked_by.str(), path.string()));
    sources.push_back(path);
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return {};
    check_owner(path, info);
    std::string text = base::read_file(path, most_bytes - std::min(bytes.size(), most_bytes));
    bytes += fmt::format("{}\n{}\n", path.string(), text);
    auto file = parse_ssh_config(text, path.string());
    if (!file) throw Error(file.error());
    open_.push_back(path);
    for (SshConfigLine& line : file->lines)
      if (line.keyword == "include") include(line);
    open_.pop_back();
    return *std::move(file);
  }

  std::vector<fs::path> sources;
  std::string bytes;

 private:
  /// As ssh does: whoever else can write it could say where hosts are.
  static void check_owner(const fs::path& path, const struct stat& info) {
    const bool foreign = info.st_uid != ::geteuid() && info.st_uid != 0;
    if (!foreign && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 && S_ISREG(info.st_mode)) return;
    throw Error(Fault::config_open,
                fmt::format("{} has a bad owner or mode ({:04o}): others could change it", path.string(),
                            info.st_mode & 07777u),
                fmt::format("run chmod go-w {}", base::shell_quote(path.string())));
  }

  void include(SshConfigLine& line) {
    for (const std::string& pattern : line.arguments) {
      fs::path full = pattern == "~" || pattern.starts_with("~/")
                          ? home_ / fs::path(pattern.substr(1)).relative_path()
                          : fs::path(pattern);
      if (full.is_relative()) full = home_ / ".ssh" / full;
      for (const fs::path& file : matching(full.string())) line.included.push_back(read(file, line.place));
    }
  }

  fs::path home_;
  std::vector<fs::path> open_;
};

}  // namespace

SshConfig read_ssh_config(const fs::path& path, const fs::path& home) {
  Reader reader(home);
  SshConfig config;
  config.file = reader.read(path, Place{path.string(), 0});
  config.sources = std::move(reader.sources);
  config.bytes = std::move(reader.bytes);
  return config;
}

}  // namespace mcpssh::hosts
