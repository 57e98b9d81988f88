// A host that sends more than it was let: libssh leaves the window to the host's good will.
#include <gmock/gmock.h>

#include "scene.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using End = ssh::ExecResult::End;
using testing::HasSubstr;

/// Far more than any window: 256 MiB.
constexpr int pieces = 8192;
const std::string piece(32'000, 'x');

class Window : public Hostile {
 protected:
  std::shared_ptr<ssh::Connection> open_to(std::function<void(SshWire&, const ChannelRequest&)> answer) {
    server_ = std::make_unique<HostileServer>([answer = std::move(answer)](SshWire& wire) {
      wire.let_in();
      serve_channels(wire, [&](const ChannelRequest& request) { answer(wire, request); });
    });
    return open(*server_);
  }
  std::unique_ptr<HostileServer> server_;
};

void flood(SshWire& wire, const ChannelRequest& request) {
  for (int i = 0; i < pieces; ++i) wire.send(Packet(ssh_channel_data).number(request.channel).text(piece));
}

base::Task<void> read_to_the_end(base::Duplex& stream) {
  for (std::string bytes = "begin"; !bytes.empty();) bytes = co_await stream.read();
}

TEST_F(Window, AStreamNobodyReadsEndsTheConnectionOfAHostThatIgnoresIt) {
  const auto connection = open_to([](SshWire& wire, const ChannelRequest& request) {
    wire.send(Packet(ssh_channel_success).number(request.channel));
    if (request.type != "shell") return;
    flood(wire, request);
    throw PeerGone();
  });
  ssh::PtyRequest pty;
  const auto stream = loop_.run(connection->open_shell(pty));
  const MemoryPeak memory;
  loop_.run(connection->closed());
  memory.expect_bounded();
  const auto error = error_of(loop_, read_to_the_end(*stream));
  EXPECT_EQ(error.code(), ErrorCode::connection_lost);
  EXPECT_THAT(error.message(), HasSubstr("far more than the channel's window lets it"));
  expect_clean_line(error.message());
}

TEST_F(Window, WhatComesForAChannelNobodyUsesIsNotKept) {
  const auto connection = open_to([](SshWire& wire, const ChannelRequest& request) {
    if (request.command == "again") return answer_command(wire, request, "fine\n", 0);
    wire.send(Packet(ssh_channel_success).number(request.channel));
    wire.send(Packet(ssh_channel_request).number(request.channel).text("exit-status").byte(0).number(3));
    wire.send(Packet(ssh_channel_eof).number(request.channel));  // and no CLOSE
    flood(wire, request);
  });
  const MemoryPeak memory;
  EXPECT_EQ(loop_.run(exec(connection, "show")).result.exit_code, 3);
  EXPECT_EQ(loop_.run(exec(connection, "again")).out, "fine\n");
  memory.expect_bounded();
}

TEST_F(Window, PacketsWithRoomForNothingDoNotKeepTheThread) {
  for (const std::uint32_t packet : {1U, 9U, 10U, 11U, 0xffffffffU}) {
    const HostileServer server([packet](SshWire& wire) {
      wire.let_in();
      serve_channels(
          wire,
          [&wire](const ChannelRequest& request) {
            wire.send(Packet(ssh_channel_success).number(request.channel));
          },
          1 << 20, packet);
    });
    const auto connection = open(server);
    const ssh::PtyRequest pty;
    const auto stream = loop_.run(connection->open_shell(pty));
    const MemoryPeak memory;
    const auto error = error_of(loop_, stream->write("show"));
    memory.expect_bounded();
    if (packet != 10) continue;
    EXPECT_EQ(error.code(), ErrorCode::connection_lost);
    EXPECT_THAT(error.message(), HasSubstr("room for nothing"));
    expect_clean_line(error.message());
  }
}

TEST_F(Window, ARefusedCommandWasNeverStarted) {
  const auto connection = open_to([](SshWire& wire, const ChannelRequest& request) {
    if (request.command == "again") return answer_command(wire, request, "fine\n", 0);
    wire.send(Packet(ssh_channel_failure).number(request.channel));
  });
  const auto error = error_of(loop_, exec(connection, "show"));
  EXPECT_EQ(error.code(), ErrorCode::channel_failed);
  EXPECT_THAT(error.message(), HasSubstr("the host refuses to run a command"));
  EXPECT_THAT(error.message(), HasSubstr("the command was not started"));
  expect_clean_line(error.message());
  EXPECT_EQ(loop_.run(exec(connection, "again")).out, "fine\n") << "the connection lives on";
}

}  // namespace
}  // namespace mcpssh::test
