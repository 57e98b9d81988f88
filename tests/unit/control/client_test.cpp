// What an operator's side of a server's socket makes of what the server says.
#include "control/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <string_view>
#include <tuple>

#include "base/error.hpp"
#include "base/unix_socket.hpp"

namespace mcpssh::control {
namespace {
namespace fs = std::filesystem;

/// A server's socket, and the conversation of one client with it.
class Conversation : public testing::Test {
 protected:
  Conversation() {
    EXPECT_EQ(base::bind_unix(listening_.get(), path()), 0);
    EXPECT_EQ(::listen(listening_.get(), 1), 0);
    client_.emplace(path());
    server_.reset(::accept(listening_.get(), nullptr, nullptr));
  }
  ~Conversation() override { fs::remove_all(root_); }

  [[nodiscard]] fs::path path() const { return root_ / "1.sock"; }
  void server_says(std::string_view bytes) const {
    ASSERT_EQ(::send(server_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
  }
  /// The numbers of the answers that one call gives.
  [[nodiscard]] std::vector<std::int64_t> read() {
    std::vector<std::int64_t> numbers;
    for (const auto& answer : client_->read_ready()) numbers.push_back(answer->at("n").as_int64());
    return numbers;
  }

  fs::path root_ = make_root();
  base::UniqueFd listening_ = base::unix_socket();
  std::optional<Client> client_;
  base::UniqueFd server_;

 private:
  static fs::path make_root() {
    std::string pattern = (fs::temp_directory_path() / "conversation-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
};

TEST_F(Conversation, AnswersThatCameTogetherAreAllGivenAndNoneWaitsForTheNext) {
  server_says("{\"v\":1,\"ok\":true,\"n\":1}\n{\"v\":1,\"ok\":true,\"n\":2}\n{\"v\":1,\"ok\":tr");
  EXPECT_THAT(read(), testing::ElementsAre(1, 2));
  server_says("ue,\"n\":3}\n");
  EXPECT_THAT(read(), testing::ElementsAre(3));
  EXPECT_THAT(read(), testing::IsEmpty()) << "nothing waits here";
}

TEST_F(Conversation, TheLastWordsOfAServerThatHangsUpAreHeardBeforeItsEnd) {
  server_says("{\"v\":1,\"ok\":true,\"n\":1}\n{\"v\":1,\"ok\":true,\"n\":2}\n");
  server_.reset();
  EXPECT_THAT(read(), testing::ElementsAre(1, 2));
  EXPECT_THROW(std::ignore = read(), base::Error);
}

}  // namespace
}  // namespace mcpssh::control
