#include "approvals/freeze.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace mcpssh::approvals {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

class FreezeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "freeze-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(directory_); }
  [[nodiscard]] fs::path file() const { return directory_ / "state" / "frozen.json"; }
  void write(std::string_view text) const {
    fs::create_directories(file().parent_path());
    std::ofstream(file()) << text;
  }

  fs::path directory_;
  const FreezeNote note_{"alice (1001)", "2027-01-15T08:00:00.000000Z", "looks wrong"};
};

TEST_F(FreezeTest, HoldsForEveryProcessAndAfterARestartUntilItIsThawed) {
  Freeze one(file()), other(file());
  EXPECT_FALSE(one.active());
  EXPECT_TRUE(one.freeze(note_));
  EXPECT_EQ(other.active(), note_);
  EXPECT_EQ(Freeze(file()).active(), note_);
  EXPECT_FALSE(other.freeze({"bob (1002)", "", ""})) << "the first one's word stays";
  EXPECT_EQ(one.active(), note_);
  EXPECT_TRUE(one.thaw());
  EXPECT_FALSE(one.active());
  EXPECT_FALSE(Freeze(file()).active());
  EXPECT_FALSE(one.thaw());
}

TEST_F(FreezeTest, IsPrivateAndSaysItsVersion) {
  Freeze freeze(file());
  freeze.freeze(note_);
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::string text;
  std::getline(std::ifstream(file()), text);
  EXPECT_THAT(text, HasSubstr(R"("version":1)"));
}

TEST_F(FreezeTest, WhoeverTakesTheFileAwayDoesNotThawAProcessThatHasSeenIt) {
  Freeze freeze(file());
  freeze.freeze(note_);
  fs::remove(file());
  EXPECT_TRUE(freeze.active());
  EXPECT_TRUE(freeze.freeze(note_)) << "written again";
  EXPECT_TRUE(fs::exists(file()));
  fs::remove(file());
  EXPECT_TRUE(freeze.thaw());
  EXPECT_FALSE(freeze.active());
}

TEST_F(FreezeTest, WhatMakesNoSenseFreezes) {
  for (const auto& text :
       {std::string(), std::string("{"), std::string("[]"), std::string(R"({"version":2})"),
        std::string("\xff\xfe"), std::string(100'000, 'x')}) {
    write(text);
    EXPECT_TRUE(Freeze(file()).active()) << text.substr(0, 20);
  }
  fs::remove(file());
  fs::create_directory(file());
  EXPECT_TRUE(Freeze(file()).active()) << "a directory in its place";
}

TEST_F(FreezeTest, HoldsInThisProcessWhereTheFileCannotBeWritten) {
  std::ofstream(directory_ / "state") << "in the way of the directory";
  Freeze freeze(file());
  EXPECT_THROW(freeze.freeze(note_), base::Error);
  EXPECT_EQ(freeze.active(), note_);
}

TEST_F(FreezeTest, WithoutAFileOrADirectoryNothingIsFrozen) {
  EXPECT_FALSE(Freeze(file()).active());
  EXPECT_FALSE(Freeze(directory_ / "no" / "such" / "directory").active());
  EXPECT_FALSE(Freeze(fs::path()).active());
}

TEST_F(FreezeTest, ASecondFreezeIsSeenThoughTheFileIsAnother) {
  Freeze freeze(file());
  freeze.freeze(note_);
  Freeze(file()).thaw();
  EXPECT_TRUE(freeze.active()) << "thawed by another process: this one has to be told";
  write(R"({"version":1,"by":"bob","at":"","reason":"again"})");
  EXPECT_EQ(freeze.active()->reason, "again");
}

}  // namespace
}  // namespace mcpssh::approvals
