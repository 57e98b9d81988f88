#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audit/record.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"

namespace mcpssh::audit {

/// What opening the journal found of earlier servers.
struct Recovery {
  bool tail_was_cut = false;  ///< the last line was incomplete and was set aside
  std::size_t orphaned = 0;   ///< begins without an end, now recorded as orphaned
  /// The records now written for actions that waited for a person; of 1024 at most. `detail` begins with the
  /// id of the request.
  std::vector<Record> unanswered{};
};

/// How safe a record is when append() returns.
enum class Durability {
  on_disk,  ///< synced: it survives a loss of power
  /// In the file: it survives the death of this process, and of power once the next commit, or the sync at
  /// most 200 ms later, went through. A sync that fails refuses the next record that must be on disk.
  written,
};

/// Thread-safe.
using Synced = std::function<void(std::chrono::nanoseconds took)>;

/// The append-only, hash-chained record (docs/journal.md). Several processes may share one file: each group
/// commit is flock, re-read a moved tail, append, fdatasync, unlock, on the journal's own thread. Lives on
/// the executor it was opened on; append() may be awaited by many coroutines at once and they share a commit.
class Journal {
 public:
  /// Opens or creates `file` (0600, directory 0700 if we make it). Throws Error(journal_unwritable) naming
  /// the path and the reason, also for a directory others can write. Writes a `start` record and the orphans
  /// it finds.
  /// `synced` is told how long each sync took, on whichever thread made it.
  static base::Task<std::unique_ptr<Journal>> open(base::Executor executor, std::filesystem::path file,
                                                   base::Clock clock, Synced synced = {});
  virtual ~Journal() = default;

  /// Returns when the record is as safe as asked; its sequence number. Throws Error(journal_unwritable): then
  /// nothing was acknowledged and nothing may run. The record is on its way once this is called: a cancelled
  /// await does not take it back, nor does the end of the journal, whose destructor writes what still waits.
  /// An `end` is paired with its `begin` by call and host together.
  virtual base::Task<std::uint64_t> append(Record record, Durability durability = Durability::on_disk) = 0;

  /// From now on these values never reach the file: replaced by "[redacted]" in every field, also base64,
  /// URL-encoded, hex and escaped. Adds to what earlier calls said.
  virtual void redact(std::vector<base::Secret> secrets) = 0;

  [[nodiscard]] virtual const std::filesystem::path& file() const = 0;
  [[nodiscard]] virtual const Recovery& recovery() const = 0;
  /// False after a failed write until one succeeds again.
  [[nodiscard]] virtual bool writable() const = 0;
};

}  // namespace mcpssh::audit
