#include <sys/stat.h>

#include "audit/sha256.hpp"
#include "base/json.hpp"
#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

unsigned mode_of(const fs::path& path) {
  return static_cast<unsigned>(fs::status(path).permissions());
}

base::Error refusal(const fs::path& path) {
  return error_of([&] { Loop().open(path); });
}

TEST(Open, MakesDirectoryAndFileForTheOwnerOnly) {
  const TempDirectory dir;
  const auto path = dir / "state" / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(mode_of(path.parent_path()), 0700u);
  EXPECT_EQ(mode_of(path.string() + ".d"), 0700u);
  EXPECT_TRUE(journal->writable());
  EXPECT_EQ(journal->file(), path);
}

TEST(Open, RefusesADirectoryOthersCanWrite) {
  const TempDirectory dir;
  fs::create_directory(dir / "shared");
  fs::permissions(dir / "shared", fs::perms(0777));
  const auto error = refusal(dir / "shared" / "audit.jsonl");
  EXPECT_EQ(error.code(), base::ErrorCode::journal_unwritable);
  EXPECT_TRUE(error.next_move().contains("chmod go-w " + (dir / "shared").string())) << error.message();
}

TEST(Open, RefusesAFileOthersCanWriteAndSaysTheCommand) {
  const TempDirectory dir;
  write(dir / "audit.jsonl", "");
  fs::permissions(dir / "audit.jsonl", fs::perms(0620));
  const auto error = refusal(dir / "audit.jsonl");
  EXPECT_EQ(error.code(), base::ErrorCode::journal_unwritable);
  EXPECT_EQ(error.next_move(), "run chmod go-w " + (dir / "audit.jsonl").string());
}

TEST(Open, RefusesASymlinkAFifoAndADirectory) {
  const TempDirectory dir;
  write(dir / "real", "");
  fs::create_symlink(dir / "real", dir / "link");
  EXPECT_TRUE(refusal(dir / "link").cause().contains("symlink"));
  ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_TRUE(refusal(dir / "fifo").cause().contains("not a regular file"));
  fs::create_directory(dir / "folder");
  EXPECT_EQ(refusal(dir / "folder").code(), base::ErrorCode::journal_unwritable);
}

TEST(Open, SealsALogOlderThanTheChainAsUnverifiedPrefix) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  const std::string old_lines =
      "{\"ts\": \"2025-01-01\"}\n{\"ts\": \"2025-01-02\"}";  // the last one unfinished
  write(path, old_lines);
  fs::permissions(path, fs::perms(0600));
  Loop loop;
  auto journal = loop.open(path);
  loop.append(*journal, record(Kind::refused, "call_1"));
  EXPECT_FALSE(journal->recovery().tail_was_cut);

  const auto first = base::parse_json(lines_of(path).at(2))->as_object();
  EXPECT_EQ(base::find_string(first, "kind"), "start");
  EXPECT_EQ(base::find_string(first, "gap"), "prefix");
  EXPECT_EQ(first.at("gap_bytes").as_int64(), static_cast<std::int64_t>(old_lines.size() + 1));
  EXPECT_EQ(first.at("gap_lines").as_int64(), 2);
  EXPECT_EQ(base::find_string(first, "gap_sha256"), Sha256().update(old_lines + "\n").hex());
  const auto result = verified(path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.unverified_prefix, 2u);
  EXPECT_EQ(result.records, 2u);
}

/// A journal of three records whose last line is replaced by `tail`.
struct Torn {
  explicit Torn(const std::function<std::string(std::string)>& tear) {
    auto journal = loop.open(path);
    loop.append(*journal, record(Kind::begin, "call_1"));
    loop.append(*journal, record(Kind::end, "call_1"));
    journal.reset();
    const auto lines = lines_of(path);
    write(path, lines[0] + "\n" + lines[1] + "\n" + tear(lines[2]));
  }
  TempDirectory dir;
  fs::path path = dir / "audit.jsonl";
  Loop loop;
};

TEST(Open, SetsACutLastLineAsideAndTheChainGoesOn) {
  Torn torn([](const std::string& last) { return last.substr(0, 50); });
  EXPECT_TRUE(verified(torn.path).tail_cut);
  auto journal = torn.loop.open(torn.path);
  EXPECT_TRUE(journal->recovery().tail_was_cut);
  torn.loop.append(*journal, record(Kind::refused, "call_2"));
  const auto result = verified(torn.path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_FALSE(result.tail_cut);
  EXPECT_EQ(result.cut_tails_set_aside, 1u);
  EXPECT_EQ(result.records, 4u);
  EXPECT_EQ(result.open_begins, 1u);
}

TEST(Open, CompletesARecordThatLacksOnlyItsNewline) {
  Torn torn([](const std::string& last) { return last; });
  EXPECT_TRUE(verified(torn.path).tail_cut);
  auto journal = torn.loop.open(torn.path);
  EXPECT_FALSE(journal->recovery().tail_was_cut);
  const auto result = verified(torn.path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.records, 4u);
}

TEST(Open, AChangedRecordNeverPassesForACutTail) {
  const auto changed = [](std::string last) {
    last[last.find("uptime")] = 'X';
    return last;
  };
  const std::vector<std::function<std::string(std::string)>> tricks{
      [&](const std::string& last) { return changed(last) + "\n"; },
      [&](const std::string& last) { return changed(last); },
      [&](const std::string& last) { return last.substr(0, last.size() - 1) + "x"; },
      [&](const std::string& last) { return last.substr(1); },
      [&](const std::string&) { return std::string("\0\0\0\0", 4); },
  };
  for (const auto& trick : tricks) {
    Torn torn(trick);
    auto journal = torn.loop.open(torn.path);
    EXPECT_TRUE(journal->recovery().tail_was_cut);
    const auto result = verified(torn.path);
    EXPECT_EQ(result.cut_tails_set_aside, 0u);
    ASSERT_EQ(result.problems.size(), 1u);
    EXPECT_TRUE(result.problems[0].starts_with("line 3: ")) << result.problems[0];
  }
}

TEST(Open, NothingButTheBytesItStatesPassesForASetAsideTail) {
  Torn torn([](const std::string& last) { return last.substr(0, 50); });
  torn.loop.open(torn.path);
  const std::string good = read(torn.path);
  ASSERT_TRUE(verified(torn.path).problems.empty());
  const auto lines = lines_of(torn.path);
  const std::size_t cut_at = lines[0].size() + lines[1].size() + 2;
  for (std::size_t i = cut_at; i < cut_at + 51; ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    write(torn.path, bad);
    EXPECT_FALSE(verified(torn.path).problems.empty()) << i;
  }
  write(torn.path, good.substr(0, cut_at) + good.substr(cut_at + 51));
  EXPECT_FALSE(verified(torn.path).problems.empty()) << "the cut line was taken out";
}

}  // namespace
}  // namespace mcpssh::audit::test
