// What operators and servers say to each other.
#include "control/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/wish_buffer.hpp"

namespace mcpssh::control {
namespace {

using testing::HasSubstr;
using Kind = Wish::Kind;

TEST(Wishes, SurviveTheWay) {
  for (const auto kind : {Kind::pending, Kind::watch, Kind::thaw, Kind::stop}) {
    const Wish wish{kind, "", ""};
    EXPECT_EQ(wish_from(to_line(wish)).value(), wish);
  }
  for (const auto kind : {Kind::approve, Kind::deny}) {
    const Wish wish{kind, "ap-0123456789", ""};
    EXPECT_EQ(wish_from(to_line(wish)).value(), wish);
  }
  Wish proved{Kind::approve, "ap-0123456789"};
  proved.digest = std::string(64, 'a');
  proved.code = "042137";
  EXPECT_EQ(wish_from(to_line(proved)).value(), proved);
  const Wish wish{Kind::freeze, "", "two\nlines \"quoted\""};
  EXPECT_EQ(wish_from(to_line(wish)).value(), wish);
  EXPECT_EQ(to_line(wish).find('\n'), std::string::npos) << "one line";
}

TEST(Wishes, WhatIsNoWishOfThisVersionIsRefused) {
  for (const auto* line : {"", "pending", "[]", "{}", R"({"op":"pending"})", R"({"v":2,"op":"pending"})",
                           R"({"v":"1","op":"pending"})", R"({"v":1})", R"({"v":1,"op":"launch"})",
                           R"({"v":1,"op":7})", R"({"v":1,"op":"approve"})", R"({"v":1,"op":"deny","id":""})",
                           R"({"v":1,"op":"approve","id":["ap-1"]})", "\xff\xfe",
                           R"({"v":1,"op":"pending"} {"v":1,"op":"thaw"})"}) {
    const auto wish = wish_from(line);
    ASSERT_FALSE(wish) << line;
    EXPECT_EQ(wish.error().code(), base::ErrorCode::protocol_error) << line;
  }
  EXPECT_FALSE(wish_from(std::string(1000, '[')));
}

TEST(Wishes, AnAnswerToAHostSurvivesTheWayWhateverIsInIt) {
  for (const std::string text : {"123456", "", "pass \"word\"\\\t\x01", "пароль 密码", "a\nb"}) {
    Wish wish{Kind::answer, "q-0123456789"};
    wish.answer = base::Secret(text);
    const auto line = to_line(wish);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto read = wish_from(line);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, wish);
    EXPECT_EQ(read->answer.reveal(), text);
  }
  Wish longest{Kind::answer, "q-0123456789"};
  longest.answer = base::Secret(std::string(gateway::most_answer_bytes, '\x01'));
  EXPECT_LT(to_line(longest).size(), most_wish_bytes)
      << "an answer that may be sent is never too long a wish";
  EXPECT_EQ(wish_from(to_line(longest)).value(), longest);
}

TEST(Wishes, AnAnswerThatIsNoneIsRefusedAndNotRepeated) {
  for (const auto* line :
       {R"({"v":1,"op":"answer","id":"q-1"})", R"({"v":1,"op":"answer","id":"q-1","answer":4711})",
        R"({"v":1,"op":"answer","answer":"4711"})", R"({"v":1,"op":"answer","id":"","answer":"4711"})",
        R"({"v":1,"op":"answer","id":"q-1","answer":"4711","answer":"4712"})"}) {
    const auto wish = wish_from(line);
    ASSERT_FALSE(wish) << line;
    EXPECT_THAT(wish.error().message(), testing::Not(HasSubstr("4711")));
  }
}

TEST(Wishes, OnlyAnAnswerCarriesOne) {
  Wish wish{Kind::deny, "q-0123456789"};
  wish.answer = base::Secret("4711");
  EXPECT_THAT(to_line(wish), testing::Not(HasSubstr("4711")));
  EXPECT_TRUE(wish_from(R"({"v":1,"op":"deny","id":"q-1","answer":"4711"})").value().answer.empty());
}

TEST(WishBuffer, GivesLinesOutAndKeepsNothingOfThem) {
  WishBuffer buffer;
  auto& bytes = buffer.unread();
  const auto* before = bytes.data();
  bytes += "first 4711\nsecond\nthi";
  EXPECT_EQ(buffer.take(11).reveal(), "first 4711");
  EXPECT_EQ(bytes, "second\nthi");
  EXPECT_EQ(buffer.take(7).reveal(), "second");
  EXPECT_EQ(bytes, "thi");
  bytes.resize(most_wish_bytes);
  EXPECT_EQ(bytes.data(), before) << "no copy was left elsewhere";
  EXPECT_EQ(bytes.find("4711"), std::string::npos);
}

TEST(Answers, TellARefusalFromAnAnswerAndKeepWhatKindItIs) {
  EXPECT_EQ(base::find_string(answer_from(done("approved")).value(), "text"), "approved");
  const auto gone = answer_from(refusal({base::ErrorCode::not_found, "no such request"}));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), base::ErrorCode::not_found);
  EXPECT_THAT(gone.error().message(), HasSubstr("no such request"));
  const auto refused = answer_from(refusal({base::ErrorCode::refused, "you are the asker"}));
  EXPECT_EQ(refused.error().code(), base::ErrorCode::refused);
}

TEST(Answers, AServersWordsCannotMoveTheCursor) {
  const auto refused = answer_from(R"({"v":1,"ok":false,"code":"made up","error":"\u001b[2J\nok"})");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(refused.error().message(), testing::Not(HasSubstr("\n")));
}

TEST(Answers, OfAnotherKindOrVersionAreErrors) {
  for (const auto* line : {"", "ok", "{}", R"({"v":2,"ok":true})", R"({"v":1,"ok":1})", R"({"ok":true})"}) {
    const auto answer = answer_from(line);
    ASSERT_FALSE(answer) << line;
    EXPECT_EQ(answer.error().code(), base::ErrorCode::protocol_error);
  }
}

TEST(Answers, OfAStopCountWhatEnded) {
  gateway::StopReport stopped;
  stopped.calls = 3;
  stopped.ended = 2;
  stopped.left_over = 1;
  const auto answer = answer_from(report(stopped)).value();
  EXPECT_EQ(answer.at("calls"), 3);
  EXPECT_EQ(answer.at("ended"), 2);
  EXPECT_EQ(answer.at("left_over"), 1);
}

}  // namespace
}  // namespace mcpssh::control
