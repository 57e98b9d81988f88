#include <sys/resource.h>
#include <sys/wait.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <csignal>

#include <fmt/format.h>

#include "support.hpp"
#include "sync_probe.hpp"

namespace mcpssh::audit::test {
namespace {

namespace asio = base::asio;

base::Task<void> append_into(Journal& journal, Kind kind, std::string call,
                             std::vector<std::uint64_t>& acknowledged) {
  const std::uint64_t seq = co_await journal.append(record(kind, call));
  acknowledged.push_back(seq);
}

TEST(Commit, CoroutinesThatWaitTogetherShareOneSync) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  const int before = SyncProbe::calls();
  std::vector<std::uint64_t> acknowledged;
  for (int i = 0; i < 200; ++i)
    asio::co_spawn(loop.context(), append_into(*journal, Kind::begin, fmt::format("c{}", i), acknowledged),
                   asio::detached);
  loop.context().restart();
  loop.context().run();
  EXPECT_EQ(SyncProbe::calls() - before, 1);
  ASSERT_EQ(acknowledged.size(), 200u);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(acknowledged[i], i + 2);
  EXPECT_EQ(verified(path).records, 201u);
}

TEST(Commit, ACancelledAwaitDoesNotTakeTheRecordBack) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  std::vector<std::uint64_t> acknowledged;
  asio::cancellation_signal cancel;
  std::exception_ptr failure;
  asio::co_spawn(
      loop.context(), append_into(*journal, Kind::begin, "given_up", acknowledged),
      asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error) { failure = error; }));
  loop.context().restart();
  loop.context().poll_one();
  cancel.emit(asio::cancellation_type::terminal);
  loop.context().run();
  EXPECT_TRUE(failure);
  EXPECT_TRUE(acknowledged.empty());
  EXPECT_TRUE(read(path).contains("given_up"));
}

TEST(Commit, TheEndOfTheJournalWritesWhatStillWaits) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  std::vector<std::uint64_t> acknowledged;
  asio::co_spawn(loop.context(), append_into(*journal, Kind::end, "last_words", acknowledged),
                 asio::detached);
  loop.context().restart();
  loop.context().poll_one();
  journal.reset();
  EXPECT_TRUE(read(path).contains("last_words"));
  loop.context().run();
  EXPECT_EQ(acknowledged.size(), 1u);
  EXPECT_TRUE(verified(path).problems.empty());
}

TEST(Commit, AFailedSyncAcknowledgesNothingAndLeavesNothingBehind) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  loop.append(*journal, record(Kind::begin, "good"));
  const std::string before = read(path);

  SyncProbe::fail(true);
  const auto first = error_of([&] { loop.append(*journal, record(Kind::begin, "lost")); });
  const auto second = error_of([&] { loop.append(*journal, record(Kind::begin, "lost")); });
  SyncProbe::fail(false);
  EXPECT_EQ(first.code(), base::ErrorCode::journal_unwritable);
  EXPECT_TRUE(first.cause().contains("Input/output error")) << first.message();
  EXPECT_EQ(second.code(), base::ErrorCode::journal_unwritable);
  EXPECT_FALSE(journal->writable());
  EXPECT_EQ(read(path), before);

  EXPECT_EQ(loop.append(*journal, record(Kind::begin, "again")), 3u);
  EXPECT_TRUE(journal->writable());
  EXPECT_TRUE(verified(path).problems.empty());
}

TEST(Commit, AnOpenThatCannotSyncLeavesNoLockBehind) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop().open(path);
  SyncProbe::fail(true);
  const auto error = error_of([&] { Loop().open(path); });
  SyncProbe::fail(false);
  EXPECT_EQ(error.code(), base::ErrorCode::journal_unwritable);
  EXPECT_TRUE(fs::is_empty(path.string() + ".d"));
}

TEST(Commit, AnOpenThatCannotSyncDoesNotForgetTheOrphansItHadToReport) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  loop.append(*loop.open(path), record(Kind::begin, "call_1"));
  fs::remove_all(path.string() + ".d");
  SyncProbe::fail(true);
  error_of([&] { loop.open(path); });
  SyncProbe::fail(false);
  EXPECT_EQ(loop.open(path)->recovery().orphaned, 1u);
}

TEST(Commit, RecordsCutOffWhileTheServerRunsAreReported) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  for (int i = 0; i < 4; ++i) loop.append(*journal, record(Kind::refused, fmt::format("c{}", i)));
  const auto lines = lines_of(path);
  fs::resize_file(path, lines[0].size() + lines[1].size() + 2);
  loop.append(*journal, record(Kind::refused, "after"));
  const auto result = verified(path);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0],
            "line 3: 3 records before it were on disk and were cut off while the server ran");
}

TEST(Commit, AJournalMovedAwayIsFollowedByANewOneThatNamesItsEnd) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  loop.append(*journal, record(Kind::begin, "before"));
  fs::rename(path, dir / "audit.1");
  loop.append(*journal, record(Kind::end, "before"));
  const auto old_file = verified(dir / "audit.1"), new_file = verified(path);
  EXPECT_TRUE(old_file.problems.empty());
  EXPECT_TRUE(new_file.problems.empty());
  EXPECT_EQ(old_file.records, 2u);
  EXPECT_TRUE(lines_of(path).front().contains(old_file.last_hash));
}

/// In a child, because a lowered limit and an ignored SIGXFSZ belong to the whole process.
int fill_the_disk(const fs::path& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  Loop loop;
  auto journal = loop.open(path);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  rlimit tight = limit;
  tight.rlim_cur = fs::file_size(path) + 700;  // room for one record and a part of the second
  ::setrlimit(RLIMIT_FSIZE, &tight);
  int written = 0;
  std::optional<base::Error> refused;
  while (!refused && written < 10) {
    try {
      loop.append(*journal, record(Kind::begin, fmt::format("c{}", written)));
      ++written;
    } catch (const base::Error& error) {
      refused = error;
    }
  }
  if (written == 0 || !refused || refused->code() != base::ErrorCode::journal_unwritable) return 1;
  if (!refused->cause().contains("File too large") || refused->next_move().empty()) return 2;
  if (journal->writable() || verified(path).tail_cut) return 3;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (loop.append(*journal, record(Kind::begin, "after")) != static_cast<std::uint64_t>(written) + 2)
    return 4;
  return journal->writable() && verified(path).problems.empty() ? 0 : 5;
}

TEST(Commit, AFullDiskRefusesWithItsReasonAndTheJournalWorksAgainOnceThereIsRoom) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_the_disk(path));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(verified(path).problems.empty());
}

}  // namespace
}  // namespace mcpssh::audit::test
