// MCP over a UNIX socket: who may connect, who it is, and whose file it is.
#include "transport/local/local_socket.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>

#include "base/error.hpp"

namespace mcpssh::transport {
namespace {

namespace fs = std::filesystem;

class LocalSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "local-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(directory_); }

  LocalOptions options() {
    LocalOptions with;
    with.path = directory_ / "run" / "mcp.sock";
    return with;
  }
  std::unique_ptr<LocalListener> listener() {
    return std::make_unique<LocalListener>(io_.get_executor(), options());
  }
  LocalClient accept(LocalListener& on) {
    std::optional<LocalClient> client;
    base::asio::co_spawn(io_, on.accept(), [&client](const std::exception_ptr&, LocalClient accepted) {
      client = std::move(accepted);
    });
    io_.restart();
    io_.run();
    return std::move(client.value());
  }
  base::Principal principal(uid_t user, uid_t own) {
    std::optional<base::Principal> found;
    base::asio::co_spawn(
        io_, principal_of(user, own),
        [&found](const std::exception_ptr&, base::Principal told) { found = std::move(told); });
    io_.restart();
    io_.run();
    return found.value();
  }
  base::Error error_of_listening(LocalOptions with) {
    try {
      const LocalListener unused(io_.get_executor(), with);
    } catch (const base::Error& error) {
      return error;
    }
    ADD_FAILURE() << "it listens";
    return base::Error(base::ErrorCode::internal, "it listens");
  }

  fs::path directory_;
  base::asio::io_context io_;
};

TEST_F(LocalSocket, TellsWhoConnectsByTheKernelsWord) {
  const auto on = listener();
  const auto client = connect_local(options().path);
  const auto accepted = accept(*on);
  EXPECT_EQ(accepted.user, ::geteuid());
  EXPECT_EQ(principal(accepted.user, ::geteuid()).via, base::Via::stdio);
  ASSERT_EQ(::write(accepted.descriptors.out.get(), "hi", 2), 2);
  std::array<char, 8> heard{};
  EXPECT_EQ(::read(client.get(), heard.data(), heard.size()), 2);
}

TEST_F(LocalSocket, AnotherUserIsNobodyOnStdio) {
  const auto root = principal(0, 1000);
  EXPECT_EQ(root.name, "user:root");
  EXPECT_EQ(root.via, base::Via::socket);
  EXPECT_EQ(principal(4'000'000'000, 1000).name, "user:4000000000");
}

TEST_F(LocalSocket, IsForItsUserAloneUnlessAGroupIsNamed) {
  struct stat info{};
  {
    const auto on = listener();
    ASSERT_EQ(::stat(options().path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat(options().path.parent_path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
  }
  EXPECT_FALSE(fs::exists(options().path)) << "the file goes with its listener";
  auto unknown = options();
  unknown.group = "no-such-group-here";
  EXPECT_EQ(error_of_listening(unknown).code(), base::ErrorCode::invalid_config);
}

TEST_F(LocalSocket, ReplacesWhatADeadServerLeftAndNothingElse) {
  {
    const auto on = listener();
    EXPECT_NE(error_of_listening(options()).message().find("another server listens"), std::string::npos);
    fs::rename(options().path, directory_ / "left");
  }
  fs::rename(directory_ / "left", options().path);
  const auto on = listener();
  const auto client = connect_local(options().path);
  EXPECT_TRUE(client);

  auto taken = options();
  taken.path = directory_ / "file";
  std::ofstream(taken.path) << "mine";
  EXPECT_EQ(error_of_listening(taken).code(), base::ErrorCode::invalid_config);
  EXPECT_EQ(fs::file_size(taken.path), 4u);
}

TEST_F(LocalSocket, SaysWhereNobodyAnswers) {
  try {
    connect_local(directory_ / "nothing");
    ADD_FAILURE() << "connected";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::connect_failed);
    EXPECT_NE(error.message().find((directory_ / "nothing").string()), std::string::npos) << error.message();
  }
  auto endless = options();
  endless.path = "/" + std::string(200, 'x');
  EXPECT_EQ(error_of_listening(endless).code(), base::ErrorCode::invalid_config);
}

}  // namespace
}  // namespace mcpssh::transport
