#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mcpssh::cli {

/// A path as one line for a terminal.
std::string shown(const std::filesystem::path& path);

/// Of one file: Claude Code's also has its history, and grows with it.
inline constexpr std::size_t most_settings_bytes = 64 * 1024 * 1024;

/// Takes those of the directories away that are empty; `directories`: outermost first.
void remove_empty(const std::vector<std::string>& directories);

/// A client's own file of settings: read once, written back as a whole, by us beside the client itself.
class SettingsFile {
 public:
  /// A file that is not there is empty. `within`: a project's directory, which a symlink must not lead out
  /// of, and below which the file is none itself (a cloned repository must not choose what is written);
  /// empty: anywhere, but root follows no symlink to what is not its owner's. Throws base::Error for what is
  /// no regular file, for a symlink that leads nowhere, and for more than most_settings_bytes.
  static SettingsFile open(const std::filesystem::path& path, const std::filesystem::path& within = {});

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  ///< as given
  [[nodiscard]] const std::filesystem::path& real() const { return real_; }  ///< behind the symlinks
  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// For a person: the path, and where a symlink leads.
  [[nodiscard]] std::string shown() const;
  /// The directories above it that write() would make, outermost first.
  [[nodiscard]] std::vector<std::string> missing_directories() const;

  /// True when the file says something else by now.
  [[nodiscard]] bool stale() const;

  /// Throws base::Error(refused) when the file has further names, which would keep the old text.
  void check_names() const;
  /// Puts `text` in its place as a whole; mode, owner and extended attributes stay, a new file has 0600 and,
  /// with the directories made for it, the owner of the directory it is in when root makes it. Throws
  /// base::Error(cancelled) and leaves it as it is when the file changed since it was read, also in the
  /// instant before it is replaced, where the file system can exchange two files. Returns lines about what
  /// killed runs left beside it that may be a client's, and stays; usually none.
  [[nodiscard]] std::string write(const std::string& text) const;
  /// Takes the file away, under the same condition.
  void remove() const;

 private:
  std::filesystem::path path_, real_;
  bool exists_ = false;
  std::string text_;
};

}  // namespace mcpssh::cli
