#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "base/unique_fd.hpp"
#include "hosts/edit/yaml_edit.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {

/// Held while hosts.yaml is written: one program of ours at a time. Locks the file's directory, so it leaves
/// nothing behind and works before the file is there.
class EditLock {
 public:
  enum class Wait { yes, no };
  /// Makes a missing directory (0700). Wait::no: throws base::Error(limit_reached) when another one holds it;
  /// Wait::yes blocks. Throws base::Error for a directory that is not there or not ours.
  EditLock(const std::filesystem::path& hosts_yaml, Wait wait);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  base::UniqueFd fd_;
};

/// What is held against a snapshot beside the loader's own rules; throws base::Error. The rooms that compile
/// patterns stand above this one.
using SnapshotCheck = std::function<void(const Snapshot&)>;

/// A hosts.yaml being edited: read once, changed in memory, written back as a whole.
class HostsFile {
 public:
  /// A file that is not there is empty. Throws what load() throws for a file that others can write, and
  /// base::Error(not_found) for a symlink that leads nowhere.
  static HostsFile open(const std::filesystem::path& path);

  /// Throws base::Error when the edit cannot be made (yaml_edit.hpp).
  void apply(const YamlEdit& edit);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] bool changed() const { return text_ != original_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& original() const { return original_; }
  /// As `diff -u` would show it.
  [[nodiscard]] std::string diff() const;

  /// The text as load() would read it, imports included. Throws the loader's error.
  [[nodiscard]] Snapshot snapshot(const Environment& environment) const;

  /// Checks the text as the loader would, then puts it in the file's place: temporary file in the same
  /// directory, fsync, rename; mode and owner are kept, a new file has 0600, a symlink is followed. The bytes
  /// that were there are kept beside it in FILE.bak with the same mode and owner. Throws base::Error and
  /// leaves the file as it is when the text is not valid, or the file is no longer what was read.
  void save(const EditLock& lock, const Environment& environment, const SnapshotCheck& check = {});
  /// Where save() puts the bytes that were there: beside the file behind the symlinks.
  [[nodiscard]] std::filesystem::path backup() const;

 private:
  std::filesystem::path path_;  ///< as given
  std::filesystem::path real_;  ///< behind the symlinks
  bool exists_ = false;
  std::string original_;
  std::string text_;
};

/// {"hosts", name, key, ...} for "auth.method": the path of a host's key for YamlEdit.
std::vector<std::string> host_path(const std::string& name, std::string_view dotted_key = {});

}  // namespace mcpssh::hosts
