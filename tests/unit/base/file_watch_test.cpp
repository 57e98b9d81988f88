#include "base/file_watch.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "../hosts/temporary_directory.hpp"
#include "base/error.hpp"
#include "base/watched_path.hpp"

namespace mcpssh::base {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hosts::testing::set_mode;
using hosts::testing::TemporaryDirectory;
using hosts::testing::write;
using ::testing::ElementsAre;

/// Only a guard against a test that would hang; no test passes or fails by how long something takes.
constexpr auto guard_time = 20s;

class Watch : public ::testing::Test {
 protected:
  Watch() { write(file, "one"); }

  void begin() { watch.emplace(context.get_executor(), file); }

  /// Whether `changed()` returns.
  bool told() {
    bool done = false;
    std::exception_ptr failure;
    asio::co_spawn(context, watch->changed(), [&](std::exception_ptr error) {
      done = true;
      failure = error;
      context.stop();
    });
    context.restart();
    context.run_for(guard_time);
    if (failure) std::rethrow_exception(failure);
    return done;
  }

  asio::io_context context{1};
  TemporaryDirectory directory;
  fs::path file = directory / "hosts.yaml";
  std::optional<FileWatch> watch;
};

TEST_F(Watch, ARewriteInPlaceIsTold) {
  begin();
  write(file, "two");
  EXPECT_TRUE(told());
  write(file, "three");
  EXPECT_TRUE(told());
}

TEST_F(Watch, AReplacementByRenameIsToldEachTime) {
  begin();
  for (const char* text : {"two", "three", "four"}) {
    write(directory / "hosts.yaml.new", text);
    fs::rename(directory / "hosts.yaml.new", file);
    EXPECT_TRUE(told()) << text;
  }
}

TEST_F(Watch, DeletionAndRebirthAreTold) {
  begin();
  fs::remove(file);
  EXPECT_TRUE(told());
  write(file, "again");
  EXPECT_TRUE(told());
}

TEST_F(Watch, AChmodOfTheFileOrItsDirectoryIsTold) {
  begin();
  set_mode(file, 0600);
  EXPECT_TRUE(told());
  set_mode(directory.path(), 0750);
  EXPECT_TRUE(told());
}

TEST_F(Watch, AFileThatDoesNotExistYetIsToldWhenItsDirectoriesAppear) {
  file = directory / "a/b/hosts.yaml";
  begin();
  fs::create_directory(directory / "a");
  EXPECT_TRUE(told());
  fs::create_directory(directory / "a/b");
  EXPECT_TRUE(told());
  write(file, "first");
  EXPECT_TRUE(told());
}

TEST_F(Watch, ADirectoryExchangedOnTheWayIsTold) {
  fs::create_directories(directory / "a/b");
  fs::create_directories(directory / "other/b");
  file = directory / "a/b/hosts.yaml";
  write(file, "one");
  write(directory / "other/b/hosts.yaml", "two");
  begin();
  fs::rename(directory / "a", directory / "old");
  fs::rename(directory / "other", directory / "a");
  EXPECT_TRUE(told());
  write(file, "three");
  EXPECT_TRUE(told());
}

TEST_F(Watch, TheSymlinkSwapOfAMountedConfigurationIsToldEachTime) {
  const auto version = [&](const std::string& name) {
    fs::create_directory(directory / name);
    write(directory / (name + "/hosts.yaml"), name);
  };
  version("..v1");
  fs::create_directory_symlink("..v1", directory / "..data");
  fs::remove(file);
  fs::create_symlink("..data/hosts.yaml", file);
  begin();
  for (const std::string next : {"..v2", "..v3"}) {
    version(next);
    fs::create_directory_symlink(next, directory / "..data_tmp");
    fs::rename(directory / "..data_tmp", directory / "..data");
    EXPECT_TRUE(told()) << next;
    write(directory / (next + "/hosts.yaml"), "edited");
    EXPECT_TRUE(told()) << next << " edited";
  }
}

TEST_F(Watch, TheFileBehindASymlinkIsWatched) {
  fs::create_directory(directory / "dotfiles");
  fs::rename(file, directory / "dotfiles/hosts.yaml");
  fs::create_symlink("dotfiles/hosts.yaml", file);
  begin();
  write(directory / "dotfiles/hosts.yaml", "two");
  EXPECT_TRUE(told());
}

TEST_F(Watch, OtherFilesBesideItAreNotTold) {
  begin();
  for (int i = 0; i < 100; ++i) write(directory / "audit.jsonl", "noise");
  bool done = false;
  asio::co_spawn(context, watch->changed(), [&](std::exception_ptr) { done = true; });
  while (context.poll() > 0) {
  }
  EXPECT_FALSE(done);
  write(file, "two");
  context.restart();
  while (!done && context.run_one_for(guard_time) > 0) {
  }
  EXPECT_TRUE(done);
}

TEST_F(Watch, AChangeSeenByACancelledCallIsToldByTheNext) {
  begin();
  asio::cancellation_signal signal;
  bool cancelled = false;
  write(file, "two");
  asio::co_spawn(context, watch->changed(),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) {
                   try {
                     std::rethrow_exception(error);
                   } catch (const base::Error& failure) {
                     cancelled = failure.code() == base::ErrorCode::cancelled;
                   }
                 }));
  while (context.poll() > 0) {
  }
  signal.emit(asio::cancellation_type::terminal);
  context.restart();
  context.run_for(guard_time);
  EXPECT_TRUE(cancelled);
  EXPECT_TRUE(told());
}

TEST_F(Watch, AWaitingCallEndsWhenItIsCancelled) {
  begin();
  asio::cancellation_signal signal;
  std::exception_ptr failure;
  asio::co_spawn(
      context, watch->changed(),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) { failure = error; }));
  while (context.poll() > 0) {
  }
  signal.emit(asio::cancellation_type::terminal);
  context.restart();
  context.run_for(guard_time);
  EXPECT_THROW(std::rethrow_exception(failure), base::Error);
}

TEST(PathSteps, EveryLookupOnTheWayIsListed) {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "real");
  write(directory / "real/file", "");
  fs::create_directory_symlink("real/../real", directory / "link");
  const auto steps = path_steps(directory / "link/file");
  const std::vector<PathStep> last(steps.end() - 4, steps.end());
  EXPECT_THAT(last, ElementsAre(PathStep{directory.path(), "link"}, PathStep{directory.path(), "real"},
                                PathStep{directory.path(), "real"}, PathStep{directory / "real", "file"}));
  EXPECT_EQ(steps.front().directory, "/");
}

TEST(PathSteps, ALoopOfSymlinksEnds) {
  const TemporaryDirectory directory;
  fs::create_symlink("b", directory / "a");
  fs::create_symlink("a", directory / "b");
  EXPECT_LT(path_steps(directory / "a").size(), 60u);
}

}  // namespace
}  // namespace mcpssh::base
