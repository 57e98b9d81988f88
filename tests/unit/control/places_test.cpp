// Where servers put their sockets, who may use them, and what the dead leave behind.
#include "control/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/unix_socket.hpp"
#include "control/client.hpp"

namespace mcpssh::control {
namespace {
namespace fs = std::filesystem;

class Places : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "places-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  static mode_t mode(const fs::path& path) {
    struct stat info{};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777;
  }
  hosts::Environment with(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(std::string(name));
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  /// A socket file whose server died without a farewell.
  [[nodiscard]] fs::path left_over(const std::string& name) const {
    const auto path = root_ / name;
    const auto fd = base::unix_socket();
    EXPECT_EQ(base::bind_unix(fd.get(), path), 0);
    return path;
  }

  fs::path root_;
};

TEST_F(Places, AServersSocketIsItsUsersAloneAndGoesWithTheServer) {
  fs::path path;
  {
    const Place place({root_ / "run" / "mcp-ssh"}, std::nullopt);
    path = place.path();
    EXPECT_EQ(path.filename(), std::to_string(::getpid()) + ".sock");
    EXPECT_EQ(mode(path), 0600u);
    EXPECT_EQ(mode(path.parent_path()), 0700u);
    EXPECT_EQ(place.closed_because(), "");
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Places, AGroupGetsTheSocketAndAWayToIt) {
  const Place place({root_ / "run"}, ::getegid());
  EXPECT_EQ(mode(place.path()), 0660u);
  EXPECT_EQ(mode(place.path().parent_path()), 0755u);
}

TEST_F(Places, TheNextOneIsTakenWhereTheBestIsNotPossible) {
  std::ofstream(root_ / "file") << "in the way";
  const Place place({root_ / "file" / "mcp-ssh", root_ / "state" / "run"}, std::nullopt);
  EXPECT_EQ(place.path().parent_path(), root_ / "state" / "run");
  EXPECT_THROW(Place({root_ / "file" / "mcp-ssh"}, std::nullopt), base::Error);
}

TEST_F(Places, WhatDeadServersLeftIsRemovedAndNothingElse) {
  const auto dead = left_over("1.sock");
  const auto foreign = left_over("mcp.sock");
  std::ofstream(root_ / "2.sock") << "a file";
  const auto served = root_ / "3.sock";
  const auto living = base::unix_socket();
  ASSERT_EQ(base::bind_unix(living.get(), served), 0);
  ASSERT_EQ(::listen(living.get(), 1), 0);
  const auto ours = left_over(std::to_string(::getpid()) + ".sock");
  const Place place({root_}, std::nullopt);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(foreign)) << "of `serve --socket`, which looks after it itself";
  EXPECT_TRUE(fs::exists(root_ / "2.sock"));
  EXPECT_TRUE(fs::exists(served));
  EXPECT_EQ(place.path(), ours) << "our number was another's before";
}

TEST_F(Places, ABusyServersSocketIsNotTakenForALeftOver) {
  const auto busy = root_ / "4.sock";
  const auto fd = base::unix_socket();
  ASSERT_EQ(base::bind_unix(fd.get(), busy), 0);
  ASSERT_EQ(::listen(fd.get(), 0), 0);
  const auto first = base::unix_socket();
  ASSERT_EQ(base::connect_unix(first.get(), busy), 0);
  const Place place({root_}, std::nullopt);  // would wait for ever for a place in its queue
  EXPECT_TRUE(fs::exists(busy));
}

TEST_F(Places, AnotherUsersDirectoryIsNoPlaceForASocket) {
  if (::geteuid() != 0) return;  // only root can give a directory away
  fs::create_directory(root_ / "foreign");
  ASSERT_EQ(::chown((root_ / "foreign").c_str(), 4711, 4711), 0);
  const Place place({root_ / "foreign", root_ / "own"}, std::nullopt);
  EXPECT_EQ(place.path().parent_path(), root_ / "own");
}

TEST_F(Places, ALinkInPlaceOfTheDirectoryIsNotFollowed) {
  fs::create_directory(root_ / "elsewhere");
  fs::permissions(root_ / "elsewhere", fs::perms::owner_all);
  fs::create_directory_symlink(root_ / "elsewhere", root_ / "link");
  EXPECT_THROW(Place({root_ / "link"}, std::nullopt), base::Error);
}

TEST_F(Places, ASocketThatHasTakenOursPlaceIsLeftAlone) {
  fs::path path;
  base::UniqueFd other;
  {
    const Place place({root_}, std::nullopt);
    path = place.path();
    fs::rename(path, root_ / "ours");
    other = base::unix_socket();
    ASSERT_EQ(base::bind_unix(other.get(), path), 0);
  }
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(Places, AServerIsListenedOnFromTheMomentItsSocketHasItsName) {
  const Place first({root_}, std::nullopt);
  EXPECT_NO_THROW(Client{first.path()});
  EXPECT_THAT(sockets_in({root_}), testing::ElementsAre(first.path()));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), {}), 1) << "nothing else is left there";
}

TEST_F(Places, AClientBelievesNoServerInADirectoryOfAnotherUsers) {
  if (::geteuid() != 0) return;  // only root can give a directory away
  const Place place({root_ / "own"}, std::nullopt);
  ASSERT_EQ(::chown((root_ / "own").c_str(), 4711, 4711), 0);
  try {
    const Client client(place.path());
    FAIL() << "the server is not the directory's user";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::permission_denied);
    EXPECT_THAT(error.message(), testing::HasSubstr("not the user whose directory"));
  }
}

TEST_F(Places, OperatorsFindTheSocketsOfAllTheirDirectoriesOnce) {
  const auto one = left_over("11.sock"), two = left_over("12.sock");
  std::ofstream(root_ / "13.sock") << "no socket";
  EXPECT_THAT(sockets_in({root_, root_ / "missing", root_}), testing::ElementsAre(one, two));
}

TEST_F(Places, AreTheRuntimeDirectoryFirstAndTheStateDirectoryLast) {
  const auto state = base::state_directory() / "run";
  EXPECT_THAT(server_directories(with({}), false), testing::ElementsAre(state));
  EXPECT_THAT(server_directories(with({{"XDG_RUNTIME_DIR", "/run/user/7"}}), false),
              testing::ElementsAre("/run/user/7/mcp-ssh", state));
  EXPECT_THAT(server_directories(with({{"RUNTIME_DIRECTORY", "/run/a:/run/b"}}), true),
              testing::ElementsAre("/run/a", "/run/mcp-ssh", state));
  EXPECT_THAT(server_directories(with({{"XDG_RUNTIME_DIR", "relative"}}), false),
              testing::ElementsAre(state));
}

TEST_F(Places, AClientTellsAServerThatIsGoneFromOneThatMayNotBeReached) {
  try {
    const Client client(left_over("5.sock"));
    FAIL() << "nobody is there";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace mcpssh::control
