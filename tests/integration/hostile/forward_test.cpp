// What a host can do to us where it listens for a tunnel.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "scene.hpp"

namespace mcpssh::test {
namespace {

constexpr std::uint16_t port = 8080;
constexpr std::uint8_t request_success = 81;

/// Has one connection come to the port. When it was let in, and then let go of: the other side's number for
/// it.
std::optional<std::uint32_t> comes_in(SshWire& wire, std::uint32_t number,
                                      const std::string& from = "127.0.0.1") {
  wire.send(Packet(ssh_channel_open)
                .text("forwarded-tcpip")
                .number(number)
                .number(1 << 20)
                .number(32'768)
                .text("127.0.0.1")
                .number(port)
                .text(from)
                .number(1));
  Fields answer(wire.receive());
  if (answer.byte() != ssh_open_confirmation) return std::nullopt;
  answer.number();
  const auto theirs = answer.number();
  wire.await(ssh_channel_close);
  return theirs;
}

/// Lets go of whatever comes in.
base::Task<void> turn_away(std::shared_ptr<ssh::Connection> connection) {
  const auto listener = co_await connection->listen_forward("127.0.0.1", port);
  for (;;) co_await listener->accept();
}

class Forwarded : public Hostile {};

TEST_F(Forwarded, WhoWaitsForAConnectionHearsThatTheHostHasGone) {
  const HostileServer server([](SshWire& wire) {
    wire.let_in();
    wire.await(ssh_global_request);
    wire.send(Packet(request_success));
    comes_in(wire, 0);  // which is let go of in the turn that waits for the next
  });
  const auto connection = open(server);
  EXPECT_EQ(error_of(loop_, turn_away(connection)).code(), base::ErrorCode::connection_lost);
}

TEST_F(Forwarded, ChannelsThatTheHostOpensAndNeverClosesDoNotPileUp) {
  std::atomic<std::size_t> kept = 0, let_in_again = 0;
  const HostileServer server([&](SshWire& wire) {
    wire.let_in();
    wire.await(ssh_global_request);
    wire.send(Packet(request_success));
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < 1000; ++i)
      if (const auto theirs = comes_in(wire, i)) open.push_back(*theirs);
    kept = open.size();
    for (const auto theirs : open) wire.send(Packet(ssh_channel_close).number(theirs));
    for (std::uint32_t i = 0; i < 10; ++i) let_in_again += comes_in(wire, 1000 + i) ? 1 : 0;
  });
  const auto connection = open(server);
  EXPECT_EQ(error_of(loop_, turn_away(connection)).code(), base::ErrorCode::connection_lost);
  EXPECT_LT(kept, 200U);
  EXPECT_EQ(let_in_again, 10U) << "a host that closes its own may open others";
}

TEST_F(Forwarded, OtherMachinesDoNotComeInWhereTheHostWasToListenOnLoopback) {
  const std::set<std::string> outside{"192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "0.0.0.0"};
  std::map<std::string, bool> let_in;
  const HostileServer server([&](SshWire& wire) {
    wire.let_in();
    wire.await(ssh_global_request);
    wire.send(Packet(request_success));
    std::uint32_t number = 0;
    for (const char* from : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.0.1", "", "UNKNOWN", "192.0.2.7",
                             "2001:db8::7", "::ffff:192.0.2.7", "0.0.0.0"})
      let_in[from] = comes_in(wire, number++, from).has_value();
  });
  const auto connection = open(server);
  EXPECT_EQ(error_of(loop_, turn_away(connection)).code(), base::ErrorCode::connection_lost);
  for (const auto& [from, in] : let_in) EXPECT_EQ(in, !outside.contains(from)) << from;
}

}  // namespace
}  // namespace mcpssh::test
