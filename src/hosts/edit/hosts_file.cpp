#include "hosts/edit/hosts_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/edit/unified_diff.hpp"
#include "hosts/edit/write_in_place.hpp"
#include "hosts/inventory.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Fault;

/// The file behind the symlinks; the path itself when there is none yet.
fs::path real_file(const fs::path& path) {
  std::error_code failure;
  if (!fs::exists(fs::symlink_status(path, failure))) return fs::absolute(path);
  const fs::path real = fs::canonical(path, failure);
  if (!failure) return real;
  throw Error(ErrorCode::not_found,
              fmt::format("{} is a symlink that leads nowhere: {}", path.string(), failure.message()),
              "remove the symlink, or make the file it leads to");
}

}  // namespace

EditLock::EditLock(const fs::path& hosts_yaml, Wait wait) : directory_(real_file(hosts_yaml).parent_path()) {
  base::ensure_private_directory(directory_);
  fd_.reset(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd_)
    throw Error(ErrorCode::permission_denied, fmt::format("cannot open {}: {}", directory_.string(),
                                                          std::system_category().message(errno)));
  int failed = 0;
  do failed = ::flock(fd_.get(), wait == Wait::yes ? LOCK_EX : LOCK_EX | LOCK_NB);
  while (failed != 0 && errno == EINTR);
  if (failed != 0)
    throw Error(ErrorCode::limit_reached, fmt::format("another program is changing {}", hosts_yaml.string()),
                "try again");
}

HostsFile HostsFile::open(const fs::path& path) {
  HostsFile file;
  file.path_ = path;
  file.real_ = real_file(path);
  file.exists_ = fs::exists(file.real_);
  if (file.exists_) file.original_ = read_configuration(path);
  file.text_ = file.original_;
  return file;
}

void HostsFile::apply(const YamlEdit& edit) {
  auto edited = edit_yaml(text_, path_.string(), edit);
  if (!edited) throw Error(edited.error());
  text_ = *std::move(edited);
}

std::string HostsFile::diff() const {
  return unified_diff(original_, text_, path_.string());
}

Snapshot HostsFile::snapshot(const Environment& environment) const {
  auto snapshot = read_whole_inventory(text_, path_, environment);
  if (!snapshot) throw Error(snapshot.error());
  return *std::move(snapshot);
}

fs::path HostsFile::backup() const {
  return real_.string() + ".bak";
}

void HostsFile::save(const EditLock& lock, const Environment& environment, const SnapshotCheck& check) {
  if (!changed()) return;
  if (lock.directory() != real_.parent_path())
    throw Error(ErrorCode::internal, "the lock is another directory's");
  const Snapshot result = snapshot(environment);
  if (check) check(result);
  const bool there = fs::exists(fs::symlink_status(path_));
  if (there != exists_ || (there && (real_file(path_) != real_ || read_configuration(path_) != original_)))
    throw Error(Fault::file_changed,
                fmt::format("{} was changed by someone else since it was read", path_.string()),
                "nothing was written; do it again on the new content");
  if (exists_) write_in_place(backup(), original_, attributes_of(real_));
  write_in_place(real_, text_, exists_ ? attributes_of(real_) : FileAttributes::own(0600));
  original_ = text_;
  exists_ = true;
}

std::vector<std::string> host_path(const std::string& name, std::string_view dotted_key) {
  std::vector<std::string> path{"hosts", name};
  if (dotted_key.empty()) return path;
  for (const auto part : base::split(dotted_key, '.')) path.emplace_back(part);
  return path;
}

}  // namespace mcpssh::hosts
