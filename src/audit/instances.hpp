#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace mcpssh::audit {

/// Which file an offset belongs to.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const FileId&) const = default;
};

/// A running server, as `<journal>.d/<instance>.lock`: locked (flock) while the process lives. The file also
/// says from which place of which journal file on this server's unfinished actions are found. Make and look
/// under the lock of the journal, so that a file just made is never taken for a dead one.
class Presence {
 public:
  /// Throws base::Error when the file cannot be made.
  Presence(const std::filesystem::path& directory, std::string instance);
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence();

  [[nodiscard]] const std::string& instance() const { return instance_; }
  /// No action of this server that begins before `offset` is unfinished. Only a hint for speed: an old value
  /// costs a longer scan, so it is neither synced nor its failure reported.
  void note_since(FileId file, std::uint64_t offset);
  /// The file stays behind: it tells the next server that something was left unfinished.
  void leave_behind() { unfinished_ = true; }

 private:
  std::filesystem::path path_;
  std::string instance_;
  base::UniqueFd fd_;
  bool unfinished_ = false;
};

/// What `<journal>.d` says about the other servers of a journal.
struct Neighbours {
  std::vector<std::string> living;  ///< instances
  std::vector<std::filesystem::path>
      left_by_the_dead;         ///< their files, to remove once their orphans are recorded
  std::uint64_t scan_from = 0;  ///< meaningful if somebody died
};
/// Offsets noted for another file than `journal` count as 0. Throws base::Error when the directory cannot be
/// read.
Neighbours look_around(const std::filesystem::path& directory, FileId journal);

}  // namespace mcpssh::audit
