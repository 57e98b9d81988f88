// What a server can do to us before the keys are exchanged.
#include <gmock/gmock.h>

#include <atomic>

#include "scene.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using testing::AnyOf;
using testing::HasSubstr;

using Greeting = Hostile;

TEST_F(Greeting, EndlessLinesBeforeTheVersionAreNotReadForEver) {
  const auto error = refusal_of([](SshWire& wire) {
    for (;;) wire.send_bytes("please hold the line " + poison + "\r\n");
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::handshake_failed, ErrorCode::timed_out)) << error.message();
}

TEST_F(Greeting, ALineWithoutEndIsNotReadForEver) {
  const auto error = refusal_of([](SshWire& wire) {
    for (;;) wire.send_bytes(std::string(65536, 'A'));
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::handshake_failed, ErrorCode::timed_out)) << error.message();
}

TEST_F(Greeting, SilenceEndsAtTheLoginTimeout) {
  const auto error = refusal_of([](SshWire& wire) { wire.wait_for_end(); });
  EXPECT_EQ(error.code(), ErrorCode::timed_out) << error.message();
}

TEST_F(Greeting, HalfAHandshakeThenSilenceEndsAtTheLoginTimeout) {
  const auto after_version = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.wait_for_end();
  });
  EXPECT_EQ(after_version.code(), ErrorCode::timed_out) << after_version.message();
  const auto in_version = refusal_of([](SshWire& wire) {
    wire.send_bytes("SSH-2.0-Open");
    wire.wait_for_end();
  });
  EXPECT_EQ(in_version.code(), ErrorCode::timed_out) << in_version.message();
}

TEST_F(Greeting, GarbageAfterTheVersionIsAnError) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    for (;;) wire.send_bytes("\x12\x34\x56\x78 this is no packet " + poison);
  });
  EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
}

TEST_F(Greeting, PacketLengthsThatCannotBeAreErrors) {
  for (const std::uint32_t length : {0xffffffffU, 0x7fffffffU, 0x00100001U, 1U, 0x80000004U}) {
    const auto error = refusal_of([length](SshWire& wire) {
      wire.exchange_versions();
      wire.send_with_length(Packet(ssh_kexinit).raw(std::string(100, 'x')).bytes(), length);
      wire.wait_for_end();
    });
    EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << length << ": " << error.message();
  }
}

TEST_F(Greeting, PaddingLongerThanItsPacketIsAnError) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.send_bytes(Packet().number(12).byte(255).raw(std::string(11, 'x')).bytes());
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
}

TEST_F(Greeting, AKexinitThatLiesAboutItsLengthsIsAnError) {
  for (const std::string& body :
       {std::string(16, 'c'), Packet().raw(std::string(16, 'c')).number(0xffffffffU).raw("x").bytes(),
        Packet().raw(std::string(16, 'c')).raw(std::string(200, '\0')).bytes()}) {
    const auto error = refusal_of([&body](SshWire& wire) {
      wire.exchange_versions();
      wire.send(Packet(ssh_kexinit).raw(body));
      wire.wait_for_end();
    });
    EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
  }
}

TEST_F(Greeting, AnAlgorithmNameIsQuotedCleanly) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    Packet packet(ssh_kexinit);
    packet.raw(std::string(16, 'c'));
    for (int list = 0; list < 10; ++list) packet.text(poison + std::string(30'000, 'n'));
    wire.send(packet.byte(0).number(0));
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
}

TEST_F(Greeting, AWrongSignatureUnderTheKeyExchangeIsRefused) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.exchange_keys(true);
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
}

TEST_F(Greeting, ADisconnectMessageIsQuotedCleanly) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.send(Packet(ssh_disconnect).number(2).text(poison + std::string(30'000, 'd')).text(""));
    wire.wait_for_end();
  });
  EXPECT_EQ(error.code(), ErrorCode::handshake_failed) << error.message();
}

TEST_F(Greeting, FloodsOfPacketsToBeIgnoredEndAtTheLoginTimeout) {
  const auto error = refusal_of([](SshWire& wire) {
    wire.exchange_versions();
    wire.flood(Packet(ssh_ignore).text(""));
  });
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::handshake_failed, ErrorCode::timed_out)) << error.message();
}

TEST_F(Greeting, AnotherHostKeyThanTheOneOnRecordEndsItBeforeTheLogIn) {
  std::atomic<bool> asked = false;
  const HostileServer server([&asked](SshWire& wire) {
    wire.exchange_versions();
    wire.exchange_keys();
    wire.await(ssh_auth_request);
    asked = true;
  });
  auto target = target_of(server);
  const std::string on_record = WireKey().public_line();
  directory_.write("known_hosts", "[127.0.0.1]:" + std::to_string(server.port()) + " " + on_record + "\n");
  const auto error = refusal_of(server, std::move(target));
  EXPECT_EQ(error.code(), ErrorCode::host_key_changed) << error.message();
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace mcpssh::test
