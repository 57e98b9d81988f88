#pragma once
#include <cstddef>
#include <filesystem>
#include <string>

namespace mcpssh::cli {

/// Of one file: Claude Code's also has its history, and grows with it.
inline constexpr std::size_t most_settings_bytes = 64 * 1024 * 1024;

/// A client's own file of settings: read once, written back as a whole, by us beside the client itself.
class SettingsFile {
 public:
  /// A file that is not there is empty. `within`: a project's directory, which a symlink must not lead out of
  /// (a cloned repository must not choose what is written); empty: anywhere. Throws base::Error for what is
  /// no regular file, for a symlink that leads nowhere, and for more than most_settings_bytes.
  static SettingsFile open(const std::filesystem::path& path, const std::filesystem::path& within = {});

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  ///< as given
  [[nodiscard]] const std::filesystem::path& real() const { return real_; }  ///< behind the symlinks
  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// True when the file says something else by now.
  [[nodiscard]] bool stale() const;

  /// Puts `text` in its place as a whole; mode and owner stay, a new file has 0600. Throws
  /// base::Error(cancelled) and writes nothing when the file changed since it was read, which is looked at
  /// last before it is replaced.
  void write(const std::string& text) const;
  /// Takes the file away, under the same condition.
  void remove() const;

 private:
  std::filesystem::path path_, real_;
  bool exists_ = false;
  std::string text_;
};

}  // namespace mcpssh::cli
