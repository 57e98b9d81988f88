// Which one-time codes count, and for how long nobody may guess.
#include "approvals/codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>

#include "approvals/totp.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using testing::HasSubstr;

class CodesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "codes-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  Codes codes() { return {clock_, root_ / "state" / "codes.json"}; }
  void pass(std::chrono::seconds time) { now_ += time; }
  std::string code(int steps = 0) {
    return totp::code_at(key_, totp::step_at(now_) + static_cast<std::uint64_t>(steps));
  }
  /// Six digits that no step near now has.
  std::string wrong() {
    for (int i = 0;; ++i) {
      auto text = std::to_string(100000 + i);
      if (text != code(-1) && text != code() && text != code(1)) return text;
    }
  }
  static std::string error(const std::expected<void, base::Error>& spent) {
    return spent ? "it counts" : spent.error().message();
  }

  fs::path root_;
  base::WallTime now_{std::chrono::seconds(1'795'000'000)};
  base::Clock clock_{[this] { return now_; }, [] { return base::MonoTime{}; }};
  base::Secret key_{std::string("12345678901234567890")};
};

TEST_F(CodesTest, ACodeIsGoodOnceAlsoForAnotherServerAndAfterARestart) {
  auto one = codes();
  EXPECT_TRUE(one.spend("alice", key_, code()));
  EXPECT_THAT(error(one.spend("alice", key_, code())), HasSubstr("was used already"));
  auto another = codes();
  EXPECT_THAT(error(another.spend("alice", key_, code())), HasSubstr("was used already"));
  pass(std::chrono::seconds(30));
  EXPECT_THAT(error(another.spend("alice", key_, code(-1))), HasSubstr("was used already"))
      << "still within the window";
  EXPECT_TRUE(another.spend("alice", key_, code()));
}

TEST_F(CodesTest, OneStepOfDriftEitherWayAndNoMore) {
  auto spent = codes();
  EXPECT_THAT(error(spent.spend("alice", key_, code(-2))), HasSubstr("not the code of now"));
  EXPECT_THAT(error(spent.spend("alice", key_, code(2))), HasSubstr("not the code of now"));
  EXPECT_TRUE(spent.spend("alice", key_, code(-1)));
  EXPECT_TRUE(spent.spend("alice", key_, code(1)));
  EXPECT_THAT(error(spent.spend("alice", key_, code())), HasSubstr("a newer one, was used"))
      << "none that is older than one used before";
}

TEST_F(CodesTest, UsersDoNotUseUpEachOthers) {
  auto spent = codes();
  EXPECT_TRUE(spent.spend("alice", key_, code()));
  EXPECT_TRUE(spent.spend("bob", key_, code()));
}

TEST_F(CodesTest, AfterFiveWrongOnesNotEvenTheRightOneCountsForTenMinutesAlsoAfterARestart) {
  auto spent = codes();
  for (std::size_t i = 0; i < Codes::most_wrong; ++i) {
    EXPECT_TRUE(spent.may_try("alice"));
    EXPECT_THAT(error(spent.spend("alice", key_, wrong())), HasSubstr("not the code of now"));
    pass(std::chrono::seconds(10));
  }
  auto again = codes();
  const auto paused = again.spend("alice", key_, code());
  ASSERT_FALSE(paused);
  EXPECT_EQ(paused.error().code(), ErrorCode::limit_reached);
  EXPECT_THAT(paused.error().message(), HasSubstr("5 wrong codes within 10 min"));
  EXPECT_FALSE(again.may_try("alice"));
  EXPECT_TRUE(again.spend("bob", key_, code())) << "nobody else";
  pass(Codes::pause);
  EXPECT_TRUE(again.spend("alice", key_, code()));
}

TEST_F(CodesTest, ARightCodeDoesNotBuyMoreGuesses) {
  auto spent = codes();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(spent.spend("alice", key_, wrong()));
  EXPECT_TRUE(spent.spend("alice", key_, code()));
  EXPECT_FALSE(spent.spend("alice", key_, wrong()));
  EXPECT_FALSE(spent.may_try("alice"));
}

TEST_F(CodesTest, PatienceDoesNotBuyGuessesEither) {
  auto spent = codes();
  for (std::size_t i = 0; i < Codes::most_wrong_a_day; ++i) {
    EXPECT_FALSE(spent.spend("alice", key_, wrong()));
    if (i % Codes::most_wrong == Codes::most_wrong - 1) pass(Codes::pause);
  }
  EXPECT_FALSE(spent.may_try("alice"));
  EXPECT_TRUE(spent.may_try("bob"));
  pass(std::chrono::hours(24));
  EXPECT_TRUE(spent.may_try("alice"));
}

TEST_F(CodesTest, AClockSetBackNeitherReplaysNorLocksOutForEver) {
  auto spent = codes();
  for (std::size_t i = 0; i < Codes::most_wrong; ++i) EXPECT_FALSE(spent.spend("alice", key_, wrong()));
  EXPECT_TRUE(spent.spend("bob", key_, code()));
  pass(-std::chrono::hours(24));
  EXPECT_FALSE(spent.spend("bob", key_, code())) << "older than one used before";
  EXPECT_FALSE(spent.spend("alice", key_, wrong()));
  pass(Codes::pause);
  EXPECT_TRUE(spent.spend("alice", key_, code()));
}

TEST_F(CodesTest, WhatIsNoCodeIsWrong) {
  for (const auto& text : {std::string(), std::string("1"), code() + "0", " " + code().substr(1)}) {
    auto spent = Codes(clock_, {});
    EXPECT_FALSE(spent.spend("alice", key_, text)) << text;
  }
}

TEST_F(CodesTest, WhereNobodyKnowsWhichWereUsedNoneCounts) {
  for (const auto* text : {"", "{}", R"({"version":2,"users":{}})", R"({"version":1,"users":{"alice":{}}})",
                           R"({"version":1,"users":{"alice":{"step":-1,"wrong":[]}}})",
                           R"({"version":1,"users":{"alice":{"step":1,"wrong":["x"]}}})"}) {
    fs::create_directories(root_ / "state");
    fs::permissions(root_ / "state", fs::perms::owner_all);
    std::ofstream(root_ / "state" / "codes.json") << text;
    auto spent = codes();
    const auto tried = spent.spend("alice", key_, code());
    ASSERT_FALSE(tried) << text;
    EXPECT_EQ(tried.error().code(), ErrorCode::io_error) << text;
    EXPECT_FALSE(spent.may_try("alice")) << text;
  }
}

TEST_F(CodesTest, TheFileIsItsUsersAloneAndHoldsNeitherCodesNorSecrets) {
  auto spent = codes();
  const auto used = code();
  EXPECT_TRUE(spent.spend("alice", key_, used));
  struct stat info{};
  ASSERT_EQ(::stat((root_ / "state" / "codes.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::ifstream file(root_ / "state" / "codes.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr("alice"));
  EXPECT_THAT(text, testing::Not(HasSubstr(used)));
  EXPECT_THAT(text, testing::Not(HasSubstr("1234567890")));
}

}  // namespace
}  // namespace mcpssh::approvals
