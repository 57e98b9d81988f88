#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/chain_end.hpp"
#include "audit/instances.hpp"
#include "audit/journal.hpp"
#include "audit/line.hpp"
#include "audit/serialise.hpp"
#include "audit/sha256.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::audit {

/// The journal's file as one server writes it: every commit is lock, re-read a moved end, append, sync,
/// unlock. Blocks; used by one thread at a time.
class ChainFile {
 public:
  /// Opens `path`, declares the server `instance` alive, writes its start record and the orphans of dead
  /// servers. Throws Error(journal_unwritable).
  ChainFile(std::filesystem::path path, std::string instance, const Stamp& now, Synced synced = {});
  ~ChainFile() { close(); }
  ChainFile(const ChainFile&) = delete;
  ChainFile& operator=(const ChainFile&) = delete;

  /// No more commits: this server no longer counts as alive. What it left unfinished is the next start's to
  /// report.
  void close();

  /// Puts serialised records on disk, in order; the sequence number of the first. Throws
  /// Error(journal_unwritable): then none of them is acknowledged, and the file is as long as before where
  /// the disk allowed that.
  std::uint64_t commit(std::vector<std::string> bodies, const Stamp& now);

  /// Appends one record without a sync when that can be done at once; the next commit() or sync_written()
  /// brings it to disk. Nothing when another server holds the file or there is something to mend first: then
  /// commit() it. Throws like commit().
  std::optional<std::uint64_t> write_now(const std::string& body, const Stamp& now);
  /// Brings to disk what write_now() left. Throws like commit(); then the next commit() is refused too, for
  /// the kernel tells of a failed write once only.
  void sync_written();
  /// The same, for when there is another failure to tell.
  void sync_late() noexcept;

  [[nodiscard]] const Recovery& recovery() const { return recovery_; }

 private:
  void recover(const Stamp& now);
  std::vector<std::string> orphans_of(const Neighbours& neighbours, const Stamp& now);
  void follow_rotation();
  void catch_up();
  void look_again();
  enum class Sync { now, later };
  std::uint64_t append(std::vector<std::string> bodies, const Stamp& now, Sync when = Sync::now);
  std::string notice(std::string_view about, const Stamp& now) const;
  void write_all(std::string_view bytes);
  void sync();
  void take_back();
  void remember_open(std::string_view lines, std::uint64_t offset);
  void note_progress();

  std::filesystem::path path_;
  std::string instance_;
  Synced synced_;  ///< may be empty
  std::unique_ptr<Presence> presence_;
  base::UniqueFd fd_;
  FileId id_;
  ChainEnd end_;                             ///< as of our last look; end_.size is where the next record goes
  bool unsynced_ = false;                    ///< records of write_now() are not known to be on disk
  std::optional<base::Error> late_failure_;  ///< of sync_written(), for the next commit() to tell
  bool sync_in_doubt_ = false;
  std::string news_;  ///< what befell the file, for the next record to tell
  Recovery recovery_;
  bool starting_ = true;
  Sha256 sha_;
  /// An action of this server that waits for a person, or began.
  struct Open {
    std::uint64_t offset = 0;  ///< of its first record
    bool began = false;
  };
  void step(std::string key, Step step, std::uint64_t offset);
  std::unordered_map<std::string, Open> open_;  ///< by pair key
  std::multiset<std::uint64_t> open_offsets_;
  std::uint64_t noted_since_ = 0;
};

}  // namespace mcpssh::audit
