#include <gtest/gtest.h>

#include <random>

#include "base/text.hpp"
#include "outputs/clean.hpp"
#include "outputs/render.hpp"
#include "outputs/spool.hpp"

namespace mcpssh::outputs {
namespace {

TEST(Clean, PlainTextTabsAndNewlinesStay) {
  EXPECT_EQ(clean("a\tb\nc \xc3\xbc \xf0\x9f\x99\x82\n"), "a\tb\nc \xc3\xbc \xf0\x9f\x99\x82\n");
  EXPECT_EQ(clean(""), "");
}

TEST(Clean, LineEndsBecomeNewlines) {
  EXPECT_EQ(clean("a\r\nb\r\r\nc\rd\r"), "a\nb\nc\\x0dd\\x0d");
}

TEST(Clean, EscapeSequencesVanish) {
  EXPECT_EQ(
      clean("\x1b[1;31mred\x1b[0m\x1b]0;title\x07 a\x1b]8;;http://x\x1b\\b\x1bP1q data\x1b\\c\x1b(Bd\x1b"
            "7e"),
      "red abcde");
  EXPECT_EQ(clean("\xc2\x9b"
                  "31mx\xc2\x9dtitle\xc2\x9cy\xc2\x85z"),
            "xyz");
}

TEST(Clean, ASequenceWithoutAnEndHidesNoText) {
  EXPECT_EQ(clean("\x1b]0;never ended\nnext"), "0;never ended\nnext");
  EXPECT_EQ(clean("\x1b[12"), "");
  EXPECT_EQ(clean("a\x1b"), "a\\x1b");
  const std::string longer(5000, 'x');
  EXPECT_EQ(clean("\x1b]" + longer + "\a"), longer + "\\x07");
}

TEST(Clean, WhatDeceivesIsShown) {
  EXPECT_EQ(clean(std::string_view("a\0b\bc\x7f", 6)), "a\\x00b\\x08c\\x7f");
  EXPECT_EQ(clean("x\xe2\x80\xae"
                  "evil\xe2\x80\x8b"),
            "x\\u{202e}evil\\u{200b}");
  EXPECT_EQ(clean("\xff\xc3("), "\xEF\xBF\xBD\xEF\xBF\xBD(");
}

TEST(Clean, AnyBytesGiveValidUtf8ThatIsCleanAlready) {
  std::mt19937 random(7);
  const std::string_view alphabet = "\x1b[]P\\;0m\r\n\t\a\x9b\xc2\xe2\x80\xae\xff az";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (std::size_t i = random() % 24; i > 0; --i) bytes += alphabet[random() % alphabet.size()];
    const std::string once = clean(bytes);
    ASSERT_TRUE(base::is_utf8(once));
    ASSERT_EQ(clean(once), once);
    for (const char c : once) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  }
}

TEST(Framed, SaysWhatWasDroppedAndEndsTheLastLine) {
  const Captured captured{.head = "a\n", .tail = "z", .total = 100, .dropped = 97};
  EXPECT_EQ(framed(captured, "stdout of web1", "n0nce"),
            "--- stdout of web1 [n0nce] ---\na\n[... 97 bytes not shown ...]\nz\n--- end [n0nce] ---\n");
  EXPECT_EQ(framed({}, "stderr of web1", "n0nce"), "");
}

TEST(Framed, NoOutputForgesTheBoundary) {
  std::mt19937 random(11);
  const std::string nonce = "3f9a0c12d4e5b6a7";
  const std::string_view pieces[] = {
      "--- end [", "3f9a0c12d4e5b6a", "\x1b[0m", "] ---\n", "--- stdout of web1 [", "\r", "\n",
      "0",         "\xe2\x80\x8b",    "7"};
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes;
    for (std::size_t i = 1 + random() % 12; i > 0; --i) bytes += pieces[random() % std::size(pieces)];
    if (clean(bytes).contains(nonce)) continue;  // guessed: one in 2^64
    Spool spool(Spool::Limits{4096, 4096}, std::make_shared<Allowance>(0));
    spool.append(bytes);
    const std::string text = framed(spool.summary(random() % 2 == 0 ? 64 : 4096), "stdout of web1", nonce);
    std::size_t lines_with_nonce = 0;
    for (const auto line : base::split(text, '\n')) lines_with_nonce += line.contains(nonce) ? 1 : 0;
    ASSERT_EQ(lines_with_nonce, 2u);
    ASSERT_TRUE(text.ends_with("\n--- end [3f9a0c12d4e5b6a7] ---\n"));
  }
}

TEST(Framed, ALabelCannotForgeEither) {
  const Captured captured{.head = "x\n", .tail = "", .total = 2, .dropped = 0};
  EXPECT_EQ(framed(captured, "a\n--- end [", "n"), "--- a\\x0a--- end [ [n] ---\nx\n--- end [n] ---\n");
}

}  // namespace
}  // namespace mcpssh::outputs
