#include "audit/journal.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "audit/chain_file.hpp"
#include "audit/redactor.hpp"
#include "audit/serialise.hpp"
#include "base/error.hpp"
#include "base/hop.hpp"
#include "base/ids.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::audit {
namespace asio = base::asio;
namespace {

/// Records waiting for the disk before append() refuses: a disk that slow is as bad as none.
constexpr std::size_t max_waiting = 16 * 1024;
/// Records of one commit: enough that the sync costs nothing per record, few enough that none waits long.
constexpr std::size_t max_group = 512;
/// What a loss of power may take of the records that were only written; what journal.hpp promises.
constexpr auto sync_within = std::chrono::milliseconds(200);

/// One record on its way, and its answer. Touched on the journal's executor only.
struct Ticket {
  std::string body;
  std::optional<std::uint64_t> seq;
  std::optional<base::Error> error;
  [[nodiscard]] bool answered() const { return seq || error; }
};
using Tickets = std::vector<std::shared_ptr<Ticket>>;

/// What the commit loop and the waiting coroutines share with the journal, so that none of them outlives its
/// state.
struct Queue {
  explicit Queue(base::Executor executor) : answered(executor), sync_timer(std::move(executor)) {}
  [[nodiscard]] bool work() const { return !ended && (!waiting.empty() || sync_due); }
  Tickets waiting;
  base::Wakeup answered;
  bool committing = false;  ///< the file is the disk thread's; else it may be used here
  bool writable = true;
  bool unsynced = false;      ///< a record was written without a sync
  bool sync_planned = false;  ///< sync_timer runs
  bool sync_due = false;
  bool ended = false;  ///< the journal is gone
  asio::steady_timer sync_timer;
};

using File = std::shared_ptr<ChainFile>;

base::Task<File> open_file(std::filesystem::path path, std::string instance, Stamp now, Synced synced) {
  co_return std::make_shared<ChainFile>(std::move(path), std::move(instance), now, std::move(synced));
}

base::Task<std::uint64_t> commit_bodies(File file, std::vector<std::string> bodies, Stamp now) {
  if (bodies.empty()) {
    file->sync_written();
    co_return 0;
  }
  try {
    co_return file->commit(std::move(bodies), now);
  } catch (...) {
    file->sync_late();  // what was written before needs no room on the disk
    throw;
  }
}

Tickets next_group(Queue& queue) {
  const std::size_t count = std::min(queue.waiting.size(), max_group);
  const auto end = queue.waiting.begin() + static_cast<std::ptrdiff_t>(count);
  Tickets group(queue.waiting.begin(), end);
  queue.waiting.erase(queue.waiting.begin(), end);
  return group;
}

std::vector<std::string> take_bodies(const Tickets& group) {
  std::vector<std::string> bodies;
  bodies.reserve(group.size());
  for (const auto& ticket : group) bodies.push_back(std::move(ticket->body));
  return bodies;
}

void answer(Queue& queue, const Tickets& group, std::uint64_t first_seq) {
  for (const auto& ticket : group) ticket->seq = first_seq++;
  queue.writable = true;
  queue.answered.notify();
}

void answer(Queue& queue, const Tickets& group, const base::Error& error) {
  for (const auto& ticket : group) ticket->error = error;
  queue.writable = false;
  queue.answered.notify();
}

base::Error as_error(const std::exception& failure) {
  if (const auto* known = dynamic_cast<const base::Error*>(&failure)) return *known;
  return base::Error(base::ErrorCode::journal_unwritable,
                     std::string("the audit journal cannot be written: ") + failure.what());
}

/// Runs on the journal's executor while records wait; the journal's destructor waits for the commit it is in.
base::Task<void> commit_waiting(std::shared_ptr<Queue> queue, base::Executor disk, File file,
                                base::Clock clock) {
  const auto here = co_await asio::this_coro::executor;
  co_await asio::post(here, asio::use_awaitable);  // whoever is about to append joins the first group
  while (queue->work()) {
    const Tickets group = next_group(*queue);
    queue->sync_due = queue->unsynced = false;
    try {
      Stamp now = Stamp::now(clock);
      auto bodies = take_bodies(group);
      auto work = commit_bodies(file, std::move(bodies), std::move(now));
      const std::uint64_t first_seq = co_await base::hop(disk, std::move(work));
      answer(*queue, group, first_seq);
    } catch (const std::exception& failure) {
      answer(*queue, group, as_error(failure));
    }
  }
  queue->committing = false;
}

/// Called when commit_waiting() has ended; it fails only if there is no memory for the next group.
struct Ended {
  std::shared_ptr<Queue> queue;
  void operator()(std::exception_ptr failure) const {
    if (!failure) return;
    queue->committing = false;
    answer(*queue, std::exchange(queue->waiting, {}),
           base::Error(base::ErrorCode::journal_unwritable, "out of memory for the audit journal"));
  }
};

class FileJournal final : public Journal {
 public:
  FileJournal(base::Executor executor, std::filesystem::path path, base::Clock clock, Synced synced)
      : executor_(std::move(executor)),
        path_(std::move(path)),
        clock_(std::move(clock)),
        synced_(std::move(synced)),
        queue_(std::make_shared<Queue>(executor_)) {}

  FileJournal(const FileJournal&) = delete;
  FileJournal& operator=(const FileJournal&) = delete;

  ~FileJournal() override {
    queue_->ended = true;
    queue_->sync_timer.cancel();
    disk_.join();
    if (!file_) return;
    flush();
    file_->close();
  }

  base::Task<void> begin() {
    Stamp now = Stamp::now(clock_);
    auto work = open_file(path_, instance_, std::move(now), synced_);
    file_ = co_await base::hop(disk_.get_executor(), std::move(work));
    recovery_ = file_->recovery();
  }

  base::Task<std::uint64_t> append(Record record, Durability durability) override {
    if (queue_->waiting.size() >= max_waiting)
      throw base::Error(base::ErrorCode::journal_unwritable,
                        "the audit journal " + path_.string() + " does not keep up: " +
                            std::to_string(max_waiting) + " records wait for the disk",
                        "try again, and check the disk under it");
    auto ticket = std::make_shared<Ticket>();
    ticket->body = serialise(record, Stamp::now(clock_), instance_, redactor_);
    if (durability == Durability::on_disk || !write_here(*ticket)) {
      queue_->waiting.push_back(ticket);
      start_committing();
    }
    return answer_to(queue_, std::move(ticket));
  }

  void redact(std::vector<base::Secret> secrets) override { redactor_.add(secrets); }
  [[nodiscard]] const std::filesystem::path& file() const override { return path_; }
  [[nodiscard]] const Recovery& recovery() const override { return recovery_; }
  [[nodiscard]] bool writable() const override { return queue_->writable; }

 private:
  static base::Task<std::uint64_t> answer_to(std::shared_ptr<Queue> queue, std::shared_ptr<Ticket> ticket) {
    while (!ticket->answered()) co_await queue->answered.wait();
    if (ticket->error) throw *ticket->error;
    co_return *ticket->seq;
  }

  void start_committing() {
    if (std::exchange(queue_->committing, true)) return;
    asio::co_spawn(executor_, commit_waiting(queue_, disk_.get_executor(), file_, clock_), Ended{queue_});
  }

  /// A write into the page cache takes microseconds, two thread switches many times that.
  bool write_here(Ticket& ticket) {
    if (queue_->committing) return false;
    try {
      ticket.seq = file_->write_now(ticket.body, Stamp::now(clock_));
      if (!ticket.seq) return false;
      queue_->unsynced = true;
      plan_sync();
    } catch (const base::Error& failure) {
      ticket.error = failure;
      queue_->writable = false;
    }
    return true;
  }

  void plan_sync() {
    if (std::exchange(queue_->sync_planned, true)) return;
    queue_->sync_timer.expires_after(sync_within);
    queue_->sync_timer.async_wait([this, queue = queue_](boost::system::error_code) {
      if (queue->ended) return;
      queue->sync_planned = false;
      if (!queue->unsynced) return;
      queue->sync_due = true;
      start_committing();
    });
  }

  /// What was handed over is written even if nobody waits any more.
  void flush() {
    while (!queue_->waiting.empty()) {
      const Tickets group = next_group(*queue_);
      try {
        answer(*queue_, group, file_->commit(take_bodies(group), Stamp::now(clock_)));
      } catch (const std::exception& failure) {
        answer(*queue_, group, as_error(failure));
      }
    }
  }

  base::Executor executor_;
  std::filesystem::path path_;
  base::Clock clock_;
  Synced synced_;
  std::string instance_ = base::random_hex(8);
  Redactor redactor_;
  Recovery recovery_;
  std::shared_ptr<Queue> queue_;
  asio::thread_pool disk_{1};
  File file_;
};

}  // namespace

base::Task<std::unique_ptr<Journal>> Journal::open(base::Executor executor, std::filesystem::path file,
                                                   base::Clock clock, Synced synced) {
  auto journal = std::make_unique<FileJournal>(std::move(executor), std::move(file), std::move(clock),
                                               std::move(synced));
  co_await journal->begin();
  co_return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace mcpssh::audit
