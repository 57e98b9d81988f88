#include "cli/install/settings_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "hosts/edit/write_in_place.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

std::string read_regular(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_regular_file(path, failure) && !failure)
    throw Error(ErrorCode::invalid_argument, path.string() + " is not a regular file");
  return base::read_file(path, most_settings_bytes);
}

fs::path real_file(const fs::path& path) {
  std::error_code failure;
  if (!fs::exists(fs::symlink_status(path, failure))) {
    // The directory may be a symlink, as dotfiles are kept.
    const fs::path parent = fs::weakly_canonical(path.parent_path(), failure);
    return failure ? path : parent / path.filename();
  }
  const fs::path real = fs::canonical(path, failure);
  if (!failure) return real;
  throw Error(ErrorCode::not_found,
              fmt::format("{} is a symlink that leads nowhere: {}", path.string(), failure.message()),
              "remove the symlink, or make the file it leads to");
}

void make_parents(const fs::path& directory) {
  std::error_code failure;
  if (fs::is_directory(directory, failure)) return;
  if (directory.has_parent_path() && directory.parent_path() != directory)
    make_parents(directory.parent_path());
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    throw Error(ErrorCode::permission_denied, fmt::format("cannot make {}: {}", directory.string(),
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

}  // namespace

SettingsFile SettingsFile::open(const fs::path& path, const fs::path& within) {
  SettingsFile file;
  file.path_ = fs::absolute(path);
  file.real_ = real_file(file.path_);
  if (!within.empty()) {
    const auto inside = file.real_.lexically_relative(fs::canonical(within));
    if (inside.empty() || *inside.begin() == "..")
      throw Error(ErrorCode::refused,
                  fmt::format("{} leads out of the project, to {}", file.path_.string(), file.real_.string()),
                  "nothing was written; look why it does");
  }
  file.exists_ = fs::exists(file.real_);
  if (file.exists_) file.text_ = read_regular(file.real_);
  return file;
}

bool SettingsFile::stale() const {
  const bool there = fs::exists(fs::symlink_status(path_));
  if (there != exists_) return true;
  return there && (real_file(path_) != real_ || read_regular(real_) != text_);
}

void SettingsFile::write(const std::string& text) const {
  make_parents(real_.parent_path());
  const auto attributes = exists_ ? hosts::attributes_of(real_) : for_new_file(real_.parent_path());
  hosts::write_in_place(real_, text, attributes, [this] {
    if (stale()) throw Error(ErrorCode::cancelled, path_.string() + " was changed by another program");
  });
}

void SettingsFile::remove() const {
  if (stale()) throw Error(ErrorCode::cancelled, path_.string() + " was changed by another program");
  std::error_code failure;
  if (!fs::remove(real_, failure) || failure)
    throw Error(ErrorCode::permission_denied,
                fmt::format("cannot remove {}: {}", real_.string(), failure.message()));
}

}  // namespace mcpssh::cli
