#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "base/task.hpp"

namespace mcpssh::base {

/// Tells when one of some files may have changed, also when it is replaced by rename, deleted, or mounted
/// over by a symlink swap (Kubernetes' ..data), and when a directory on the way to it appears or is
/// exchanged. inotify on every directory of the way; no polling. Lives on one executor.
class FileWatch {
 public:
  /// Watches from here on: a change before the first `changed()` is not lost. The files need not exist.
  /// Throws Error(io_error) when the kernel gives no watch.
  FileWatch(Executor executor, std::filesystem::path file);
  FileWatch(Executor executor, std::vector<std::filesystem::path> files);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Returns after the next change has settled (quiet for 100 ms, or 2 s after it began). May return once too
  /// often, never too seldom: a change seen by a cancelled call is told by the next one. One caller at a
  /// time; must have ended before the watch is destroyed. Throws Error(cancelled | io_error).
  Task<void> changed();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mcpssh::base
