#include "base/text.hpp"

#include <gtest/gtest.h>

namespace mcpssh::base {
namespace {

std::vector<unsigned char> bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(Base64, HasTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(bytes(plain)), encoded);
    EXPECT_EQ(from_base64(encoded), bytes(plain));
  }
}

TEST(Base64, RefusesEveryTextThatItWouldNotHaveWritten) {
  for (const std::string_view text :
       {"Zg=", "Zg", "Z===", "Zg==Zg==", "Zm 9", "Zm9\n", "Zm9-", "=m9v", "Zh==", "Zm9="})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

TEST(Hex, IsLowerCaseAndKeepsLeadingZeros) {
  const std::vector<unsigned char> raw{0x00, 0x0a, 0xff};
  EXPECT_EQ(to_hex(raw), "000aff");
}

TEST(Utf8, TakesWhatRfc3629AllowsAndNothingElse) {
  for (const std::string_view good :
       {"", "plain", "h\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string_view bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "ok\xc3"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Utf8, RepairKeepsGoodTextAndMarksEachBadByte) {
  EXPECT_EQ(to_utf8("a\xffz"), "a\xef\xbf\xbdz");
  EXPECT_EQ(to_utf8("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(to_utf8("\xe2\x82\xac"), "\xe2\x82\xac");
}

TEST(Printable, ShowsWhatWouldFoolAReader) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(printable("a\nb\r\t"), "a\\x0ab\\x0d\\x09");
  EXPECT_EQ(printable("x\xe2\x80\xaey"), "x\\u{202e}y");       // right-to-left override
  EXPECT_EQ(printable("x\xe2\x80\x8by"), "x\\u{200b}y");       // zero-width space
  EXPECT_EQ(printable("x\xf3\xa0\x81\x81y"), "x\\u{e0041}y");  // tag characters spell hidden text
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");  // 8-bit CSI
  EXPECT_EQ(printable("bad\xff"), "bad\xef\xbf\xbd");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdef", 3), "abc\xe2\x80\xa6");
  EXPECT_EQ(printable("ab\xe2\x82\xac", 4), "ab\xe2\x80\xa6");
}

TEST(HumanBytes, SwitchesUnitsWhereRoundingDoes) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1), "1 byte");
  EXPECT_EQ(human_bytes(999), "999 bytes");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(999'949), "999.9 kB");
  EXPECT_EQ(human_bytes(999'950), "1.0 MB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "18446.7 PB");
}

TEST(Words, SplitAndJoinAreInverse) {
  const std::string text = ",a,,b,";
  std::vector<std::string> parts;
  for (const auto part : split(text, ',')) parts.emplace_back(part);
  EXPECT_EQ(parts, (std::vector<std::string>{"", "a", "", "b", ""}));
  EXPECT_EQ(join(parts, ","), text);
  EXPECT_EQ(split("", ',').size(), 1u);
}

TEST(Words, TrimTakesOnlyTheEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Nearest, OffersSlipsOfTheHandAndNothingFar) {
  const std::vector<std::string> keys{"port", "user", "host", "idle_timeout"};
  EXPECT_EQ(nearest("prot", keys), "port");
  EXPECT_EQ(nearest("idle_timout", keys), "idle_timeout");
  EXPECT_EQ(nearest("zzzzzz", keys), std::nullopt);
  EXPECT_EQ(nearest("ab", std::vector<std::string>{"xy"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(5000, 'a'), keys), std::nullopt);
}

TEST(ShellQuote, LeavesNothingForTheShellToRead) {
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("a b"), "'a b'");
  EXPECT_EQ(shell_quote("it's $HOME `x`"), "'it'\\''s $HOME `x`'");
}

TEST(ConstantTime, ComparesLikeEquality) {
  EXPECT_TRUE(equal_constant_time("token", "token"));
  EXPECT_FALSE(equal_constant_time("token", "tokem"));
  EXPECT_FALSE(equal_constant_time("token", "toke"));
  EXPECT_TRUE(equal_constant_time("", ""));
}

}  // namespace
}  // namespace mcpssh::base
