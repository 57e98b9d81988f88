// keyboard-interactive: what the password answers, and what only a person can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/faults.hpp"
#include "bench.hpp"
#include "dialogue_server.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using Method = ssh::Credentials::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DialogueTest : public testing::Test {
 protected:
  ssh::Target target(const DialogueServer& server, std::vector<Method> methods) {
    ssh::Target with;
    with.name = "web1";
    with.address = "127.0.0.1";
    with.port = server.port();
    with.user = "ann";
    with.posix = false;  // it has no shell to probe
    with.known_hosts = directory_.write("known_hosts", server.known_hosts());
    with.credentials.methods = std::move(methods);
    with.credentials.password = base::Secret("hunter22");
    return with;
  }
  DialogueServer asking(std::vector<DialogueServer::Round> rounds) {
    DialogueServer::Options options;
    options.rounds = std::move(rounds);
    return DialogueServer(directory_.path(), std::move(options));
  }
  /// Answers with `code`, and remembers what was asked.
  ssh::AskHuman person(const std::string& code) {
    return [this, code](ssh::HumanPrompt prompt) { return answer(asked_, std::move(prompt), code); };
  }
  static base::Task<std::optional<base::Secret>> answer(std::vector<ssh::HumanPrompt>& asked,
                                                        ssh::HumanPrompt prompt, std::string code) {
    asked.push_back(std::move(prompt));
    co_return base::Secret(code);
  }
  std::string method_of(const ssh::Target& with) {
    return loop_.run(Connection::open(with))->facts().auth_method;
  }
  base::Error error(ssh::Target with) { return error_of(loop_, Connection::open(std::move(with))); }

  TempDir directory_;
  Loop loop_;
  std::vector<ssh::HumanPrompt> asked_;
};

TEST_F(DialogueTest, ThePasswordAnswersItsPromptAndAPersonTheCode) {
  const auto server =
      asking({{"", {{"Password: "}}}, {"Sent to your phone", {{"Verification code: ", true}}}, {}});
  auto with = target(server, {Method::keyboard_interactive});
  with.ask_human = person("123456");
  EXPECT_EQ(method_of(with), "keyboard-interactive");
  EXPECT_THAT(server.answers(), ElementsAre("hunter22", "123456"));
  ASSERT_EQ(asked_.size(), 1U);
  EXPECT_EQ(asked_[0].host, "web1");
  EXPECT_EQ(asked_[0].text, "Verification code:");
  EXPECT_EQ(asked_[0].instruction, "Sent to your phone");
  EXPECT_TRUE(asked_[0].echo);
}

TEST_F(DialogueTest, BothInOneRoundAreToldApart) {
  const auto server = asking({{"", {{"Password: "}, {"One-time password: "}}}});
  auto with = target(server, {Method::password});
  with.ask_human = person("123456");
  EXPECT_EQ(method_of(with), "keyboard-interactive");
  EXPECT_THAT(server.answers(), ElementsAre("hunter22", "123456"));
}

TEST_F(DialogueTest, WithoutAPersonTheErrorNamesThePrompt) {
  const auto server = asking({{"", {{"Verification code: "}}}});
  const auto refused = error(target(server, {Method::keyboard_interactive}));
  EXPECT_EQ(refused.code(), ErrorCode::needs_human);
  EXPECT_THAT(refused.message(), HasSubstr("\"Verification code:\""));
  EXPECT_THAT(refused.next_move(), HasSubstr("where a person can answer"));
  EXPECT_EQ(refused.step(), "log in");
  EXPECT_THAT(server.answers(), IsEmpty());
}

base::Task<std::optional<base::Secret>> decline(ssh::HumanPrompt) {
  co_return std::nullopt;
}

TEST_F(DialogueTest, APersonWhoDeclinesEndsTheLogIn) {
  const auto server = asking({{"", {{"Verification code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.ask_human = &decline;
  EXPECT_EQ(error(with).code(), ErrorCode::needs_human);
  EXPECT_THAT(server.answers(), IsEmpty());
}

base::Task<std::optional<base::Secret>> think(ssh::HumanPrompt) {
  auto executor = co_await base::asio::this_coro::executor;
  base::asio::steady_timer timer(executor, std::chrono::seconds(1));
  co_await timer.async_wait(base::asio::use_awaitable);
  co_return base::Secret("123456");
}

TEST_F(DialogueTest, APersonMayThinkLongerThanALogInMayTake) {
  const auto server = asking({{"", {{"Verification code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.login_timeout = 700ms;
  with.ask_human = &think;
  EXPECT_EQ(method_of(with), "keyboard-interactive");
}

TEST_F(DialogueTest, ThePasswordIsSentOnce) {
  const auto server = asking({{"", {{"Password: "}}}, {"Wrong.", {{"Password: "}}}});
  const auto refused = error(target(server, {Method::keyboard_interactive}));
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("tried keyboard-interactive"));
  EXPECT_THAT(refused.message(), Not(HasSubstr("hunter22")));
  EXPECT_THAT(server.answers(), ElementsAre("hunter22"));
}

TEST_F(DialogueTest, TooManyQuestionsEndTheLogIn) {
  std::vector<DialogueServer::Prompt> many(200, {"Password: "});
  const auto at_once = asking({{"", many}});
  auto with = target(at_once, {Method::keyboard_interactive});
  with.ask_human = person("x");
  EXPECT_EQ(error(with).code(), ErrorCode::protocol_error);
  EXPECT_THAT(at_once.answers(), IsEmpty());

  const auto one_by_one = asking(std::vector<DialogueServer::Round>(1000, {"", {{"Next?", true}}}));
  with = target(one_by_one, {Method::keyboard_interactive});
  with.ask_human = person("x");
  EXPECT_THAT(error(with).code(), testing::AnyOf(ErrorCode::protocol_error, ErrorCode::auth_failed));
  EXPECT_LE(one_by_one.answers().size(), 10U);
}

TEST_F(DialogueTest, WhatIsShownToAPersonIsCleanAndShort) {
  const std::string noise(30'000, 'x');
  const auto server = asking({{"\x1b[2J" + noise, {{"\x1b]0;root\a" + noise, true}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.ask_human = person("x");
  EXPECT_EQ(method_of(with), "keyboard-interactive");
  ASSERT_EQ(asked_.size(), 1U);
  EXPECT_THAT(asked_[0].text, HasSubstr("\\x1b]0;root\\x07"));
  EXPECT_LE(asked_[0].text.size(), 210U);
  EXPECT_LE(asked_[0].instruction.size(), 4106U);
}

TEST_F(DialogueTest, APersonIsToldWhoAsksAndUntilWhen) {
  const auto server = asking({{"Two\nlines", {{"Verification code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.ask_human = person("123456");
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(method_of(with), "keyboard-interactive");
  ASSERT_EQ(asked_.size(), 1U);
  const auto& asked = asked_[0];
  EXPECT_EQ(asked.user, "ann");
  EXPECT_EQ(asked.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_THAT(asked.host_key, testing::StartsWith("ssh-ed25519 SHA256:"));
  EXPECT_EQ(asked.host_key_doubt, "");
  EXPECT_EQ(asked.name, "log-in");
  EXPECT_EQ(asked.instruction, "Two\nlines");
  EXPECT_GT(asked.until, before + 100s);
  EXPECT_LT(asked.until, std::chrono::steady_clock::now() + 120s) << "sshd does not wait longer";
}

TEST_F(DialogueTest, AKeyThatNobodyComparedIsTold) {
  const auto server = asking({{"", {{"Code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.known_hosts = directory_.path() / "none";
  with.ask_human = person("1");
  with.host_key_checking = ssh::HostKeyChecking::off;
  method_of(with);
  EXPECT_THAT(asked_.at(0).host_key_doubt, HasSubstr("host_key_checking: off"));
  const auto again = asking({{"", {{"Code: "}}}});
  with.port = again.port();
  with.host_key_checking = ssh::HostKeyChecking::accept_new;
  method_of(with);
  EXPECT_THAT(asked_.at(1).host_key_doubt, HasSubstr("seen for the first time"));
  method_of(with);
  EXPECT_THAT(asked_.at(2).host_key_doubt,
              testing::AllOf(HasSubstr("taken unseen at first contact and compared by nobody"),
                             Not(HasSubstr("seen for the first time"))))
      << "being on record by now proves nothing";
}

/// Never answers; says when it was put away.
base::Task<std::optional<base::Secret>> never(bool& put_away, ssh::HumanPrompt) {
  struct Leaving {
    bool& left;
    ~Leaving() { left = true; }
  } leaving{put_away};
  auto executor = co_await base::asio::this_coro::executor;
  base::asio::steady_timer timer(executor, base::asio::steady_timer::time_point::max());
  co_await timer.async_wait(base::asio::use_awaitable);
  co_return std::nullopt;
}

TEST_F(DialogueTest, AQuestionEndsWhenTheHostHangsUp) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = {"UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no"};
  const OpensshServer sshd(std::move(options));
  ssh::Target with;
  with.name = "web1";
  with.address = "127.0.0.1";
  with.port = sshd.port();
  with.user = sshd.password_user().name();
  with.known_hosts = directory_.write("known_hosts", sshd.known_hosts());
  with.credentials.methods = {Method::keyboard_interactive};
  bool put_away = false;
  with.ask_human = [&](ssh::HumanPrompt prompt) {
    sshd.cut_connections();
    return never(put_away, std::move(prompt));
  };
  const auto ended = error(with);
  EXPECT_EQ(ended.code(), ErrorCode::auth_failed);
  EXPECT_THAT(ended.message(), HasSubstr("the host ended the connection during the log-in"));
  EXPECT_TRUE(put_away);
}

TEST_F(DialogueTest, WhoNeverAnswersIsNotWaitedForLongerThanTold) {
  const auto server = asking({{"", {{"Code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.human_timeout = 50ms;
  bool put_away = false;
  with.ask_human = [&put_away](ssh::HumanPrompt prompt) { return never(put_away, std::move(prompt)); };
  const auto ended = error(with);
  EXPECT_EQ(ended.code(), ErrorCode::needs_human);
  EXPECT_THAT(ended.message(), HasSubstr("nobody answered in time"));
  EXPECT_TRUE(put_away);
}

base::Task<std::optional<base::Secret>> refuse(ssh::HumanPrompt) {
  throw base::Error(base::Fault::login_declined, "a person said no", "ask them");
  co_return std::nullopt;
}

TEST_F(DialogueTest, WhyNobodyAnsweredIsToldAsWhoAskedSaysIt) {
  const auto server = asking({{"", {{"Code: "}}}});
  auto with = target(server, {Method::keyboard_interactive});
  with.ask_human = &refuse;
  const auto ended = error(with);
  EXPECT_EQ(ended.fault(), base::Fault::login_declined);
  EXPECT_EQ(ended.message(), "web1: log in: a person said no. Next: ask them");
}

TEST_F(DialogueTest, ACodeCanFollowAKey) {
  DialogueServer::Options options;
  options.key_first = true;
  options.rounds = {{"", {{"Verification code: "}}}};
  const DialogueServer server(directory_.path(), std::move(options));
  auto with = target(server, {Method::key});
  with.credentials.key_files = {make_client_key(directory_.path() / "mine").path};
  with.ask_human = person("123456");
  EXPECT_EQ(method_of(with), "publickey (mine), keyboard-interactive");
}

TEST_F(DialogueTest, NothingIsAskedWhereNothingIsWanted) {
  DialogueServer::Options options;
  options.none = true;
  const DialogueServer server(directory_.path(), std::move(options));
  EXPECT_EQ(method_of(target(server, {Method::none})), "none");
  EXPECT_EQ(method_of(target(server, {Method::password})), "none");
}

}  // namespace
}  // namespace mcpssh::test
