#include "cli/install/settings_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <optional>
#include <ranges>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/edit/write_in_place.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

bool there(const fs::file_status& status, const fs::path& path, const std::error_code& failure) {
  if (status.type() != fs::file_type::none) return fs::exists(status);
  throw Error(ErrorCode::permission_denied,
              fmt::format("cannot look at {}: {}", shown(path), failure.message()));
}
/// Throws base::Error when it cannot be known.
bool there(const fs::path& path) {
  std::error_code failure;
  const auto status = fs::symlink_status(path, failure);
  return there(status, path, failure);
}

std::string read_regular(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_regular_file(path, failure) && !failure)
    throw Error(ErrorCode::invalid_argument, shown(path) + " is not a regular file");
  return base::read_file(path, most_settings_bytes);
}

fs::path real_file(const fs::path& path) {
  std::error_code failure;
  if (!there(path)) {
    // The directory may be a symlink, as dotfiles are kept.
    const fs::path parent = fs::weakly_canonical(path.parent_path(), failure);
    return failure ? path : parent / path.filename();
  }
  const fs::path real = fs::canonical(path, failure);
  if (!failure) return real;
  throw Error(ErrorCode::not_found,
              fmt::format("{} is a symlink that leads nowhere: {}", shown(path), failure.message()),
              "remove the symlink, or make the file it leads to");
}

void check_within(const fs::path& path, const fs::path& real, const fs::path& within) {
  std::error_code failure;
  const fs::path project = fs::canonical(within, failure);
  if (failure)
    throw Error(ErrorCode::not_found, fmt::format("cannot look at {}: {}", shown(within), failure.message()));
  const auto inside = real.lexically_relative(project);
  if (inside.empty() || *inside.begin() == "..")
    throw Error(ErrorCode::refused,
                fmt::format("{} leads out of the project, to {}", shown(path), shown(real)),
                "nothing was written; look why it does");
  if (fs::is_symlink(path, failure))
    throw Error(ErrorCode::refused, fmt::format("{} is a symlink, to {}", shown(path), shown(real)),
                "nothing was written; a project's settings are written only where they stand");
}

/// Every symlink on the way to a file, also those that symlinks lead through. At most as many as the kernel
/// follows (path_resolution(7)).
std::vector<fs::path> symlinks_on(const fs::path& path) {
  constexpr std::size_t most = 40;
  std::vector<fs::path> found;
  std::deque<fs::path> left(path.begin(), path.end());
  fs::path so_far;
  while (!left.empty() && found.size() < most) {
    const fs::path part = left.front();
    left.pop_front();
    std::error_code failure;
    if (part.empty() || part == ".") continue;  // no step, also not for a ".." behind it
    if (part == "..") {
      so_far = so_far.parent_path();
    } else if (const fs::path next = so_far / part; fs::is_symlink(next, failure)) {
      found.push_back(next);
      const fs::path target = fs::read_symlink(next, failure);
      left.insert(left.begin(), target.begin(), target.end());
    } else {
      so_far = next;
    }
  }
  return found;
}

/// Whoever owns a symlink chooses the file, so root follows only its own and those of the file's owner.
void check_symlinks_as_root(const fs::path& path, const fs::path& real) {
  struct stat target{};
  if (::stat(real.c_str(), &target) != 0 && ::stat(real.parent_path().c_str(), &target) != 0) return;
  for (const auto& link : symlinks_on(path)) {
    struct stat info{};
    if (::lstat(link.c_str(), &info) != 0 || info.st_uid == 0 || info.st_uid == target.st_uid) continue;
    throw Error(ErrorCode::refused,
                fmt::format("{} is a symlink of another user, to {}", shown(link), shown(real)),
                "nothing was written; run it as the owner of the file");
  }
}

void make_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0) {
    if (errno == EEXIST) return;
    throw Error(ErrorCode::permission_denied,
                fmt::format("cannot make {}: {}", shown(directory), std::generic_category().message(errno)));
  }
  if (::geteuid() != 0) return;
  const auto above = hosts::attributes_of(directory.parent_path());
  if (::lchown(directory.c_str(), above.owner, above.group) != 0)
    throw Error(ErrorCode::permission_denied, fmt::format("cannot give {} to its owner: {}", shown(directory),
                                                          std::generic_category().message(errno)));
}

/// Who a new file belongs to: whoever runs this; root makes it its directory's owner's.
hosts::FileAttributes for_new_file(const fs::path& directory) {
  auto attributes = hosts::FileAttributes::own(0600);
  if (::geteuid() != 0) return attributes;
  const auto above = hosts::attributes_of(directory);
  attributes.owner = above.owner;
  attributes.group = above.group;
  return attributes;
}

/// Whether a file says nothing that is not in one of these: it is one of them, or its beginning.
bool holds_no_more_than(const fs::path& file, std::string_view now, std::string_view next) {
  try {
    const std::string bytes = read_regular(file);
    return now.starts_with(bytes) || next.starts_with(bytes);
  } catch (const Error&) {
    return false;
  }
}

/// Removes what a run that was killed left beside the file: no other run writes now. What it took out of the
/// file's place may be the only copy of what the client wrote: returns those that stay.
std::vector<fs::path> remove_leftovers(const fs::path& file, std::string_view now, std::string_view next) {
  const std::string head = file.filename().string() + ".new-";
  std::error_code failure;
  std::vector<fs::path> left, kept;
  for (fs::directory_iterator it(file.parent_path(), failure), end; !failure && it != end;
       it.increment(failure)) {
    const std::string name = it->path().filename().string();
    struct stat info{};
    if (name.starts_with(head) && name.size() == head.size() + 12 &&
        name.find_first_not_of("0123456789abcdef", head.size()) == std::string::npos &&
        ::lstat(it->path().c_str(), &info) == 0 && S_ISREG(info.st_mode))
      (info.st_uid == ::geteuid() && holds_no_more_than(it->path(), now, next) ? left : kept)
          .push_back(it->path());
  }
  for (const auto& path : left) fs::remove(path, failure);
  return kept;
}

Error changed(const fs::path& path) {
  return Error(ErrorCode::cancelled, shown(path) + " was changed by another program");
}

}  // namespace

std::string shown(const fs::path& path) {
  return base::printable(path.native(), 1000);
}

void remove_empty(const std::vector<std::string>& directories) {
  for (const auto& directory : std::views::reverse(directories))
    if (::rmdir(directory.c_str()) != 0) return;
}

SettingsFile SettingsFile::open(const fs::path& path, const fs::path& within) {
  SettingsFile file;
  file.path_ = fs::absolute(path);
  file.real_ = real_file(file.path_);
  if (!within.empty()) check_within(file.path_, file.real_, within);
  if (::geteuid() == 0) check_symlinks_as_root(file.path_, file.real_);
  file.exists_ = there(file.real_);
  if (file.exists_) file.text_ = read_regular(file.real_);
  return file;
}

std::string SettingsFile::shown() const {
  const std::string name = cli::shown(path_);
  return path_ == real_ ? name : fmt::format("{} (leads to {})", name, cli::shown(real_));
}

std::vector<std::string> SettingsFile::missing_directories() const {
  std::vector<std::string> out;
  for (fs::path at = real_.parent_path(); !there(at) && at != at.parent_path(); at = at.parent_path())
    out.insert(out.begin(), at.string());
  return out;
}

bool SettingsFile::stale() const {
  const bool now = there(path_);
  if (now != exists_) return true;
  return now && (real_file(path_) != real_ || read_regular(real_) != text_);
}

void SettingsFile::check_names() const {
  struct stat info{};
  if (!exists_ || ::stat(real_.c_str(), &info) != 0 || info.st_nlink < 2) return;
  throw Error(ErrorCode::refused,
              fmt::format("{} has {} names (hard links); the others would keep the old text",
                          cli::shown(real_), info.st_nlink),
              "nothing was written; keep one name of it, or make the others symlinks");
}

std::string SettingsFile::write(const std::string& text) const {
  check_names();
  for (const auto& directory : missing_directories()) make_directory(directory);
  const auto kept = remove_leftovers(real_, text_, text);
  const auto attributes = exists_ ? hosts::attributes_of(real_) : for_new_file(real_.parent_path());
  hosts::write_in_place(
      real_, text, attributes,
      [this] {
        if (stale()) throw changed(path_);
      },
      exists_ ? hosts::Target::any : hosts::Target::absent,
      exists_ ? std::optional<std::string_view>(text_) : std::nullopt);
  std::string told;
  for (const auto& path : kept)
    told += fmt::format(
        "\n  a run that was killed left {}: look whether something of it is missing, and remove it",
        cli::shown(path));
  return told;
}

void SettingsFile::remove() const {
  hosts::remove_in_place(real_, text_, [this] {
    if (stale()) throw changed(path_);
  });
}

}  // namespace mcpssh::cli
