#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace mcpssh::approvals {

/// Nothing new runs, and why.
struct FreezeNote {
  std::string by;      ///< "alice (1001)"
  std::string at;      ///< RFC 3339
  std::string reason;  ///< may be empty

  bool operator==(const FreezeNote&) const = default;
};

/// "alice (1001), 2027-01-15T08:00:00.000000Z: looks wrong".
std::string described(const FreezeNote& note);

/// The emergency stop that holds over crashes and restarts: a file of the user's, and what this process has
/// seen of it. Taking the file away does not thaw a process that has seen it; thaw() does. Lives on one
/// executor; looking costs one stat(2).
class Freeze {
 public:
  /// An empty path: never frozen.
  explicit Freeze(std::filesystem::path file) : file_(std::move(file)) {}

  /// The file in the state directory. Throws Error(invalid_config).
  static std::filesystem::path default_file();

  /// Why nothing new may run; nothing when it may. A file that cannot be read or makes no sense freezes.
  [[nodiscard]] const std::optional<FreezeNote>& active();
  /// Freezes this process, and writes the file, durably, unless it is there. False when it was. Throws Error
  /// when it cannot be written: then only this process is frozen, until it ends.
  bool freeze(const FreezeNote& note);
  /// Removes the file, durably. False when nothing was frozen. Throws Error.
  bool thaw();

 private:
  [[nodiscard]] FreezeNote read() const;

  std::filesystem::path file_;
  std::optional<FreezeNote> note_;
  std::optional<FreezeNote> blind_;  ///< for as long as the file cannot be looked at
  struct timespec seen_{};
};

}  // namespace mcpssh::approvals
