#include "audit/trial.hpp"

#include <sys/stat.h>

#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

std::ptrdiff_t entries(const fs::path& directory) {
  return std::distance(fs::recursive_directory_iterator(directory), fs::recursive_directory_iterator());
}

base::Error refusal(const fs::path& path) {
  return error_of([&] { try_journal(path); });
}

TEST(Trial, LeavesNothingBehindWhereThereIsNoJournalYet) {
  const TempDirectory dir;
  const auto trial = try_journal(dir / "state/mcp-ssh/audit.jsonl");
  EXPECT_FALSE(trial.exists);
  EXPECT_GT(trial.free, 0U);
  EXPECT_EQ(entries(dir / ""), 0);
}

TEST(Trial, LeavesAJournalAndItsChainAsTheyAre) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  const auto journal = loop.open(path);
  const auto before = read(path);
  const auto files = entries(dir / "");
  const auto trial = try_journal(path);
  EXPECT_TRUE(trial.exists);
  EXPECT_EQ(trial.size, before.size());
  EXPECT_EQ(read(path), before);
  EXPECT_EQ(entries(dir / ""), files);
}

TEST(Trial, RefusesWhatAServerWouldRefuseWithTheCommandThatMendsIt) {
  const TempDirectory dir;
  fs::create_directory(dir / "shared");
  fs::permissions(dir / "shared", fs::perms(0777));
  EXPECT_EQ(refusal(dir / "shared/audit.jsonl").next_move(), "run chmod go-w " + (dir / "shared").string());
  write(dir / "open.jsonl", "");
  fs::permissions(dir / "open.jsonl", fs::perms(0666));
  EXPECT_EQ(refusal(dir / "open.jsonl").next_move(), "run chmod go-w " + (dir / "open.jsonl").string());
  fs::create_symlink(dir / "open.jsonl", dir / "link.jsonl");
  EXPECT_EQ(refusal(dir / "link.jsonl").code(), base::ErrorCode::journal_unwritable);
  EXPECT_EQ(refusal(dir / "open.jsonl/audit.jsonl").code(), base::ErrorCode::journal_unwritable);
}

TEST(Trial, AFileSystemThatTakesNothingIsToldApart) {
  const auto refused = refusal("/proc/mcp-ssh/audit.jsonl");
  EXPECT_EQ(refused.code(), base::ErrorCode::journal_unwritable);
  EXPECT_TRUE(refused.message().contains("/proc/mcp-ssh/audit.jsonl")) << refused.message();
  EXPECT_FALSE(refused.next_move().empty());
}

}  // namespace
}  // namespace mcpssh::audit::test
