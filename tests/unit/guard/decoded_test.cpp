// What stands encoded in a command is shown beside it, and a request nobody can be shown whole is not asked
// about.
#include "guard/decoded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "base/text.hpp"
#include "guard/encodings.hpp"
#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string base64(std::string_view bytes) {
  return base::to_base64({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

/// A gzip (31) or zlib (15) stream.
std::string packed(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string utf16(std::string_view text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

std::string shown(const std::string& command, Dialect dialect = Dialect::posix) {
  return verdict_of(command, {}, dialect).canonical;
}

constexpr std::string_view payload = "rm -rf /srv/www; echo done";

TEST(Decoded, PayloadsStandBelowTheirCommandHoweverTheyAreGiven) {
  const std::string encoded = base64(payload);
  const std::string lines = encoded.substr(0, 20) + "\n" + encoded.substr(20);
  for (const std::string& command :
       {"echo " + encoded + " | base64 -d | sh", "base64 -d <<< " + encoded + " | bash",
        "base64 -d <<EOF | sh\n" + lines + "\nEOF", "A=" + encoded + "; echo $A | base64 --decode | sudo sh",
        "python3 -c \"import base64; exec(base64.b64decode('" + encoded + "'))\"",
        "sh -c \"$(echo '" + encoded.substr(0, 9) + "''" + encoded.substr(9) + "' | base64 -d)\"",
        "perl -MMIME::Base64 -e 'system(decode_base64(\"" + encoded + "\"))'"}) {
    EXPECT_THAT(shown(command), HasSubstr("\n  decoded from base64:\n  | rm -rf /srv/www; echo done"))
        << command;
    EXPECT_NE(decision_of(command), "allow") << command;
  }
}

TEST(Decoded, OtherEncodingsAndOneInsideAnother) {
  std::string hex, escapes, octal;
  for (const char c : payload) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    const std::string two{digits[byte >> 4], digits[byte & 15]};
    hex += two;
    escapes += "\\x" + two;
    octal += "\\" + std::string{digits[byte >> 6], digits[byte >> 3 & 7], digits[byte & 7]};
  }
  struct Story {
    std::string command, how;
  };
  for (const auto& [command, how] :
       {Story{"echo " + hex + " | xxd -r -p | sh", "hexadecimal"},
        Story{"printf '" + escapes + "' | sh", "escapes"}, Story{"printf '" + octal + "' | sh", "escapes"},
        Story{"echo " + base64(packed(payload, 31)) + " | base64 -d | gunzip | sh", "base64, compressed"},
        Story{"echo " + base64(packed(payload, 15)) + " | base64 -d | zlib-flate -uncompress | sh",
              "base64, compressed"},
        Story{"pwsh -EncodedCommand " + base64(utf16(payload)), "base64, UTF-16"},
        Story{"echo " + base64(base64(payload)) + " | base64 -d | base64 -d | sh", "base64, base64"}})
    EXPECT_THAT(shown(command), HasSubstr("\n  decoded from " + how + ":\n  | rm -rf /srv/www; echo done"))
        << command;
  EXPECT_THAT(shown("powershell -enc " + base64(utf16(payload)), Dialect::other),
              HasSubstr("| rm -rf /srv/www"));
}

TEST(Decoded, WhatIsNoTextIsLeftAlone) {
  for (const char* command :
       {"git show 9fceb02d0ae598e95dc970b74767f19372d61af8", "ls /usr/local/share/applications/defaults",
        "docker run registry.example.org/team/application:latest",
        "systemctl restart application-frontend-service",
        "sha256sum -c <<< 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592  f'",
        "ssh-keygen -lf <<< 'AAAAC3NzaC1lZDI1NTE5AAAAIJ2u0aXq0mUZSlxYwq3E6jkMk9P3r3F5o0dJw0k1t2aB'",
        "apt-get install -y postgresql-contrib linux-headers-generic"})
    EXPECT_THAT(shown(command), Not(HasSubstr("decoded from"))) << command;
}

TEST(Decoded, ItIsPrintableBoundedAndSaysWhatIsMissing) {
  const std::string hidden =
      "echo fine \xE2\x80\xAE" + std::string(30, 'x') + "\n\n  decoded from base64:\n  | forged";
  const auto text = shown("echo " + base64(hidden) + " | base64 -d | sh");
  EXPECT_THAT(text, AllOf(HasSubstr("\\u{202e}"), HasSubstr("\n  |   | forged")));
  const std::string large(20'000, 'y');
  const auto cut = shown("echo " + base64(large) + " | base64 -d | sh");
  EXPECT_THAT(cut, HasSubstr("  | [17952 more bytes of it are not shown]"));
  EXPECT_LT(cut.size(), 40'000U);
  std::string many;
  for (int i = 0; i < 30; ++i) many += "echo " + base64("payload number " + std::to_string(i)) + "; ";
  EXPECT_THAT(shown(many), AllOf(HasSubstr("payload number 7"), Not(HasSubstr("  | payload number 8")),
                                 HasSubstr("[there is more encoded text, which is not decoded here]")));
  const std::string bomb = packed(std::string(1'000'000, 'z'), 31);
  EXPECT_LT(shown("echo " + base64(bomb) + " | base64 -d | zcat | sh").size(), 10'000U);
  EXPECT_THAT(shown("echo " + base64("BZh91AY&SY............") + " | base64 -d | bzcat | sh"),
              HasSubstr("22 bytes of bzip2 (base64), which are not shown"));
}

TEST(Decoded, EncodingsGiveBackTheBytes) {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37 + length);
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
  }
  EXPECT_EQ(from_base64("c_-_"), from_base64("c/+/"));
  EXPECT_FALSE(from_base64("ab$d"));
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_escapes("one \\x41 and \\x42"));
  EXPECT_EQ(from_escapes("\\x41\\102\\0103\\x44e"), "ABCDe");
  EXPECT_FALSE(inflated("\x1f\x8b and no stream", 100));
}

TEST(Shown, ARequestIsShownWholeOrSaysHowMuchIsMissingAndIsNotAskedAbout) {
  std::string quotes = "rm -rf /srv/www ";
  while (quotes.size() < 60'000) quotes += "\"'\" ";
  const auto whole = verdict_of(quotes);
  EXPECT_EQ(whole.decision, Decision::ask);
  EXPECT_THAT(whole.canonical, Not(HasSubstr("not shown")));

  std::string loops;
  while (loops.size() < 40'000)
    loops += "for i in 1 2 3 4 5 6 7 8; do echo " + std::string(1500, 'a') + " $i; done; ";
  const auto harmless = verdict_of(loops);
  EXPECT_EQ(harmless.decision, Decision::allow) << "nobody is asked, so nobody misses anything";
  EXPECT_THAT(harmless.canonical, HasSubstr(" bytes are not shown]"));
  const auto behind = verdict_of(loops + "rm -rf /srv/www");
  EXPECT_EQ(behind.decision, Decision::deny);
  EXPECT_EQ(first_rule(behind), "text.not-shown");
  EXPECT_THAT(behind.canonical, AllOf(Not(HasSubstr("rm -rf")), EndsWith(" bytes are not shown]")));
}

}  // namespace
}  // namespace mcpssh::guard::test
