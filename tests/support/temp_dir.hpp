#pragma once
#include <filesystem>
#include <string_view>

namespace mcpssh::test {

/// A fresh directory under /tmp with a short name (unix socket paths end at 107 bytes), mode 0700.
/// Removed with everything in it by the destructor. Movable, not copyable.
class TempDir {
 public:
  TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file below the directory and returns its full path.
  std::filesystem::path write(const std::filesystem::path& name, std::string_view bytes,
                              unsigned mode = 0600) const;

 private:
  std::filesystem::path path_;
};

}  // namespace mcpssh::test
