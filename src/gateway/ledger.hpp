#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "audit/journal.hpp"
#include "audit/redactor.hpp"
#include "base/log.hpp"
#include "base/turn.hpp"

namespace mcpssh::gateway {

/// No record, no command: what the gateway writes to the journal, and what it still owes it. Opens the
/// journal when it is first needed and tries again as long as that fails, so that a full disk refuses
/// commands but not the start. Lives on the gateway's executor.
class Ledger {
 public:
  using Opener = std::function<base::Task<std::unique_ptr<audit::Journal>>()>;

  /// Told of every record: whether it was written when it was due.
  using Written = std::function<void(bool written)>;

  Ledger(base::Executor executor, Opener opener, base::Log log, Written written = {});

  /// To be told, once, what the journal tells of earlier servers.
  using Opened = std::function<void(const audit::Recovery& found)>;
  void on_opened(Opened opened) { opened_ = std::move(opened); }

  /// On disk when it returns. Records still owed are written first. Throws Error(journal_unwritable).
  base::Task<void> write(audit::Record record);
  /// For what already happened: in the file, though not yet synced, when it returns (Durability::written);
  /// false when it could not be written; then it is owed, and write() refuses until it is.
  base::Task<bool> settle(audit::Record record);
  /// False while the journal is not open, does not take records, or is owed some.
  [[nodiscard]] bool in_order() const { return journal_ && journal_->writable() && owed_.empty(); }
  /// Opens the journal and writes what it is owed, as the next record would. Throws
  /// Error(journal_unwritable).
  base::Task<void> mend() { return make_ready(); }
  /// Values that must never reach the journal; replaces the earlier set.
  void redact(std::vector<base::Secret> secrets);
  /// What takes them, and what looks like a secret, out of a text as the journal does.
  [[nodiscard]] audit::Redactor redactor() const;

 private:
  base::Task<void> make_ready();
  base::Task<void> append(audit::Record record, audit::Durability durability);

  Opener opener_;
  base::Log log_;
  Written written_;
  Opened opened_;
  base::TurnQueue opening_;
  std::unique_ptr<audit::Journal> journal_;
  std::vector<base::Secret> secrets_;
  std::vector<audit::Record> owed_;
};

}  // namespace mcpssh::gateway
