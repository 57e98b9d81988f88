// What hosts ask during log-ins: who may still be asked, and that exactly one answer counts.
#include "approvals/login_questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "approvals/unanswered.hpp"
#include "base/faults.hpp"

namespace mcpssh::approvals {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using End = QuestionEnd;

class LoginQuestionsTest : public testing::Test {
 protected:
  LoginQuestion question(const std::string& host, const std::string& who = "local") {
    LoginQuestion asking;
    asking.principal.name = who;
    asking.host = asking.towards = host;
    asking.text = "Verification code:";
    asking.until = now_ + std::chrono::seconds(110);
    return asking;
  }
  /// Its id, or why there is none.
  std::string open(const std::string& host, const std::string& who = "local") {
    const auto opened = questions_.open(question(host, who));
    return opened ? *opened : opened.error().message();
  }
  std::string why_not(const std::string& id, End how) {
    const auto ended = questions_.end(id, how, "alice");
    return ended ? "" : ended.error().message();
  }
  void pass(std::chrono::seconds time) { now_ += time; }

  base::MonoTime now_{};
  base::Clock clock_{[] { return base::WallTime{}; }, [this] { return now_; }};
  LoginQuestions questions_{clock_};
};

TEST_F(LoginQuestionsTest, AHundredPeopleAndExactlyOneAnswer) {
  const auto id = open("web1");
  int won = 0;
  for (int person = 0; person < 100; ++person) {
    const auto how = person % 2 == 0 ? End::answered : End::declined;
    const auto ended = questions_.end(id, how, "person " + std::to_string(person));
    won += ended ? 1 : 0;
    if (!ended) EXPECT_THAT(ended.error().message(), HasSubstr("is over: answered by person 0"));
  }
  EXPECT_EQ(won, 1);
  EXPECT_TRUE(questions_.all().empty());
}

TEST_F(LoginQuestionsTest, IdsTellThemFromRequestsAndAreNeverTheSame) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < LoginQuestions::most; ++i)
    ids.insert(open("host " + std::to_string(i), "user " + std::to_string(i)));
  EXPECT_EQ(ids.size(), LoginQuestions::most);
  for (const auto& id : ids) EXPECT_TRUE(names_login_question(id)) << id;
  EXPECT_FALSE(names_login_question("ap-0123456789"));
  EXPECT_FALSE(names_login_question(""));
}

TEST_F(LoginQuestionsTest, WhenItsTimeIsUpNobodyAnswersAndItEndsUnanswered) {
  const auto id = open("web1");
  pass(std::chrono::seconds(110));
  EXPECT_THAT(why_not(id, End::answered), HasSubstr("has expired"));
  EXPECT_THAT(why_not(id, End::declined), HasSubstr("has expired"));
  EXPECT_EQ(why_not(id, End::unanswered), "");
  EXPECT_THAT(why_not(id, End::answered), HasSubstr("is over: unanswered"));
}

TEST_F(LoginQuestionsTest, AHostAnAskerAndTheServerHaveOnlySoManyOpen) {
  for (std::size_t i = 0; i < LoginQuestions::most_of_host; ++i) EXPECT_THAT(open("web1"), StartsWith("q-"));
  EXPECT_THAT(open("web1"), HasSubstr("2 questions of web1 are open already"));
  EXPECT_THAT(open("web1", "alice"), HasSubstr("of web1 are open")) << "whoever asks";
  for (std::size_t i = LoginQuestions::most_of_host; i < LoginQuestions::most_of_one; ++i)
    EXPECT_THAT(open("own " + std::to_string(i)), StartsWith("q-"));
  EXPECT_THAT(open("one more"), HasSubstr("16 questions of log-ins are open already"));
  EXPECT_THAT(open("one more", "alice"), StartsWith("q-")) << "others are not kept out";
  for (std::size_t i = questions_.all().size(); i < LoginQuestions::most; ++i)
    open("other " + std::to_string(i), "user " + std::to_string(i));
  EXPECT_THAT(open("last", "bob"), HasSubstr("64 questions of log-ins are open on this server"));
}

TEST_F(LoginQuestionsTest, APlaceIsFreeAgainHoweverItEnded) {
  for (const auto how : {End::answered, End::declined, End::unanswered, End::cancelled}) {
    const auto id = open("web1");
    EXPECT_THAT(id, StartsWith("q-"));
    EXPECT_EQ(why_not(id, how), "");
  }
  EXPECT_TRUE(questions_.all().empty());
}

TEST_F(LoginQuestionsTest, AfterThreeDeclinesInARowNobodyIsAskedAboutThatHostForAWhile) {
  for (std::size_t i = 0; i < LoginQuestions::most_declines; ++i)
    EXPECT_EQ(why_not(open("web1"), End::declined), "");
  const auto refused = questions_.open(question("web1", "alice"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), base::Fault::too_many_requests);
  EXPECT_THAT(refused.error().message(), HasSubstr("nobody is asked again for 10 min"));
  EXPECT_THAT(open("web2"), StartsWith("q-")) << "another host";
  pass(LoginQuestions::pause);
  EXPECT_THAT(open("web1"), StartsWith("q-"));
}

TEST_F(LoginQuestionsTest, AnAnswerEndsARowOfDeclines) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(why_not(open("web1"), End::declined), "");
    EXPECT_EQ(why_not(open("web1"), End::declined), "");
    EXPECT_EQ(why_not(open("web1"), End::answered), "");
  }
}

TEST_F(LoginQuestionsTest, WhoStartsLogInAfterLogInAndLetsNobodyAnswerIsRefusedForAWhile) {
  for (const auto how : {End::cancelled, End::unanswered}) {
    const auto host = "of " + std::string(to_string(how));
    for (std::size_t i = 0; i < Unanswered::most; ++i) {
      EXPECT_EQ(why_not(open(host), how), "");
      pass(std::chrono::minutes(1));
    }
    const auto refused = questions_.open(question(host));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault(), base::Fault::too_many_requests);
    EXPECT_THAT(refused.error().message(), HasSubstr("5 questions of " + host +
                                                     " within 10 min have no "
                                                     "answer, so nobody is asked again for 5 min"));
    EXPECT_THAT(open(host, "alice"), StartsWith("q-")) << "another asker";
    EXPECT_THAT(open("not " + host), StartsWith("q-")) << "another host";
    pass(std::chrono::minutes(5));
    EXPECT_EQ(why_not(open(host), how), "") << "the oldest is ten minutes old";
    EXPECT_THAT(open(host), HasSubstr("nobody is asked again for 1 min")) << "and only that one";
  }
}

TEST_F(LoginQuestionsTest, WhatIsAnsweredPestersNobody) {
  for (std::size_t i = 0; i < 10 * Unanswered::most; ++i) EXPECT_EQ(why_not(open("web1"), End::answered), "");
}

TEST_F(LoginQuestionsTest, WhatIsStillOpenHasNoAnswerEither) {
  for (std::size_t i = 1; i < Unanswered::most; ++i) EXPECT_EQ(why_not(open("web1"), End::cancelled), "");
  const auto last = open("web1");
  EXPECT_THAT(last, StartsWith("q-"));
  EXPECT_THAT(open("web1"), HasSubstr("5 questions of web1 within 10 min have no answer"));
  EXPECT_EQ(why_not(last, End::answered), "");
  EXPECT_THAT(open("web1"), StartsWith("q-"));
}

TEST_F(LoginQuestionsTest, HostAfterHostIsNoWayAroundItAndWhatIsRememberedIsBounded) {
  const auto ask_and_cancel = [this](std::size_t host, std::size_t who) {
    const auto id = open("host " + std::to_string(host), "user " + std::to_string(who));
    return names_login_question(id) ? why_not(id, End::cancelled) : id;
  };
  for (std::size_t host = 0; host < Unanswered::most_of_one; ++host) EXPECT_EQ(ask_and_cancel(host, 0), "");
  EXPECT_THAT(ask_and_cancel(1000, 0), HasSubstr("64 questions of log-ins within 10 min have no answer"));
  for (std::size_t i = Unanswered::most_of_one; i < Unanswered::most_of_all; ++i)
    EXPECT_EQ(ask_and_cancel(i, 1 + i), "");
  EXPECT_THAT(ask_and_cancel(1000, 9999),
              HasSubstr("1024 questions of log-ins on this server within 10 min"));
  pass(LoginQuestions::pause);
  EXPECT_EQ(ask_and_cancel(1000, 0), "");
}

TEST_F(LoginQuestionsTest, TheRevisionIsAnotherAfterEachChangeAndOnlyThen) {
  auto last = questions_.revision();
  const auto changed = [&] { return std::exchange(last, questions_.revision()) != questions_.revision(); };
  const auto id = open("web1");
  EXPECT_TRUE(changed());
  why_not("q-unknown", End::answered);
  EXPECT_FALSE(changed());
  why_not(id, End::cancelled);
  EXPECT_TRUE(changed());
}

TEST_F(LoginQuestionsTest, AnIdThatNeverWasIsQuotedCleanly) {
  EXPECT_THAT(why_not("q-\x1b[2J", End::answered), HasSubstr("no open question q-\\x1b[2J"));
}

}  // namespace
}  // namespace mcpssh::approvals
