// A file put in its place as a whole: what it keeps, and what ends it meanwhile.
#include "hosts/edit/write_in_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryDirectory;
using testing::write;

std::size_t files_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST(WriteInPlaceDeathTest, ASignalInTheMiddleEndsItAfterwards) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const TemporaryDirectory files;
    const auto file = files.path() / "f";
    write(file, "old");
    EXPECT_EXIT(
        {
          write_in_place(file, "new", FileAttributes::own(0600), [&] { ::raise(signal); });
          ::_exit(0);
        },
        ::testing::KilledBySignal(signal), "");
    EXPECT_EQ(base::read_file(file, 100), "new");
    EXPECT_EQ(files_in(files.path()), 1U);
  }
}

TEST(WriteInPlace, LeavesAFileThatSomebodyMadeMeanwhile) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  try {
    write_in_place(file, "new", FileAttributes::own(0600), [&] { write(file, "theirs"); }, Target::absent);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::cancelled);
  }
  EXPECT_EQ(base::read_file(file, 100), "theirs");
  EXPECT_EQ(files_in(files.path()), 1U);
}

TEST(WriteInPlace, PutsBackWhatSomebodyWroteInTheLastInstant) {
  for (const bool anew : {false, true}) {
    const TemporaryDirectory files;
    const auto file = files.path() / "f";
    write(file, "old");
    const auto theirs = [&] {
      if (anew) fs::remove(file);  // as programs do that write beside it and rename
      write(file, "theirs");
    };
    try {
      write_in_place(file, "new", FileAttributes::own(0600), theirs, Target::any, "old");
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::cancelled);
    }
    EXPECT_EQ(base::read_file(file, 100), "theirs");
    EXPECT_EQ(files_in(files.path()), 1U);
    write_in_place(file, "new", FileAttributes::own(0600), {}, Target::any, "theirs");
    EXPECT_EQ(base::read_file(file, 100), "new");
    EXPECT_EQ(files_in(files.path()), 1U);
  }
}

TEST(WriteInPlace, PutsBackASymlinkThatTookTheFilesPlace) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f", other = files.path() / "other";
  write(file, "old");
  write(other, "old");
  const auto link = [&] {
    fs::remove(file);
    fs::create_symlink(other, file);
  };
  EXPECT_THROW(write_in_place(file, "new", FileAttributes::own(0600), link, Target::any, "old"), base::Error);
  EXPECT_TRUE(fs::is_symlink(file));
  EXPECT_EQ(base::read_file(other, 100), "old");
  EXPECT_EQ(files_in(files.path()), 2U);
}

TEST(WriteInPlace, KeepsExtendedAttributes) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  write(file, "old");
  if (::setxattr(file.c_str(), "user.mine", "abc", 3, 0) != 0 && errno == ENOTSUP) return;
  write_in_place(file, "new", attributes_of(file));
  std::string value(10, '\0');
  ASSERT_EQ(::getxattr(file.c_str(), "user.mine", value.data(), value.size()), 3);
  EXPECT_EQ(value.substr(0, 3), "abc");
}

}  // namespace
}  // namespace mcpssh::hosts
