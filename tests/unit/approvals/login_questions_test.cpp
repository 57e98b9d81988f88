// What hosts ask during log-ins: who may still be asked, and that exactly one answer counts.
#include "approvals/login_questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

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
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(why_not(open("web1"), End::declined), "");
    EXPECT_EQ(why_not(open("web1"), End::declined), "");
    EXPECT_EQ(why_not(open("web1"), End::answered), "");
  }
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
