// A file put in its place as a whole: what it keeps, and what ends it meanwhile.
#include "hosts/edit/write_in_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>

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
      write_in_place(file, "new", attributes_of(file), theirs, Target::any, "old");
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::cancelled);
    }
    EXPECT_EQ(base::read_file(file, 100), "theirs");
    EXPECT_EQ(files_in(files.path()), 1U);
    write_in_place(file, "new", attributes_of(file), {}, Target::any, "theirs");
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
  EXPECT_THROW(write_in_place(file, "new", attributes_of(file), link, Target::any, "old"), base::Error);
  EXPECT_TRUE(fs::is_symlink(file));
  EXPECT_EQ(base::read_file(other, 100), "old");
  EXPECT_EQ(files_in(files.path()), 2U);
}

/// What writing over "old" ends with when this happens right before.
std::optional<base::ErrorCode> error_when(const fs::path& file, const std::function<void()>& happens) {
  try {
    write_in_place(file, "new", attributes_of(file), happens, Target::any, "old");
    return std::nullopt;
  } catch (const base::Error& error) {
    return error.code();
  }
}

TEST(WriteInPlaceDeathTest, PutsBackAlsoWhereNothingMoreCanBeOpened) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  write(file, "old");
  EXPECT_EXIT(
      {
        const auto error = error_when(file, [&] {
          write(file, "theirs");
          const struct rlimit none{0, 0};
          ::setrlimit(RLIMIT_NOFILE, &none);
        });
        ::_exit(error == base::ErrorCode::cancelled ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(base::read_file(file, 100), "theirs");
  EXPECT_EQ(files_in(files.path()), 1U);
}

TEST(WriteInPlace, DoesNotMakeAgainWhatWasRemoved) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  write(file, "old");
  EXPECT_EQ(error_when(file, [&] { fs::remove(file); }), base::ErrorCode::cancelled);
  EXPECT_EQ(files_in(files.path()), 0U);
}

TEST(WriteInPlace, FailsWhereTheFileCannotBeReached) {
  const TemporaryDirectory files;
  const auto directory = files.path() / "d", file = directory / "f";
  fs::create_directory(directory);
  write(file, "old");
  const auto unreachable = [&] {
    fs::rename(directory, files.path() / "away");
    write(directory, "no directory");
  };
  EXPECT_EQ(error_when(file, unreachable), base::ErrorCode::io_error);
  EXPECT_EQ(base::read_file(files.path() / "away" / "f", 100), "old");
}

TEST(WriteInPlace, PutsBackAModeThatWasChangedInTheLastInstant) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  write(file, "old");
  fs::permissions(file, fs::perms(0644));
  EXPECT_EQ(error_when(file, [&] { fs::permissions(file, fs::perms(0600)); }), base::ErrorCode::cancelled);
  EXPECT_EQ(base::read_file(file, 100), "old");
  EXPECT_EQ(attributes_of(file).mode, 0600U);
  EXPECT_EQ(files_in(files.path()), 1U);
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

TEST(RemoveInPlace, LeavesWhatSomebodyWroteInTheLastInstant) {
  const TemporaryDirectory files;
  const auto file = files.path() / "f";
  for (const bool anew : {false, true}) {
    write(file, "old");
    const auto theirs = [&] {
      if (anew) fs::remove(file);
      write(file, "theirs");
    };
    EXPECT_THROW(remove_in_place(file, "old", theirs), base::Error);
    EXPECT_EQ(base::read_file(file, 100), "theirs");
    EXPECT_EQ(files_in(files.path()), 1U);
  }
  remove_in_place(file, "theirs");
  EXPECT_EQ(files_in(files.path()), 0U);
}

}  // namespace
}  // namespace mcpssh::hosts
