#include <sys/stat.h>

#include "audit/sha256.hpp"
#include "base/json.hpp"
#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

TEST(Chain, EveryLineStatesItsHashAndThatOfTheLineBefore) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  EXPECT_EQ(loop.append(*journal, record(Kind::begin, "call_1")), 2u);
  EXPECT_EQ(loop.append(*journal, record(Kind::end, "call_1")), 3u);

  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 3u);
  std::string prev(64, '0');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto object = base::parse_json(lines[i])->as_object();
    EXPECT_EQ(object.at("v").as_int64(), 1);
    EXPECT_EQ(object.at("seq").as_int64(), static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(base::find_string(object, "prev"), prev);
    prev = Sha256()
               .update(lines[i].substr(0, lines[i].size() - 75) + "}")
               .hex();  // as docs/journal.md defines it
    EXPECT_EQ(base::find_string(object, "hash"), prev);
  }
  const auto result = verified(path);
  EXPECT_TRUE(result.problems.empty());
  EXPECT_EQ(result.records, 3u);
  EXPECT_EQ(result.last_hash, prev);
}

TEST(Chain, FieldsOfTheOriginalComeFirstAndKeepTheirNames) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  Record end = record(Kind::end, "call_1");
  end.decision = "allowed";
  end.exit_code = 0;
  end.timed_out = false;
  loop.append(*journal, end);

  const auto object = base::parse_json(lines_of(path).back())->as_object();
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  names.resize(7);
  EXPECT_EQ(names, (std::vector<std::string>{"ts", "host", "tool", "command", "decision", "exit_code",
                                             "timed_out"}));
  EXPECT_TRUE(object.contains("mono_us"));
}

TEST(Chain, AReopenedJournalGoesOnWhereItEnded) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  loop.append(*loop.open(path), record(Kind::refused, "call_1"));
  auto journal = loop.open(path);
  EXPECT_EQ(loop.append(*journal, record(Kind::refused, "call_2")), 4u);
  EXPECT_TRUE(verified(path).problems.empty());
}

TEST(Chain, LinesArePureAsciiAndAnyBytesOfACommandComeBack) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  Record odd = record(Kind::begin, "call_1");
  odd.command = "echo \xff\xfe 'a\"b\\c'\n";
  odd.reason =
      "Gr\xc3\xbc\xc3\x9f"
      "e \xf0\x9f\x9a\x80 \x1b[2J\x7f";
  loop.append(*journal, odd);

  const std::string bytes = read(path);
  for (const char c : bytes) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
  const auto object = base::parse_json(lines_of(path).back())->as_object();
  EXPECT_EQ(base::find_string(object, "command_base64"), "ZWNobyD//iAnYSJiXGMnCg==");
  EXPECT_EQ(base::find_string(object, "reason"), odd.reason);
  EXPECT_TRUE(verified(path).problems.empty());
}

TEST(Chain, AFieldLongerThanAnyCommandIsCutAndSaysSo) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  Record big = record(Kind::config, "");
  big.detail = std::string(5'000'000, '\x01');
  loop.append(*journal, big);
  const auto object = base::parse_json(lines_of(path).back())->as_object();
  EXPECT_TRUE(base::find_string(object, "detail")->contains("[cut: 5000000 bytes in all, SHA-256 "));
  EXPECT_TRUE(verified(path).problems.empty());
}

TEST(Chain, AClockThatJumpsBackLeavesTheOrderAndShowsAgainstTheOtherClock) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  auto wall = base::WallTime(std::chrono::hours(24 * 365 * 50));
  auto mono = base::MonoTime(std::chrono::seconds(100));
  base::Clock clock;
  clock.wall = [&] { return wall; };
  clock.mono = [&] { return mono; };
  Loop loop;
  auto journal = loop.run(Journal::open(loop.context().get_executor(), path, clock));
  loop.append(*journal, record(Kind::refused, "before"));
  wall -= std::chrono::hours(24);
  mono += std::chrono::seconds(1);
  loop.append(*journal, record(Kind::refused, "after"));

  const auto lines = lines_of(path);
  const auto before = base::parse_json(lines[1])->as_object(),
             after = base::parse_json(lines[2])->as_object();
  EXPECT_LT(*base::find_string(after, "ts"), *base::find_string(before, "ts"));
  EXPECT_EQ(after.at("mono_us").as_int64() - before.at("mono_us").as_int64(), 1'000'000);
  EXPECT_EQ(after.at("seq").as_int64(), before.at("seq").as_int64() + 1);
}

TEST(Chain, TheTailReadsAsSentences) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  write(path,
        R"({"ts": "2026-01-01T00:00:00Z", "host": "old", "tool": "ssh_run", "command": "ls", "exit_code": 2})"
        "\n");
  Loop loop;
  auto journal = loop.open(path);
  Record end = record(Kind::end, "call_1");
  end.command = "echo \x1b]0;x\x07";
  end.state = "exited";
  end.exit_code = 3;
  loop.append(*journal, end);

  const auto all = tail(path, 10);
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ(all->front(), "2026-01-01T00:00:00Z old ssh_run exit 2 | ls");
  EXPECT_TRUE(all->back().ends_with("web1 ssh_run end exited 3 | echo \\x1b]0;x\\x07")) << all->back();
  EXPECT_EQ(tail(path, 1)->size(), 1u);
  EXPECT_EQ(tail(dir / "nothing", 1).error().code(), base::ErrorCode::not_found);
}

}  // namespace
}  // namespace mcpssh::audit::test
