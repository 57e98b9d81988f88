// What a server can do to us while we log in.
#include <gmock/gmock.h>

#include <atomic>

#include "base/limits.hpp"
#include "scene.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using testing::AnyOf;

class LogIn : public Hostile {
 protected:
  static ssh::Target with_password(ssh::Target target) {
    target.credentials.methods = {ssh::Credentials::Method::password};
    target.credentials.password = base::Secret("Pw-of-web1");
    return target;
  }
};

/// Up to the first request to be let in.
void up_to_the_request(SshWire& wire) {
  wire.exchange_versions();
  wire.exchange_keys();
  wire.await(ssh_service_request);
  wire.send(Packet(ssh_service_accept).text("ssh-userauth"));
  wire.await(ssh_auth_request);
}

TEST_F(LogIn, ABannerOfFourKibibytesIsNoReasonToStop) {
  const HostileServer server([](SshWire& wire) {
    up_to_the_request(wire);
    wire.send(Packet(ssh_auth_banner).text(poison + std::string(4096, 'B')).text(""));
    wire.send(Packet(ssh_auth_success));
    serve_channels(wire, [&wire](const ChannelRequest& request) { answer_command(wire, request, "ok", 0); });
  });
  EXPECT_EQ(loop_.run(exec(open(server), "x")).out, "ok");
}

TEST_F(LogIn, TenMebibytesOfBannerAreNotRead) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    for (int sent = 0; sent < 10 * 1024; sent += 30)
      wire.send(Packet(ssh_auth_banner).text(poison + std::string(30'000, 'B')).text(""));
    wire.wait_for_end();
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::protocol_error, ErrorCode::timed_out)) << error.message();
}

TEST_F(LogIn, BannersWithoutEndHaveAnEnd) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    wire.flood(Packet(ssh_auth_banner).text(poison).text(""));
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::protocol_error, ErrorCode::timed_out)) << error.message();
}

TEST_F(LogIn, PacketsToBeIgnoredWithoutEndHaveAnEnd) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    wire.flood(Packet(ssh_ignore).text(""));
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::protocol_error, ErrorCode::timed_out)) << error.message();
}

TEST_F(LogIn, AServerThatNeverAnswersTheLogInEndsAtTheLoginTimeout) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::timed_out) << error.message();
}

TEST_F(LogIn, EndlessPartialSuccessIsNotFollowed) {
  std::atomic<int> requests = 0;
  const HostileServer server([&requests](SshWire& wire) {
    up_to_the_request(wire);
    for (;; ++requests) {
      wire.send(Packet(ssh_auth_failure).text("publickey,password," + poison).byte(1));
      wire.await(ssh_auth_request);
    }
  });
  auto target = target_of(server);
  target.credentials.methods = {ssh::Credentials::Method::key, ssh::Credentials::Method::password};
  target.credentials.password = base::Secret("Pw-of-web1");
  const auto error = refusal_of(server, std::move(target));
  EXPECT_EQ(error.code(), ErrorCode::auth_failed) << error.message();
  EXPECT_LE(requests, 12);
}

TEST_F(LogIn, AThousandPromptsAreNotAnswered) {
  std::atomic<int> answers = 0;
  const HostileServer server([&answers](SshWire& wire) {
    up_to_the_request(wire);
    wire.send(Packet(ssh_auth_failure).text("keyboard-interactive").byte(0));
    wire.await(ssh_auth_request);
    Packet question(ssh_auth_info_request);
    question.text(poison).text(std::string(4000, 'I')).text("").number(1000);
    for (int i = 0; i < 1000; ++i) question.text("Password" + poison).byte(0);
    wire.send(question);
    for (;; ++answers) {
      wire.await(ssh_auth_info_response);
      wire.send(question);
    }
  });
  const auto error = refusal_of(server, with_password(target_of(server)));
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::auth_failed, ErrorCode::needs_human)) << error.message();
  EXPECT_LE(answers, 1);
}

TEST_F(LogIn, APasswordIsToldOnceHoweverOftenTheServerAsks) {
  std::atomic<int> told = 0;
  const HostileServer server([&told](SshWire& wire) {
    up_to_the_request(wire);
    wire.send(Packet(ssh_auth_failure).text("keyboard-interactive").byte(0));
    wire.await(ssh_auth_request);
    for (;;) {
      wire.send(
          Packet(ssh_auth_info_request).text("").text("").text("").number(1).text("Password: ").byte(0));
      Fields answer(wire.await(ssh_auth_info_response));
      answer.byte();
      answer.number();
      if (answer.text() == "Pw-of-web1") ++told;
    }
  });
  const auto error = refusal_of(server, with_password(target_of(server)));
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::auth_failed, ErrorCode::needs_human)) << error.message();
  EXPECT_EQ(told, 1);
}

TEST_F(LogIn, EndlessEmptyRoundsAreNotFollowed) {
  std::atomic<int> rounds = 0;
  const HostileServer server([&rounds](SshWire& wire) {
    up_to_the_request(wire);
    wire.send(Packet(ssh_auth_failure).text("keyboard-interactive").byte(0));
    wire.await(ssh_auth_request);
    for (;; ++rounds) {
      wire.send(Packet(ssh_auth_info_request).text("").text(poison).text("").number(0));
      wire.await(ssh_auth_info_response);
    }
  });
  const auto error = refusal_of(server, with_password(target_of(server)));
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::auth_failed, ErrorCode::needs_human)) << error.message();
  EXPECT_LE(rounds, 12);
}

TEST_F(LogIn, ARefusalQuotesTheServersMethodsCleanly) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    for (;;) {
      wire.send(Packet(ssh_auth_failure).text(poison + std::string(20'000, 'm')).byte(0));
      wire.await(ssh_auth_request);
    }
  });
  EXPECT_EQ(error.code(), ErrorCode::auth_failed) << error.message();
}

TEST_F(LogIn, ADisconnectDuringTheLogInIsQuotedCleanly) {
  const auto error = refusal_of([](SshWire& wire) {
    up_to_the_request(wire);
    wire.send(Packet(ssh_disconnect).number(14).text(poison + std::string(20'000, 'd')).text(""));
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::auth_failed) << error.message();
}

TEST_F(LogIn, ABrokenMacIsAnErrorAndNothingElse) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.exchange_keys();
    wire.send_with_bad_mac(Packet(ssh_service_accept).text("ssh-userauth").bytes());
    wire.wait_for_end();
  });
  EXPECT_THAT(error.code(),
              AnyOf(ErrorCode::auth_failed, ErrorCode::handshake_failed, ErrorCode::connection_lost))
      << error.message();
}

TEST_F(LogIn, AVersionFullOfEscapesIsShownCleanly) {
  const HostileServer server([](SshWire& wire) {
    std::string version = "SSH-2.0-" + poison;
    std::erase_if(version, [](char c) { return c == '\r' || c == '\n'; });
    wire.exchange_versions(version);
    wire.exchange_keys();
    wire.await(ssh_service_request);
    wire.send(Packet(ssh_service_accept).text("ssh-userauth"));
    wire.await(ssh_auth_request);
    wire.send(Packet(ssh_auth_success));
    wire.wait_for_end();
  });
  const auto connection = open(server);
  expect_clean_line(connection->facts().server_version);
  EXPECT_LE(connection->facts().server_version.size(), 255U);
}

}  // namespace
}  // namespace mcpssh::test
