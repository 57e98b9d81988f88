// What a running server learns of its tokens by itself: revoked, replaced, expired, changed.
#include "transport/http/token_watch.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "base/file.hpp"

namespace mcpssh::transport {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

struct TokenWatchTest : testing::Test {
  TokenWatchTest() {
    char name[] = "/tmp/mcp-ssh-tokens-XXXXXX";
    directory = ::mkdtemp(name);
    file = directory / "state" / "tokens.json";
  }
  ~TokenWatchTest() override { fs::remove_all(directory); }

  NamedToken& add(const std::string& name) {
    NamedToken token;
    token.name = name;
    token.sha256 = token_digest(new_token());
    token.created = now;
    tokens.push_back(token);
    return tokens.back();
  }
  void store() { write_tokens(file, tokens); }
  void begin() {
    base::Clock clock;
    clock.wall = [this] {
      ++looks;
      return now;
    };
    watch.emplace(io.get_executor(), file, clock);
  }
  /// The next changes; a guard ends a wait that would be for ever.
  std::vector<TokenChange> changes() {
    std::vector<TokenChange> found;
    std::exception_ptr failure;
    bool done = false;
    base::asio::co_spawn(io, watch->changes(), [&](std::exception_ptr error, std::vector<TokenChange> given) {
      found = std::move(given);
      failure = error;
      done = true;
      io.stop();
    });
    io.restart();
    io.run_for(seconds(20));
    EXPECT_TRUE(done) << "nothing was told";
    if (failure) std::rethrow_exception(failure);
    return found;
  }

  fs::path directory, file;
  base::WallTime now = base::WallTime(seconds(1'700'000'000));
  int looks = 0;  ///< at the clock, which each token that expires needs
  std::vector<NamedToken> tokens;
  boost::asio::io_context io;
  std::optional<TokenWatch> watch;
};

TEST_F(TokenWatchTest, ARevokedTokenIsToldAndTheOthersAreNot) {
  add("first");
  add("second");
  store();
  begin();
  std::erase_if(tokens, [](const auto& token) { return token.name == "first"; });
  store();
  const auto told = changes();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].name, "first");
  EXPECT_TRUE(told[0].gone);
}

TEST_F(TokenWatchTest, ATokenMadeAgainUnderItsNameIsAnotherOne) {
  add("ci");
  store();
  begin();
  tokens.clear();
  add("ci");
  store();
  const auto told = changes();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].gone);
}

TEST_F(TokenWatchTest, OtherRightsAreTold) {
  add("ci");
  store();
  begin();
  tokens[0].rights.emplace().hosts = "web-*";
  store();
  const auto told = changes();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].gone);
  ASSERT_TRUE(told[0].rights);
  EXPECT_EQ(told[0].rights->hosts, "web-*");
}

TEST_F(TokenWatchTest, AnExpiryIsToldWithoutAnyChangeOfTheFile) {
  add("kept").expires = now + seconds(5000);
  add("short").expires = now + seconds(1);
  store();
  now += std::chrono::milliseconds(950);
  begin();
  std::optional<std::vector<TokenChange>> told;
  base::asio::co_spawn(io, watch->changes(), [&](std::exception_ptr, std::vector<TokenChange> given) {
    told = std::move(given);
    io.stop();
  });
  io.poll();
  EXPECT_FALSE(told);
  now += seconds(1);
  io.restart();
  io.run_for(seconds(20));
  ASSERT_TRUE(told);
  ASSERT_EQ(told->size(), 1U);
  EXPECT_EQ(told->front().name, "short");
  EXPECT_TRUE(told->front().gone);
}

TEST_F(TokenWatchTest, AFileThatMakesNoSenseTakesAllOfThem) {
  add("first");
  add("second");
  store();
  begin();
  base::replace_file(file, "{", 0600);
  EXPECT_EQ(changes().size(), 2U);
}

TEST_F(TokenWatchTest, AFileThatIsMadeLaterIsFollowed) {
  begin();
  std::optional<std::vector<TokenChange>> told;
  base::asio::co_spawn(io, watch->changes(),
                       [&](std::exception_ptr, std::vector<TokenChange> given) { told = std::move(given); });
  io.poll();
  add("ci").expires = now + seconds(5000);
  store();
  const auto before = looks;
  while (looks == before && io.run_one_for(seconds(20)) > 0) {
  }
  ASSERT_GT(looks, before) << "the new file was not read";
  EXPECT_FALSE(told) << "a new token is nothing that ends";
  tokens.clear();
  store();
  while (!told && io.run_one_for(seconds(20)) > 0) {
  }
  ASSERT_TRUE(told);
  EXPECT_EQ(told->front().name, "ci");
}

}  // namespace
}  // namespace mcpssh::transport
