// What a command said, kept with bounded memory and read in pieces that fit together.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "outputs/clean.hpp"
#include "outputs/spool.hpp"

namespace mcpssh::outputs {
namespace {

std::unique_ptr<Spool> spool_of(std::size_t most, std::size_t always = 0,
                                std::shared_ptr<Allowance> allowance = std::make_shared<Allowance>(1 << 30)) {
  return std::make_unique<Spool>(Spool::Limits{most, always}, std::move(allowance));
}

std::unique_ptr<Spool> fixed(std::size_t bytes) {
  return spool_of(bytes, bytes, std::make_shared<Allowance>(0));
}

std::string numbered_lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += "line " + std::to_string(i) + "\n";
  return all;
}

TEST(Settled, APartOfAStreamReadsTheSameWhateverFollows) {
  std::mt19937 random(5);
  const std::string_view alphabet = "\x1b[]P\\;0m\r\n\t\a\x9b\x9c\xc2\xe2\x80\xae\xff\xf0\x9f az";
  for (int round = 0; round < 30'000; ++round) {
    std::string bytes;
    for (std::size_t i = random() % 24; i > 0; --i) bytes += alphabet[random() % alphabet.size()];
    const std::size_t seen = bytes.empty() ? 0 : random() % (bytes.size() + 1);
    const std::size_t sure = settled(std::string_view(bytes).substr(0, seen));
    ASSERT_LE(sure, seen);
    ASSERT_EQ(clean(bytes.substr(0, sure)) + clean(bytes.substr(sure)), clean(bytes));
    const std::size_t cut = first_cut(bytes, seen);
    ASSERT_GE(cut, seen);
    ASSERT_EQ(clean(bytes.substr(0, cut)) + clean(bytes.substr(cut)), clean(bytes));
  }
}

TEST(Settled, WaitsForTheEndOfWhatHasBegun) {
  EXPECT_EQ(settled("ab\x1b[3"), 2u);
  EXPECT_EQ(settled("ab\x1b]0;title"), 2u);
  EXPECT_EQ(settled("ab\r"), 2u);
  EXPECT_EQ(settled("ab\xe2\x82"), 2u);
  EXPECT_EQ(settled("ab\xe2\x82\xac"), 5u);
  EXPECT_EQ(settled("ab\x1b]" + std::string(5000, 'x')), 5004u) << "no title is that long";
}

TEST(SpoolSummary, WhatFitsIsWhole) {
  const auto spool = fixed(10);
  for (const char c : std::string_view("0123456789")) spool->append(std::string_view(&c, 1));
  EXPECT_EQ(spool->summary(10), (Captured{.head = "0123456789", .tail = "", .total = 10, .dropped = 0}));
  EXPECT_EQ(fixed(0)->summary(0), Captured{});
}

TEST(SpoolSummary, TheCutIsAtLinesAndEveryDroppedByteIsCounted) {
  for (const std::size_t kept : {40u, 4096u}) {
    const auto spool = fixed(kept);
    const std::string all = numbered_lines(1000);
    spool->append(all);
    const Captured shown = spool->summary(40);
    EXPECT_EQ(shown.head, "line 0\nline 1\n");
    EXPECT_EQ(shown.tail, "line 998\nline 999\n");
    EXPECT_EQ(shown.total, all.size());
    EXPECT_EQ(shown.dropped, all.size() - shown.head.size() - shown.tail.size());
  }
}

TEST(SpoolSummary, TheWayTheStreamIsCutDoesNotMatter) {
  std::string all;
  for (int i = 0; i < 300; ++i) all += std::to_string(i * i) + (i % 7 == 0 ? "\xe2\x82\xac\n" : " ");
  for (const std::size_t budget : {0u, 1u, 2u, 3u, 16u, 100u, 1000u, 5000u}) {
    const auto whole = fixed(budget);
    whole->append(all);
    for (const std::size_t piece : {1u, 3u, 7u, 64u, 999u}) {
      const auto pieces = fixed(budget);
      for (std::size_t at = 0; at < all.size(); at += piece) pieces->append(all.substr(at, piece));
      EXPECT_EQ(pieces->summary(budget), whole->summary(budget)) << budget << " bytes in pieces of " << piece;
    }
    EXPECT_EQ(whole->summary(budget).head.find("\xEF\xBF\xBD"), std::string::npos);
    EXPECT_EQ(whole->summary(budget).tail.find("\xEF\xBF\xBD"), std::string::npos);
  }
}

TEST(SpoolMemory, AStreamOfManyGigabytesKeepsOnlyItsShare) {
  const auto allowance = std::make_shared<Allowance>(std::size_t{1} << 30);
  const auto spool = spool_of(std::size_t{1} << 20, 0, allowance);
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 4 * 1024; ++i) spool->append(block);
  EXPECT_EQ(spool->total(), 4ull << 30);
  EXPECT_LE(allowance->used(), std::size_t{1} << 20);
  const Captured shown = spool->summary(1024);
  EXPECT_EQ(shown.head.size() + shown.tail.size() + shown.dropped, shown.total);
}

TEST(SpoolMemory, WhenTheSharedAllowanceIsUsedUpMoreIsDroppedAndTheEndStays) {
  const auto allowance = std::make_shared<Allowance>(std::size_t{256} * 1024);
  {
    const auto first = spool_of(std::size_t{4} << 20, 1024, allowance);
    const auto second = spool_of(std::size_t{4} << 20, 1024, allowance);
    const std::string all = numbered_lines(200'000);
    first->append(all);
    second->append(all);
    EXPECT_LE(allowance->used(), allowance->size());
    for (const auto* spool : {first.get(), second.get()}) {
      const Captured shown = spool->summary(1000);
      EXPECT_TRUE(shown.head.starts_with("line 0\n"));
      EXPECT_TRUE(shown.tail.ends_with("line 199999\n")) << shown.tail;
    }
  }
  EXPECT_EQ(allowance->used(), 0u) << "what is gone is given back";
}

TEST(SpoolWindow, WindowsReadOneAfterTheOtherAreTheWholeStreamCleaned) {
  std::mt19937 random(3);
  const std::string_view alphabet = "\x1b[]0;m\r\n\a\xc2\x9b\xe2\x82\xac abc";
  for (int round = 0; round < 2000; ++round) {
    const auto spool = fixed(4096);
    std::string bytes, read;
    std::uint64_t at = 0;
    for (int step = 0; step < 6; ++step) {
      std::string more;
      for (std::size_t i = random() % 40; i > 0; --i) more += alphabet[random() % alphabet.size()];
      bytes += more;
      spool->append(more);
      const Window window = spool->window(at, 16 + random() % 64, false);
      ASSERT_EQ(window.from, at);
      read += window.text;
      at = window.next;
    }
    while (at < bytes.size()) {
      const Window window = spool->window(at, 64, true);
      ASSERT_GT(window.next, at);
      read += window.text;
      at = window.next;
    }
    ASSERT_EQ(read, clean(bytes));
  }
}

TEST(SpoolWindow, AnOffsetInsideACharacterBeginsBehindIt) {
  const auto spool = fixed(100);
  spool->append("a\xe2\x82\xac\x1b[31mb");
  EXPECT_EQ(spool->window(2, 50, true).text, "b");
  EXPECT_EQ(spool->window(2, 50, true).from, 4u);
  EXPECT_EQ(spool->window(6, 50, true).from, 9u);
  EXPECT_EQ(spool->window(1000, 50, true).text, "");
}

TEST(SpoolWindow, WhatIsNoLongerKeptIsSaid) {
  const auto spool = fixed(200);
  const std::string all = numbered_lines(1000);
  spool->append(all);
  const Window front = spool->window(0, 4096, true);
  EXPECT_TRUE(front.text.starts_with("line 0\n"));
  EXPECT_LE(front.next, 100u);
  EXPECT_EQ(front.lost, 0u);
  const Window behind = spool->window(front.next, 4096, true);
  EXPECT_TRUE(behind.text.starts_with("line 9")) << behind.text;
  EXPECT_EQ(behind.lost, behind.from - front.next);
  EXPECT_EQ(behind.next, all.size());
  EXPECT_EQ(behind.text.size() + behind.lost + front.text.size(), all.size());
}

TEST(SpoolTail, GivesTheLastLines) {
  const auto spool = fixed(4096);
  spool->append("one\ntwo\nthree\n");
  EXPECT_EQ(spool->tail(1, 4096, true).text, "three\n");
  EXPECT_EQ(spool->tail(2, 4096, true).text, "two\nthree\n");
  EXPECT_EQ(spool->tail(9, 4096, true).text, "one\ntwo\nthree\n");
  spool->append("half");
  EXPECT_EQ(spool->tail(2, 4096, true).text, "three\nhalf");
  EXPECT_EQ(spool->tail(1, 4096, false).next, 18u);
  EXPECT_EQ(fixed(10)->tail(3, 100, true).text, "");
}

TEST(SpoolGrep, FindsLinesByTheirCleanedTextAndSaysWhereTheyAre) {
  const auto spool = fixed(4096);
  spool->append("ok\nan \x1b[31mer\x1b[0mror here\nok\nerror again\n");
  const Matches found = spool->grep("error", 0, 1000);
  EXPECT_EQ(found.text, "@3: an error here\n@29: error again\n");
  EXPECT_EQ(found.lines, 2u);
  EXPECT_FALSE(found.cut);
  EXPECT_EQ(spool->grep("error", 4, 1000).lines, 2u) << "the rest of the line it begins in counts";
  EXPECT_EQ(spool->grep("error", 29, 1000).lines, 1u);
  const Matches cut = spool->grep("o", 0, 10);
  EXPECT_TRUE(cut.cut);
  EXPECT_EQ(cut.lines, 4u);
}

TEST(SpoolGrep, SaysWhatCouldNotBeSearched) {
  const auto spool = fixed(200);
  const std::string all = numbered_lines(1000);
  spool->append(all);
  const Matches found = spool->grep("line", 0, 100'000);
  EXPECT_EQ(found.skipped, all.size() - 200);
}

TEST(Spool, IsReadWhileItIsWritten) {
  const auto spool = spool_of(std::size_t{1} << 16);
  std::thread writer([&] {
    for (int i = 0; i < 20'000; ++i) spool->append("a line that is written\n");
  });
  std::uint64_t at = 0;
  while (at < 20'000 * 23) {
    const Window window = spool->window(at, 4096, false);
    EXPECT_EQ(window.text.size(), window.next - window.from);
    at = window.next;
  }
  writer.join();
  EXPECT_EQ(spool->total(), 20'000u * 23);
}

TEST(Shortened, KeepsHeadAndTailAndSaysThatItCut) {
  const Captured whole{.head = numbered_lines(100), .tail = "", .total = 790, .dropped = 0};
  EXPECT_EQ(shortened(whole, 1000), whole);
  const Captured cut = shortened(whole, 100);
  EXPECT_TRUE(cut.head.starts_with("line 0\n"));
  EXPECT_TRUE(cut.tail.ends_with("line 99\n"));
  EXPECT_EQ(cut.dropped, cut.total - cut.head.size() - cut.tail.size());
}

}  // namespace
}  // namespace mcpssh::outputs
