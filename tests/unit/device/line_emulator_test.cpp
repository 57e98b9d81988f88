#include "device/line_emulator.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace mcpssh::device {
namespace {

struct Seen {
  std::vector<std::string> lines;
  std::string current;
  bool operator==(const Seen&) const = default;
};

Seen see(std::string_view bytes, std::size_t cut = std::string_view::npos) {
  LineEmulator emulator;
  Seen seen;
  while (!bytes.empty()) {
    emulator.feed(bytes.substr(0, cut));
    bytes.remove_prefix(std::min(cut, bytes.size()));
    for (auto& line : emulator.take_lines()) seen.lines.push_back(std::move(line));
  }
  emulator.end();
  seen.current = emulator.current();
  return seen;
}

TEST(LineEmulator, EveryLineEndDevicesSendEndsOneLine) {
  const Seen expected{{"a", "b", "c", "d"}, "e"};
  EXPECT_EQ(see("a\nb\r\nc\r\r\nd\r\r\r\ne"), expected);
  EXPECT_EQ(see("a\n\rb\n\rc\r\n\rd\r\r\n\re"), expected);
}

TEST(LineEmulator, CarriageReturnOverwrites) {
  EXPECT_EQ(see("10%\r20%\r100%\r\n"), (Seen{{"100%"}, ""}));
  EXPECT_EQ(see("abcdef\rXY"), (Seen{{}, "XYcdef"}));
}

TEST(LineEmulator, TrailingBlanksThatWerePrintedStay) {
  EXPECT_EQ(see("abc   \r\n"), (Seen{{"abc   "}, ""}));
}

TEST(LineEmulator, EveryWayOfErasingAPagerLeavesNothing) {
  const Seen expected{{"next line", "", "last"}, ""};
  EXPECT_EQ(see(" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bnext line\r\n\r\nlast\r\n"),
            expected);
  EXPECT_EQ(see("--More-- \r         \rnext line\r\n\r\nlast\r\n"), expected);
  EXPECT_EQ(see("--More--\r\x1b[Knext line\r\n\r\nlast\r\n"), expected);
  EXPECT_EQ(see("  ---- More ----\x1b[42D" + std::string(42, ' ') + "\x1b[42Dnext line\r\n\r\nlast\r\n"),
            expected);
  EXPECT_EQ(see("---(more 12%)---\x1b[2K\rnext line\r\n\r\nlast\r\n"), expected);
  EXPECT_EQ(see("--More--\r        \rnext line\r\n--More--\r        \r\r\nlast\r\n"), expected);
}

TEST(LineEmulator, SequencesThatOnlyPaintAreDropped) {
  EXPECT_EQ(see("\x1b[1;31mred\x1b[0m \x1b]0;title\x07two\x1b]2;t\x1b\\ "
                "\x1bP1;2|dcs\x1b\\end\x1b(B\x1b=\x1b[?2004h"),
            (Seen{{}, "red two end"}));
  EXPECT_EQ(see(std::string("\0a\ab\x0e"
                            "c\x7f",
                            7)),
            (Seen{{}, "abc"}));
  EXPECT_EQ(see("\xc2\x9b"
                "31mx\xc2\x9dtitle\ay"),
            (Seen{{}, "xy"}));
}

TEST(LineEmulator, ATitleThatNeverEndsDoesNotSwallowTheOutput) {
  EXPECT_EQ(see("\x1b]0;lost\r\nvisible\r\n"), (Seen{{"", "visible"}, ""}));
  EXPECT_EQ(see("\x1bP" + std::string(5000, 'x') + "\r\nvisible\r\n").lines.back(), "visible");
}

TEST(LineEmulator, LineEditingSequencesEdit) {
  EXPECT_EQ(see("abcdef\x1b[3D\x1b[K"), (Seen{{}, "abc"}));
  EXPECT_EQ(see("abcdef\x1b[5D\x1b[2P"), (Seen{{}, "adef"}));
  EXPECT_EQ(see("a\x1b[3Cb"), (Seen{{}, "a   b"}));
  EXPECT_EQ(see("abc\x1b[1Gx"), (Seen{{}, "xbc"}));
  EXPECT_EQ(see("ac\b\x1b[@b"), (Seen{{}, "abc"}));
}

TEST(LineEmulator, APaintedScreenReadsAsLines) {
  EXPECT_EQ(see("\x1b[24;1Hsw1# \x1b[24;1Hsw1# \x1b[24;6Hshow\x1b"
                "Eout"),
            (Seen{{"sw1# show"}, "out"}));
  EXPECT_EQ(see("\x1b[1;1Hfirst\x1b[2;1Hsecond"), (Seen{{"first"}, "second"}));
}

TEST(LineEmulator, QueriesAreReportedAndAnswerable) {
  LineEmulator emulator;
  emulator.feed("sw1# \x1b[6n\x1b[c\x1bZ\x1b[5n");
  using Query = LineEmulator::Query;
  EXPECT_EQ(emulator.take_queries(),
            (std::vector{Query::cursor_position, Query::attributes, Query::identity, Query::status}));
  EXPECT_EQ(emulator.answer(Query::cursor_position), "\x1b[1;6R");
  EXPECT_EQ(emulator.answer(Query::identity), "\x1b/Z");
  EXPECT_TRUE(emulator.take_queries().empty());
}

TEST(LineEmulator, OutputIsValidUtf8WhateverComesIn) {
  EXPECT_EQ(see("gr\xc3\xbc\xc3\x9f\xf0\x9f\x99\x82"), (Seen{{}, "gr\xc3\xbc\xc3\x9f\xf0\x9f\x99\x82"}));
  EXPECT_EQ(see("\xff"
                "a\xc3(\xe2\x82"),
            (Seen{{},
                  "\xEF\xBF\xBD"
                  "a\xEF\xBF\xBD(\xEF\xBF\xBD"}));
  EXPECT_EQ(see("\xed\xa0\x80\xc0\xaf").current.find('\xed'), std::string::npos);
}

TEST(LineEmulator, ALineOverTheLimitIsEndedThere) {
  LineEmulator emulator(4);
  emulator.feed("abcdefghij");
  EXPECT_EQ(emulator.take_lines(), (std::vector<std::string>{"abcd", "efgh"}));
  EXPECT_EQ(emulator.current(), "ij");
}

TEST(LineEmulator, AClearedPagerMayBeErasedOrJustEnded) {
  using Newline = LineEmulator::Newline;
  const auto after_clearing = [](std::string_view bytes) {
    LineEmulator emulator;
    emulator.feed("--More--");
    emulator.clear_current(Newline::swallow);
    emulator.feed(bytes);
    return emulator.take_lines();
  };
  using Lines = std::vector<std::string>;
  EXPECT_EQ(after_clearing("\r\nnext\r\n"), (Lines{"next"}));
  EXPECT_EQ(after_clearing("next\r\n"), (Lines{"next"}));
  EXPECT_EQ(after_clearing("\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\bnext\r\n"), (Lines{"next"}));
  EXPECT_EQ(after_clearing("\r        \r\r\nnext\r\n"), (Lines{"", "next"}));
}

TEST(LineEmulator, TheWayTheStreamIsCutDoesNotMatter) {
  const std::string stream =
      "\x1b]0;title\x07gr\xc3\xbc\xc3\x9f"
      "e\r\n --More-- \b\b\b   \b\b\bx\x1b[31;1my\x1b[K\xe2\x82\xac\x1b[2;5Hz\r\r\n"
      "\x1bP dcs \x1b\\\xff\xc2\x9b"
      "2Kabc\x1b[6n\rQ\x1b[2C!\x1b";
  const Seen whole = see(stream);
  for (std::size_t cut = 1; cut < stream.size(); ++cut)
    EXPECT_EQ(see(stream, cut), whole) << "pieces of " << cut;
}

}  // namespace
}  // namespace mcpssh::device
