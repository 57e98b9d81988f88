// Named tokens: what is stored, what is taken, and when no longer.
#include "transport/http/token_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

namespace fs = std::filesystem;
using transport::NamedToken;

struct TokenFileTest : ::testing::Test {
  TokenFileTest() {
    char name[] = "/tmp/mcp-ssh-tokens-XXXXXX";
    directory = ::mkdtemp(name);
    file = directory / "state" / "tokens.json";
  }
  ~TokenFileTest() override { fs::remove_all(directory); }

  /// Stores a new token of that name and gives it.
  std::string add(const std::string& name, std::optional<base::WallTime> expires = std::nullopt) {
    auto tokens = transport::read_tokens(file);
    const auto token = transport::new_token();
    NamedToken entry;
    entry.name = name;
    entry.sha256 = transport::token_digest(token);
    entry.created = base::WallTime(std::chrono::seconds(1'700'000'000));
    entry.expires = expires;
    tokens.push_back(entry);
    transport::write_tokens(file, tokens);
    return token;
  }
  void remove(const std::string& name) {
    auto tokens = transport::read_tokens(file);
    std::erase_if(tokens, [&](const NamedToken& token) { return token.name == name; });
    transport::write_tokens(file, tokens);
  }
  transport::HttpOptions serving() {
    transport::HttpOptions options;
    options.limits.bad_tokens = 1000;
    base::Clock clock;
    clock.wall = [this] { return now; };
    options.authenticate = transport::named_tokens(
        file, transport::one_token("the-one-shared-token", "shared"), clock, base::Log::silent());
    return options;
  }

  fs::path directory, file;
  base::WallTime now = base::WallTime(std::chrono::seconds(1'700'000'100));
};

unsigned status(RawHttp& client, std::string_view token) {
  return client.ask(post(initialize_body(), "", token)).status;
}

TEST_F(TokenFileTest, TheFileHoldsNoTokenAndIsForItsOwnerOnly) {
  const auto token = add("ci");
  EXPECT_GE(token.size(), 64U);
  const auto text = base::read_file(file, 100'000);
  EXPECT_EQ(text.find(token), std::string::npos);
  EXPECT_EQ(text.find(token.substr(7)), std::string::npos);
  struct ::stat found{};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ(transport::read_tokens(file).front().name, "ci");
}

TEST_F(TokenFileTest, ARunningServerTakesWhatIsAddedAndRefusesWhatIsRevoked) {
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(status(client, "the-one-shared-token"), 200U);
  EXPECT_EQ(status(client, "mcpssh_unknown"), 401U);
  const auto first = add("first");
  const auto second = add("second");
  EXPECT_EQ(status(client, first), 200U);
  EXPECT_EQ(status(client, second), 200U);
  remove("first");
  EXPECT_EQ(status(client, first), 401U);
  EXPECT_EQ(status(client, second), 200U);
}

TEST_F(TokenFileTest, EachTokenIsAPrincipalOfItsOwn) {
  const auto first = add("first");
  const auto second = add("second");
  HttpFixture server(serving());
  auto client = server.client();
  const auto opened = client.ask(post(initialize_body(), "", first));
  const auto session = "Mcp-Session-Id: " + opened.field("mcp-session-id") + "\r\n";
  const auto ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(client.ask(post(ping, session, first)).status, 200U);
  EXPECT_EQ(client.ask(post(ping, session, second)).status, 404U);
  EXPECT_EQ(client.ask(post(ping, session, "the-one-shared-token")).status, 404U);
}

TEST_F(TokenFileTest, AnExpiredTokenIsRefused) {
  const auto expired = add("expired", now);
  const auto valid = add("valid", now + std::chrono::seconds(1));
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(status(client, expired), 401U);
  EXPECT_EQ(status(client, valid), 200U);
}

TEST_F(TokenFileTest, AFileThatMakesNoSenseIsAnErrorAndItsTokensAreRefused) {
  const auto token = add("good");
  const auto whole = base::read_file(file, 100'000);
  HttpFixture server(serving());
  auto client = server.client();
  EXPECT_EQ(status(client, token), 200U);
  const auto replaced = [&](std::string_view what, std::string_view with) {
    auto text = whole;
    text.replace(text.find(what), what.size(), with);
    return text;
  };
  for (const auto& bad : {std::string(), std::string("{"), whole.substr(0, whole.size() / 2),
                          replaced("\"format\":1", "\"format\":2"), replaced("\"good\"", "\"shared\""),
                          replaced("\"created\"", "\"hosts\":\"web1\",\"created\""),
                          replaced("\"created\"", "\"expires\":\"never\",\"created\""),
                          replaced("\"sha256\":\"", "\"sha256\":\"0")}) {
    base::replace_file(file, bad, 0600);
    EXPECT_THROW(transport::read_tokens(file), base::Error) << bad;
    EXPECT_EQ(status(client, token), 401U) << bad;
    EXPECT_EQ(status(client, "the-one-shared-token"), 200U);
  }
  base::replace_file(file, whole, 0600);
  EXPECT_EQ(status(client, token), 200U);
}

TEST_F(TokenFileTest, RightsAreStoredAndATokenWithoutThemMayDoEverything) {
  add("free");
  add("limited");
  auto tokens = transport::read_tokens(file);
  EXPECT_FALSE(tokens[0].rights);
  base::Rights rights;
  rights.hosts = "web-*";
  rights.tools = {"ssh_run"};
  rights.mode = "readonly";
  rights.calls_per_minute = 30;
  rights.role = base::Role::approver;
  tokens[1].rights = rights;
  transport::write_tokens(file, tokens);
  EXPECT_EQ(transport::read_tokens(file), tokens);
  EXPECT_EQ(base::read_file(file, 100'000).find("null"), std::string::npos);
}

TEST_F(TokenFileTest, RightsThisVersionDoesNotKnowRefuseTheFile) {
  add("good");
  const auto whole = base::read_file(file, 100'000);
  for (const auto* rights : {R"({"host":"web1"})", R"({"mode":"full"})", R"({"hosts":""})", "null", "[]"}) {
    auto text = whole;
    text.replace(text.find("\"created\""), 0, "\"rights\":" + std::string(rights) + ",");
    base::replace_file(file, text, 0600);
    EXPECT_THROW(transport::read_tokens(file), base::Error) << rights;
  }
}

TEST_F(TokenFileTest, AFileThatOthersCouldHaveWrittenIsRefused) {
  add("good");
  fs::permissions(file, fs::perms::group_write, fs::perm_options::add);
  EXPECT_THROW(transport::read_tokens(file), base::Error);
}

TEST_F(TokenFileTest, NamesOfOtherPrincipalsAreTaken) {
  for (const auto* bad : {"shared", "local", "system", "", "uid 0", "Big", "a/b", "ü"})
    EXPECT_TRUE(transport::problem_of_token_name(bad)) << bad;
  EXPECT_FALSE(transport::problem_of_token_name("ci-runner_2.test"));
}

}  // namespace
}  // namespace mcpssh::testing
