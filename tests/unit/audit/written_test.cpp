// Records that are in the file when append() returns, and on disk soon after.
#include <fcntl.h>

#include "audit/chain_file.hpp"
#include "audit/journal_file.hpp"
#include "support.hpp"
#include "sync_probe.hpp"

namespace mcpssh::audit::test {
namespace {

/// Syncs that happened while a record was being written: append() may not wait for one.
base::Task<int> syncs_before_the_answer(Journal& journal, Record made) {
  const int before = SyncProbe::calls();
  co_await journal.append(std::move(made), Durability::written);
  co_return SyncProbe::calls() - before;
}

TEST(Written, ARecordIsInTheFileWithoutASyncAndOnDiskSoonAfter) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  const int before = SyncProbe::calls();
  EXPECT_EQ(loop.run(syncs_before_the_answer(*journal, record(Kind::end, "call_1"))), 0);
  EXPECT_EQ(lines_of(path).size(), 2u);
  EXPECT_EQ(SyncProbe::calls() - before, 1) << "the loop ended only when the late sync was done";
  EXPECT_TRUE(verified(path).problems.empty());
}

base::Task<int> syncs_of_a_pair(Journal& journal) {
  const int before = SyncProbe::calls();
  co_await journal.append(record(Kind::end, "call_1"), Durability::written);
  co_await journal.append(record(Kind::begin, "call_2"));
  co_return SyncProbe::calls() - before;
}

TEST(Written, TheNextCommitBringsItToDiskToo) {
  const TempDirectory dir;
  Loop loop;
  auto journal = loop.open(dir / "audit.jsonl");
  const int before = SyncProbe::calls();
  EXPECT_EQ(loop.run(syncs_of_a_pair(*journal)), 1);
  EXPECT_EQ(SyncProbe::calls() - before, 1) << "nothing was left for the late sync";
}

TEST(Written, ALateSyncThatFailsRefusesTheNextRecordThatMustBeOnDisk) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  SyncProbe::fail(true);
  EXPECT_EQ(loop.run(journal->append(record(Kind::end, "call_1"), Durability::written)), 2u);
  EXPECT_FALSE(journal->writable());
  SyncProbe::fail(false);  // the kernel tells of a failed write once only
  const auto refused = error_of([&] { loop.append(*journal, record(Kind::begin, "call_2")); });
  EXPECT_EQ(refused.code(), base::ErrorCode::journal_unwritable);
  loop.append(*journal, record(Kind::begin, "call_3"));
  EXPECT_TRUE(journal->writable());
  EXPECT_TRUE(verified(path).problems.empty());
}

base::Task<std::uint64_t> write_and_close(std::unique_ptr<Journal>& journal) {
  const auto seq = co_await journal->append(record(Kind::end, "call_1"), Durability::written);
  journal.reset();
  co_return seq;
}

TEST(Written, TheEndOfTheJournalSyncs) {
  const TempDirectory dir;
  Loop loop;
  auto journal = loop.open(dir / "audit.jsonl");
  const int before = SyncProbe::calls();
  loop.run(write_and_close(journal));
  EXPECT_EQ(SyncProbe::calls() - before, 1);
}

TEST(Written, NobodyWaitsForAnotherServersLock) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  const auto now = Stamp::now(base::Clock());
  ChainFile file(path, "0123456789abcdef", now);
  const auto body = serialise(record(Kind::end, "call_1"), now, "0123456789abcdef", Redactor());
  const base::UniqueFd other(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  {
    const FileLock held(other.get(), path);
    EXPECT_EQ(file.write_now(body, now), std::nullopt);
  }
  EXPECT_EQ(file.write_now(body, now), 2u);
}

}  // namespace
}  // namespace mcpssh::audit::test
