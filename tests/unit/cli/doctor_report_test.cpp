// What doctor prints, as a person and as a program reads it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/report.hpp"

namespace mcpssh::cli::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;

Section section() {
  Section made;
  made.title = "web1";
  made.findings = {ok("DNS", "web1 is 192.0.2.1"), skipped("shell", "not reached"),
                   warn("clock", "3 min behind", "logs do not fit", "timedatectl set-ntp true"),
                   fail("log in", "auth_failed", "the host does not let ann in", "one\ntwo")};
  return made;
}

TEST(Report, IsALineForEachCheckWithCauseAndFixBelow) {
  EXPECT_EQ(rendered(section(), {}),
            "web1\n"
            "  ok    DNS              web1 is 192.0.2.1\n"
            "  -     shell            not reached\n"
            "  warn  clock            3 min behind\n"
            "        logs do not fit\n"
            "        fix: timedatectl set-ntp true\n"
            "  fail  log in           auth_failed\n"
            "        the host does not let ann in\n"
            "        fix: one\n"
            "             two\n");
}

TEST(Report, BreaksSentencesAtTheTerminalsWidthButNeverACommand) {
  Section one;
  one.title = "x";
  const std::string command =
      "mcp-ssh hosts edit web1 --set 'algorithms={kex: [diffie-hellman-group14-sha1]}'";
  one.findings = {
      fail("key exchange", "", "no algorithm that both of them know and that is any good", command)};
  const auto text = rendered(one, {false, 40});
  EXPECT_THAT(text,
              HasSubstr("\n        no algorithm that both of them\n        know and that is any good\n"));
  EXPECT_THAT(text, HasSubstr("fix: " + command + "\n"));
}

TEST(Report, KeepsItsColumnsOnANarrowTerminal) {
  Section one;
  one.title = "x";
  one.findings = {ok("key exchange", "curve25519-sha256, ssh-ed25519, aes256-gcm@openssh.com")};
  EXPECT_EQ(rendered(one, {false, 60}),
            "x\n"
            "  ok    key exchange     curve25519-sha256, ssh-ed25519,\n"
            "                         aes256-gcm@openssh.com\n");
}

TEST(Report, ShowsNothingThatMovesTheCursorOrLooksLikeALineOfIts) {
  Section one;
  one.title = "a\x1b[2Jb";
  one.findings = {fail("greeting", "x\x1b[31m\nok    forged", "c\r\x1b]0;t\x07", "d\x1b[1A\ne")};
  one.findings.push_back(
      failed("journal", "", base::Error(base::ErrorCode::io_error, "file\n  ok    forged", "x")));
  one.advice = {{"w\x1b[5m", "h\x1b[5m"}};
  const auto text = rendered(one, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, Not(HasSubstr("\nok    forged")));
  EXPECT_THAT(text, Not(HasSubstr("\n  ok    forged")));
}

TEST(Report, ColoursOnlyWhenTold) {
  EXPECT_THAT(rendered(section(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(rendered(section(), {true, 0}), HasSubstr("\x1b[1;31mfail\x1b[0m  log in"));
}

TEST(Report, CountsWhatItSaid) {
  EXPECT_EQ(summary({section(), section()}), "2 ok, 2 warnings, 2 failed");
  EXPECT_EQ(summary({}), "0 ok, 0 warnings, 0 failed");
}

TEST(Report, AdviceStandsBelowAndCountsForNothing) {
  auto with = section();
  with.advice = {{"a login of its own", "useradd mcp\nusermod -aG adm mcp"}};
  EXPECT_THAT(rendered(with, {}),
              HasSubstr("    * a login of its own\n        useradd mcp\n        usermod -aG adm mcp\n"));
  EXPECT_EQ(summary({with}), "1 ok, 1 warning, 1 failed");
}

TEST(Report, AsJsonHoldsTheSame) {
  const auto json = base::json::serialize(to_json(section()));
  EXPECT_THAT(json, HasSubstr(R"({"check":"DNS","state":"ok","detail":"web1 is 192.0.2.1"})"));
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("state":"fail","detail":"auth_failed","cause":"the host does not let ann in","fix":"one\ntwo")"));
}

}  // namespace
}  // namespace mcpssh::cli::doctor
