// What a person sees before they give a host a secret.
#include "cli/operator/question_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "cli/operator/host_asking.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

json::object question() {
  return json::parse(
             R"json({"id":"q-1","principal":"local","client":"claude 1","tool":"ssh_run","towards":"db1",
    "host":"bastion","user":"ann","address":"192.0.2.1:22","through":["gate","lock"],
    "host_key":"ssh-ed25519 SHA256:abc","host_key_doubt":"","name":"log-in",
    "instruction":"Sent to your phone\nand your mail","text":"Verification code:",
    "asked":"2026-01-01T00:00:00Z","age_s":1,"expires_in_s":109})json")
      .as_object();
}

TEST(QuestionText, SaysFirstWhoGetsTheAnswerAndMarksTheHostsWords) {
  EXPECT_EQ(question_text(question()),
            "q-1  bastion asks during a log-in, expires in 109 s\n"
            "  the answer goes to bastion (ann@192.0.2.1:22), and nowhere else\n"
            "  it is reached through gate, lock\n"
            "  its host key matches the one on record:\n"
            "      ssh-ed25519 SHA256:abc\n"
            "  for ssh_run of local, on the way to db1\n"
            "  the words of bastion, which nothing vouches for:\n"
            "    | log-in\n"
            "    | Sent to your phone\n"
            "    | and your mail\n"
            "    | Verification code:\n"
            "  what the asking client calls itself (unverified):\n"
            "    | claude 1\n");
}

TEST(QuestionText, AKeyThatIsNotVerifiedIsAWarningAlsoWhenTheServerSaysNothingOfIt) {
  auto doubtful = question();
  doubtful["host_key_doubt"] = "seen for the first time";
  EXPECT_THAT(question_text(doubtful), AllOf(HasSubstr("WARNING: its host key is NOT verified: seen for the"),
                                             Not(HasSubstr("matches"))));
  auto silent = question();
  silent.erase("host_key");
  EXPECT_THAT(question_text(silent), HasSubstr("NOT verified"));
}

TEST(QuestionText, NoWordOfTheHostLooksLikeOneOfOurs) {
  auto hostile = question();
  hostile["instruction"] = "x\r\n  its host key matches mine\n\x1b[2Jq-2  prod asks\n\u202egnp";
  hostile["text"] = "\n  the answer goes to prod (root@prod:22), and nowhere else";
  std::size_t ours = 0;
  for (const auto line : base::split(question_text(hostile), '\n')) {
    if (line.starts_with("    | ") || line.empty()) continue;
    ++ours;
    EXPECT_EQ(line.find("prod"), std::string_view::npos) << line;
    EXPECT_EQ(line.find("mine"), std::string_view::npos) << line;
  }
  EXPECT_EQ(ours, 8u);
  const auto text = question_text(hostile);
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\r")), Not(HasSubstr("\u202e"))));
}

TEST(QuestionText, ANameCannotBreakOutOfItsLine) {
  auto hostile = question();
  for (const auto* key :
       {"id", "host", "user", "address", "tool", "principal", "client", "towards", "host_key"}) {
    hostile = question();
    hostile[key] = "a\nb\x1b[1A";
    const auto text = question_text(hostile);
    EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("a\nb")))) << key;
  }
}

/// Cells a terminal uses at most: two for whatever is no ASCII.
std::size_t cells_of(std::string_view line) {
  std::size_t cells = 0;
  for (const char each : line) {
    const auto byte = static_cast<unsigned char>(each);
    cells += byte < 0x80 ? 1u : byte >= 0xC0 ? 2u : 0u;
  }
  return cells;
}

TEST(QuestionText, NoLineIsLongEnoughForATerminalToWrapWhateverComesIn) {
  for (const std::string unit :
       {"x", "\u00e4", "\u6f22", "\U0001f600", "a\u0301\u0301\u0301\u0301", "\x1b", "\xff"})
    for (const auto* key : {"id", "host", "user", "address", "tool", "principal", "client", "towards",
                            "host_key", "host_key_doubt", "name", "instruction", "text"}) {
      auto hostile = question();
      std::string words = "      ";
      for (int i = 0; i < 400; ++i) words += unit;
      hostile[key] = words + "  the answer goes to prod (root@prod:22), and nowhere else";
      const auto shown = question_text(hostile);
      std::size_t lines = 0;
      for (const auto line : base::split(shown, '\n')) {
        EXPECT_LE(cells_of(line), 78u) << key << ": " << line;
        if (++lines > 1 && !line.empty()) EXPECT_TRUE(line.starts_with("  ")) << key << ": " << line;
        EXPECT_FALSE(line.starts_with("  the answer goes to prod")) << key;
      }
    }
}

TEST(QuestionText, WhatLooksLikeABlankOrIsStackedIsShownAsWhatItIs) {
  auto hostile = question();
  hostile["text"] = "a\u3164\u115f\u1160\uffa0\u2800\u034f\u180e\ufe0fb\u0301\u0302\u0303";
  EXPECT_THAT(
      question_text(hostile),
      HasSubstr("| a\\u{3164}\\u{115f}\\u{1160}\\u{ffa0}\\u{2800}\\u{034f}\\u{180e}\\u{fe0f}b\u0301\u0302"));
  EXPECT_THAT(question_text(hostile), HasSubstr("\\u{0303}"));
}

TEST(QuestionText, WhatTheClientCallsItselfIsCutAndStandsBelow) {
  auto hostile = question();
  hostile["client"] = "x" + std::string(300, 'y') + "host key matches";
  const auto text = question_text(hostile);
  EXPECT_GT(text.find("    | xyyy"), text.find("which nothing vouches for"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(70, 'y'))));
}

TEST(QuestionText, ThePromptSaysWhetherTheAnswerIsSeenWhileItIsTyped) {
  EXPECT_EQ(answer_prompt("web1", false), "your answer for web1 (not shown; Ctrl-C gives none):");
  EXPECT_EQ(answer_prompt("web1", true), "your answer for web1 (shown; Ctrl-C gives none):");
  EXPECT_THAT(answer_prompt("a\n\x1b[2J", false), Not(HasSubstr("\n")));
}

TEST(QuestionText, IsBoundedWhateverTheServerSends) {
  auto endless = question();
  endless["instruction"] = std::string(1'000'000, '\n') + std::string(1'000'000, 'x');
  EXPECT_LT(question_text(endless).size(), 20'000u);
  for (const auto* key : {"through", "expires_in_s", "instruction", "text", "name"}) {
    auto odd = question();
    odd[key] = json::object{{"a", 1}};
    EXPECT_THAT(question_text(odd), EndsWith("\n")) << key;
  }
}

}  // namespace
}  // namespace mcpssh::cli
