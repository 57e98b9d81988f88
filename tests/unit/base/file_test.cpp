#include "base/file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/error.hpp"

namespace mcpssh::base {
namespace {
namespace fs = std::filesystem;

class File : public testing::Test {
 protected:
  File() {
    std::string pattern = "/tmp/mcpssh-file-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~File() override { fs::remove_all(directory_); }

  fs::path directory_;
};

unsigned mode_of(const fs::path& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST_F(File, ReadsWhatWasReplacedWithTheModeAskedFor) {
  const fs::path path = directory_ / "a";
  replace_file(path, "one");
  EXPECT_EQ(read_file(path, 100), "one");
  EXPECT_EQ(mode_of(path), 0600u);
  replace_file(path, "two", 0644);
  EXPECT_EQ(mode_of(path), 0644u);
}

TEST_F(File, AReaderThatHasTheOldFileOpenKeepsTheOldBytes) {
  const fs::path path = directory_ / "a";
  replace_file(path, "old");
  std::ifstream reader(path);
  replace_file(path, "new content");
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "old");
  EXPECT_EQ(read_file(path, 100), "new content");
}

TEST_F(File, LeavesNoTemporaryFileBehind) {
  replace_file(directory_ / "a", "x");
  fs::create_directory(directory_ / "taken");
  EXPECT_EQ(code_of([&] { replace_file(directory_ / "taken", "x"); }), ErrorCode::io_error);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory_)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "taken"}));
}

TEST_F(File, ReplacesTheFileBehindASymlinkAndKeepsTheLink) {
  fs::create_directory(directory_ / "real");
  replace_file(directory_ / "real/hosts.yaml", "old");
  fs::create_symlink("real/hosts.yaml", directory_ / "link");
  replace_file(directory_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
  EXPECT_EQ(read_file(directory_ / "real/hosts.yaml", 100), "new");
}

TEST_F(File, ReadsUpToTheLimitAndNotOneByteMore) {
  replace_file(directory_ / "a", std::string(1000, 'x'));
  EXPECT_EQ(read_file(directory_ / "a", 1000).size(), 1000u);
  EXPECT_EQ(code_of([&] { read_file(directory_ / "a", 999); }), ErrorCode::limit_reached);
}

TEST_F(File, NamesThePathThatIsMissing) {
  try {
    read_file(directory_ / "nowhere", 10);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.message().find("nowhere"), std::string::npos);
  }
}

TEST_F(File, PrivateDirectoriesAreMadeForTheOwnerAlone) {
  ensure_private_directory(directory_ / "a/b/c");
  EXPECT_EQ(mode_of(directory_ / "a"), 0700u);
  EXPECT_EQ(mode_of(directory_ / "a/b/c"), 0700u);
  ensure_private_directory(directory_ / "a/b/c");
}

TEST_F(File, DirectoriesOthersCanWriteAreRefusedUnlessSticky) {
  const fs::path open = directory_ / "open";
  fs::create_directory(open);
  fs::permissions(open, fs::perms(0770));
  EXPECT_EQ(code_of([&] { ensure_private_directory(open); }), ErrorCode::permission_denied);
  fs::permissions(open, fs::perms(01777));
  EXPECT_NO_THROW(ensure_private_directory(open));
  replace_file(directory_ / "file", "");
  EXPECT_EQ(code_of([&] { ensure_private_directory(directory_ / "file"); }), ErrorCode::io_error);
}

TEST_F(File, StateAndConfigurationFollowXdgAndThenHome) {
  ::setenv("HOME", directory_.c_str(), 1);
  ::setenv("XDG_STATE_HOME", (directory_ / "state").c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", "relative/is/ignored", 1);
  EXPECT_EQ(state_directory(), directory_ / "state/mcp-ssh");
  EXPECT_EQ(config_directory(), directory_ / ".config/mcp-ssh");
  EXPECT_EQ(expand_home("~/x"), directory_ / "x");
  EXPECT_EQ(expand_home("~"), directory_);
  EXPECT_EQ(expand_home("~other/x"), "~other/x");
  EXPECT_EQ(expand_home("/a/~"), "/a/~");
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("XDG_CONFIG_HOME");
}

}  // namespace
}  // namespace mcpssh::base
