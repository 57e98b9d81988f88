#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/json.hpp"
#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

std::size_t lock_files(const fs::path& journal) {
  const fs::directory_iterator files(journal.string() + ".d");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST(Servers, TwoJournalsOnOneFileKeepOneChain) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto one = loop.open(path), two = loop.open(path);
  std::set<std::uint64_t> acknowledged;
  for (int i = 0; i < 50; ++i) {
    acknowledged.insert(loop.append(*one, record(Kind::refused, fmt::format("one_{}", i))));
    acknowledged.insert(loop.append(*two, record(Kind::refused, fmt::format("two_{}", i))));
  }
  EXPECT_EQ(acknowledged.size(), 100u);
  const auto result = verified(path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.records, 102u);
}

int write_records(const fs::path& path, int process) {
  Loop loop;
  auto journal = loop.open(path);
  for (int i = 0; i < 100; ++i) {
    const auto seq = loop.append(*journal, record(Kind::refused, fmt::format("p{}_{}", process, i)));
    if (seq == 0) return 1;
  }
  return 0;
}

TEST(Servers, TwoProcessesKeepOneChainWithEveryAcknowledgedRecord) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  std::vector<pid_t> children;
  for (int process = 0; process < 2; ++process) {
    children.push_back(::fork());
    if (children.back() == 0) ::_exit(write_records(path, process));
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto result = verified(path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.records, 202u);
  const std::string bytes = read(path);
  for (int process = 0; process < 2; ++process)
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(bytes.contains(fmt::format("\"p{}_{}\"", process, i)));
}

TEST(Servers, ALivingServersCallsAreNotOrphaned) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto one = loop.open(path);
  loop.append(*one, record(Kind::begin, "running"));
  auto two = loop.open(path);
  EXPECT_EQ(two->recovery().orphaned, 0u);
  EXPECT_EQ(verified(path).open_begins, 1u);
}

TEST(Servers, WhatADeadServerLeftUnfinishedIsOrphanedOnceAndDurably) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  {
    auto dead = loop.open(path);
    Record begun = record(Kind::begin, "call_1", "web1");
    begun.principal.name = "alice";
    begun.principal.via = base::Via::http;
    loop.append(*dead, begun);
    loop.append(*dead, record(Kind::begin, "call_1", "bastion"));
    loop.append(*dead, record(Kind::begin, "call_2"));
    loop.append(*dead, record(Kind::end, "call_2"));
    loop.append(*dead, record(Kind::end, "call_1", "bastion"));
  }
  EXPECT_EQ(lock_files(path), 1u) << "it tells that something was left";
  auto next = loop.open(path);
  EXPECT_EQ(next->recovery().orphaned, 1u);
  EXPECT_EQ(lock_files(path), 1u) << "its own";
  const auto orphan = base::parse_json(lines_of(path).back())->as_object();
  EXPECT_EQ(base::find_string(orphan, "kind"), "orphaned");
  EXPECT_EQ(base::find_string(orphan, "call"), "call_1");
  EXPECT_EQ(base::find_string(orphan, "host"), "web1");
  EXPECT_EQ(base::find_string(orphan, "principal"), "alice");
  EXPECT_EQ(base::find_string(orphan, "via"), "http");
  EXPECT_EQ(verified(path).open_begins, 0u);
  EXPECT_EQ(loop.open(path)->recovery().orphaned, 0u);
}

TEST(Servers, OrphansAreFoundWithoutTheLockDirectoryToo) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  loop.append(*loop.open(path), record(Kind::begin, "call_1"));
  fs::remove_all(path.string() + ".d");
  EXPECT_EQ(loop.open(path)->recovery().orphaned, 1u);
}

TEST(Servers, ACleanEndLeavesNoLockFile) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  loop.append(*loop.open(path), record(Kind::refused, "call_1"));
  EXPECT_EQ(lock_files(path), 0u);
}

TEST(Servers, TheScanStartsAtTheOldestUnfinishedActionAndANoteThatCannotBeReadMeansAllOfIt) {
  for (const bool spoil : {false, true}) {
    const TempDirectory dir;
    const auto path = dir / "audit.jsonl";
    Loop loop;
    {
      auto dead = loop.open(path);
      Record filler = record(Kind::refused, "filler");
      filler.detail = std::string(60'000, 'x');
      for (int i = 0; i < 40; ++i) loop.append(*dead, filler);
      loop.append(*dead, record(Kind::begin, "late"));
    }
    for (const auto& file : fs::directory_iterator(path.string() + ".d")) {
      EXPECT_FALSE(read(file.path()).contains("since                    0\n"));
      if (spoil) write(file.path(), "garbage");
    }
    EXPECT_EQ(loop.open(path)->recovery().orphaned, 1u);
  }
}

TEST(Servers, ATailLeftByACrashedNeighbourIsSetAsideByTheNextAppend) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  const std::string first = read(path);
  std::ofstream(path, std::ios::app) << first.substr(0, 80);
  EXPECT_EQ(loop.append(*journal, record(Kind::refused, "call_1")), 3u) << "after the record of the cut";
  const auto result = verified(path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.cut_tails_set_aside, 1u);
  EXPECT_TRUE(lines_of(path).at(2).contains("\"kind\":\"security\""));
}

}  // namespace
}  // namespace mcpssh::audit::test
