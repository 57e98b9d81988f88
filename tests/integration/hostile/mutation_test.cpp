// Packets from a generator, in the places where a server speaks: whatever they are, a command has an end.
#include <gmock/gmock.h>

#include <random>

#include "scene.hpp"

namespace mcpssh::test {
namespace {
using testing::AnyOf;
using End = ssh::ExecResult::End;

/// A packet that is nearly right: a true message with lengths and numbers out of a hat.
std::string nearly_right(std::mt19937& random) {
  static constexpr std::array<std::uint32_t, 8> numbers{0, 1, 2, 43, 255, 0x7fffffff, 0x80000000, 0xffffffff};
  static constexpr std::array<std::uint8_t, 16> messages{
      ssh_disconnect,        ssh_ignore,        ssh_debug,           ssh_kexinit,
      ssh_newkeys,           ssh_kex_reply,     ssh_auth_success,    ssh_auth_failure,
      ssh_open_confirmation, ssh_window_adjust, ssh_channel_data,    ssh_extended_data,
      ssh_channel_eof,       ssh_channel_close, ssh_channel_request, ssh_channel_success};
  const auto pick = [&random](const auto& from) { return from[random() % from.size()]; };
  Packet packet(random() % 8 == 0 ? static_cast<std::uint8_t>(random()) : pick(messages));
  for (unsigned fields = random() % 6; fields > 0; --fields) switch (random() % 4) {
      case 0:
        packet.number(pick(numbers));
        break;
      case 1:
        packet.text(random() % 2 == 0 ? "exit-status" : poison);
        break;
      case 2:
        packet.byte(static_cast<std::uint8_t>(random()));
        break;
      default:
        packet.number(pick(numbers)).raw(std::string(random() % 300, static_cast<char>(random())));
    }
  return packet.bytes();
}

class Mutation : public Hostile {};

TEST_F(Mutation, OfPacketsAfterTheLogIn) {
  const MemoryPeak memory;
  int ended = 0, lost = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const HostileServer server([seed](SshWire& wire) {
      std::mt19937 random(seed);
      wire.let_in();
      serve_channels(wire, [&](const ChannelRequest& request) {
        for (int i = 0; i < 40; ++i) wire.send_payload(nearly_right(random));
        answer_command(wire, request, "out", 0);
      });
    });
    const auto connection = open(server);
    try {
      const auto said = loop_.run(exec(connection, "show", std::chrono::milliseconds(300)));
      said.result.end == End::connection_lost ? ++lost : ++ended;
      expect_clean_line(said.result.detail);
      expect_clean_line(said.result.signal);
    } catch (const base::Error& error) {
      ++lost;
      expect_clean_line(error.message());
    }
  }
  EXPECT_EQ(ended + lost, 150);
  EXPECT_GT(lost, 0) << "nothing in these packets did anything";
  memory.expect_bounded();
}

TEST_F(Mutation, OfPacketsBeforeTheLogIn) {
  const MemoryPeak memory;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    const HostileServer server([seed](SshWire& wire) {
      std::mt19937 random(seed);
      wire.exchange_versions();
      if (seed % 2 == 0) wire.exchange_keys();
      for (int i = 0; i < 20; ++i) wire.send_payload(nearly_right(random));
      if (seed % 3 == 0) wire.send_bytes(std::string(4096, static_cast<char>(seed)));
    });
    auto target = target_of(server);
    target.login_timeout = std::chrono::seconds(1);
    const auto error = error_of(loop_, ssh::Connection::open(std::move(target)));
    EXPECT_NE(error.code(), base::ErrorCode::internal) << seed << ": " << error.message();
    EXPECT_EQ(error.host(), "web1");
    expect_clean_line(error.message());
  }
  memory.expect_bounded();
}

}  // namespace
}  // namespace mcpssh::test
