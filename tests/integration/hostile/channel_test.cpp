// What a server can do to us once we are in: on the channels of a command, and beside them.
#include <gmock/gmock.h>

#include <atomic>

#include "base/limits.hpp"
#include "scene.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using End = ssh::ExecResult::End;
using testing::AnyOf;
using namespace std::chrono_literals;

/// More than a stop takes: TERM and KILL with their graces, and a slow machine.
constexpr auto stop_limit = 2 * base::limits::stop_grace + 2s;

class Channels : public Hostile {
 protected:
  /// A server that lets everybody in and answers commands like this.
  using Answer = std::function<void(SshWire& wire, const ChannelRequest& request)>;
  static HostileServer::Script answering(Answer answer, std::uint32_t window = 1 << 20,
                                         std::uint32_t packet = 32'768) {
    return [answer = std::move(answer), window, packet](SshWire& wire) {
      wire.let_in();
      serve_channels(
          wire,
          [&](const ChannelRequest& request) {
            if (request.type == "exec") answer(wire, request);
          },
          window, packet);
    };
  }

  Said run(const std::shared_ptr<Connection>& connection, std::string command = "show",
           std::chrono::milliseconds timeout = 5s) {
    return loop_.run(exec(connection, std::move(command), timeout));
  }
  /// The same without keeping the output; `bytes` counts it.
  ssh::ExecResult run_counting(const std::shared_ptr<Connection>& connection, std::size_t& bytes,
                               std::chrono::milliseconds timeout, std::string input = {}) {
    ssh::ExecRequest request;
    request.command = "show";
    request.timeout = timeout;
    request.input = std::move(input);
    ssh::Sink count = [&bytes](std::string_view piece, bool) { bytes += piece.size(); };
    return loop_.run(connection->exec(std::move(request), std::move(count)));
  }
};

void accept(SshWire& wire, const ChannelRequest& request) {
  wire.send(Packet(ssh_channel_success).number(request.channel));
}
void data(SshWire& wire, const ChannelRequest& request, std::string_view bytes) {
  wire.send(Packet(ssh_channel_data).number(request.channel).text(bytes));
}
void exit_status(SshWire& wire, const ChannelRequest& request, std::uint32_t code) {
  wire.send(Packet(ssh_channel_request).number(request.channel).text("exit-status").byte(0).number(code));
}
void end(SshWire& wire, const ChannelRequest& request) {
  wire.send(Packet(ssh_channel_eof).number(request.channel));
  wire.send(Packet(ssh_channel_close).number(request.channel));
}

TEST_F(Channels, TheScriptedServerIsGoodEnoughForAnOrdinaryCommand) {
  const HostileServer server(answering(
      [](SshWire& wire, const ChannelRequest& request) { answer_command(wire, request, "out\n", 7); }));
  const auto connection = open(server);
  for (int i = 0; i < 3; ++i) {
    const auto said = run(connection);
    EXPECT_EQ(said.result.end, End::exited);
    EXPECT_EQ(said.result.exit_code, 7);
    EXPECT_EQ(said.out, "out\n");
  }
}

TEST_F(Channels, AnExitStatusBeforeTheOutputLosesNoOutput) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    exit_status(wire, request, 0);
    data(wire, request, "late\n");
    end(wire, request);
  }));
  const auto said = run(open(server));
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.out, "late\n");
}

TEST_F(Channels, AnExitStatusBeforeTheRequestWasAcceptedIsStillTheTruth) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    exit_status(wire, request, 3);
    data(wire, request, "early\n");
    accept(wire, request);
    end(wire, request);
  }));
  const auto said = run(open(server));
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.result.exit_code, 3);
  EXPECT_EQ(said.out, "early\n");
}

TEST_F(Channels, DataAfterTheEndIsNotOutput) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    data(wire, request, "true\n");
    exit_status(wire, request, 0);
    end(wire, request);
    for (int i = 0; i < 1000; ++i) data(wire, request, "forged\n");
  }));
  const auto connection = open(server);
  const auto said = run(connection);
  EXPECT_EQ(said.result.end, End::exited);
  EXPECT_EQ(said.out, "true\n");
}

TEST_F(Channels, StormsOfEndsLeaveTheConnectionUsableOrLost) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    data(wire, request, "out\n");
    exit_status(wire, request, 0);
    for (int i = 0; i < 2000; ++i) wire.send(Packet(ssh_channel_eof).number(request.channel));
    for (int i = 0; i < 2000; ++i) wire.send(Packet(ssh_channel_close).number(request.channel));
  }));
  const MemoryPeak memory;
  const auto connection = open(server);
  for (int i = 0; i < 3 && connection->alive(); ++i) {
    const auto said = run(connection);
    EXPECT_THAT(said.result.end, AnyOf(End::exited, End::connection_lost));
    if (said.result.end == End::exited) {
      EXPECT_EQ(said.out, "out\n");
    }
  }
  memory.expect_bounded();
}

TEST_F(Channels, AFloodPastTheWindowIsNotKept) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    const std::string piece(32'000, 'x');
    for (int i = 0; i < 8192; ++i) data(wire, request, piece);  // 250 MiB, and no look at the window
    exit_status(wire, request, 0);
    end(wire, request);
  }));
  const auto connection = open(server);
  const MemoryPeak memory;
  std::size_t bytes = 0;
  const auto result = run_counting(connection, bytes, 60s);
  EXPECT_THAT(result.end, AnyOf(End::exited, End::connection_lost));
  memory.expect_bounded();
}

TEST_F(Channels, ACommandThatNeverAnswersEndsAtItsTimeout) {
  const HostileServer server(
      answering([](SshWire& wire, const ChannelRequest& request) { accept(wire, request); }));
  const auto connection = open(server);
  const auto begin = std::chrono::steady_clock::now();
  const auto said = run(connection, "show", 500ms);
  EXPECT_LE(std::chrono::steady_clock::now() - begin, 500ms + stop_limit);
  EXPECT_EQ(said.result.end, End::timed_out);
  EXPECT_EQ(said.result.stop, ssh::ExecResult::Stop::unproved);
}

TEST_F(Channels, AnExecRequestThatIsNeverAnsweredEndsAtItsTimeout) {
  const HostileServer server(answering([](SshWire&, const ChannelRequest&) {}));
  const auto connection = open(server);
  const auto begin = std::chrono::steady_clock::now();
  const auto said = run(connection, "show", 500ms);
  EXPECT_LE(std::chrono::steady_clock::now() - begin, 500ms + stop_limit);
  EXPECT_EQ(said.result.end, End::timed_out);
}

TEST_F(Channels, AFloodInsteadOfAnAnswerEndsAtTheTimeout) {
  const HostileServer server(
      answering([](SshWire& wire, const ChannelRequest&) { wire.flood(Packet(ssh_ignore).text("")); }));
  const auto connection = open(server);
  const MemoryPeak memory;
  const auto begin = std::chrono::steady_clock::now();
  const auto said = run(connection, "show", 500ms);
  EXPECT_LE(std::chrono::steady_clock::now() - begin, 500ms + stop_limit);
  EXPECT_THAT(said.result.end, AnyOf(End::timed_out, End::connection_lost));
  memory.expect_bounded();
}

TEST_F(Channels, AChannelThatIsNeverOpenedMeansNeverStarted) {
  const HostileServer server([](SshWire& wire) {
    wire.let_in();
    wire.wait_for_end();
  });
  const auto connection = open(server);
  const auto begin = std::chrono::steady_clock::now();
  const auto error = error_of(loop_, exec(connection, "show", 500ms));
  EXPECT_LE(std::chrono::steady_clock::now() - begin, 500ms + stop_limit);
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::channel_failed, ErrorCode::timed_out)) << error.message();
  expect_clean_line(error.message());
}

TEST_F(Channels, ARefusedChannelIsQuotedCleanly) {
  const HostileServer server([](SshWire& wire) {
    wire.let_in();
    for (;;) {
      Fields open(wire.await(ssh_channel_open));
      open.byte();
      open.text();
      wire.send(Packet(ssh_open_failure)
                    .number(open.number())
                    .number(2)
                    .text(poison + std::string(30'000, 'r'))
                    .text(""));
    }
  });
  const auto connection = open(server);
  const auto error = error_of(loop_, exec(connection, "show", 2s));
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::channel_failed, ErrorCode::channel_limit)) << error.message();
  expect_clean_line(error.message());
}

TEST_F(Channels, ADisconnectDuringACommandIsALostConnectionWithACleanReason) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    data(wire, request, "half");
    wire.send(Packet(ssh_disconnect).number(2).text(poison + std::string(30'000, 'd')).text(""));
    throw PeerGone();
  }));
  const auto said = run(open(server));
  EXPECT_EQ(said.result.end, End::connection_lost);
  EXPECT_EQ(said.out, "half");
  EXPECT_FALSE(said.result.detail.empty());
  expect_clean_line(said.result.detail);
}

TEST_F(Channels, AnEndWithoutStatusIsNoExit) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    data(wire, request, "out\n");
    end(wire, request);
  }));
  const auto said = run(open(server));
  EXPECT_EQ(said.result.end, End::closed);
  EXPECT_EQ(said.out, "out\n");
}

TEST_F(Channels, AnExitSignalIsNamedCleanly) {
  const HostileServer server(answering([](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    wire.send(Packet(ssh_channel_request)
                  .number(request.channel)
                  .text("exit-signal")
                  .byte(0)
                  .text(poison + std::string(20'000, 's'))
                  .byte(0)
                  .text(poison)
                  .text(poison));
    end(wire, request);
  }));
  const auto said = run(open(server));
  EXPECT_EQ(said.result.end, End::signalled);
  expect_clean_line(said.result.signal);
  EXPECT_LE(said.result.signal.size(), 100U);
}

/// Servers that prove a shell, so that commands may have input, and then take it in their own way.
class Input : public Channels {
 protected:
  std::shared_ptr<Connection> open_shell_of(std::uint32_t window, std::uint32_t packet) {
    server_ = std::make_unique<HostileServer>(answering(
        [](SshWire& wire, const ChannelRequest& request) {
          request.command.ends_with("show") ? accept(wire, request) : play_shell(wire, request);
        },
        window, packet));
    auto target = target_of(*server_);
    target.posix = true;
    return loop_.run(Connection::open(std::move(target)));
  }

 private:
  std::unique_ptr<HostileServer> server_;
};

TEST_F(Input, IsHeldBackByAZeroWindowAndTheTimeoutHolds) {
  const auto connection = open_shell_of(0, 32'768);
  const MemoryPeak memory;
  std::size_t bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto result = run_counting(connection, bytes, 1s, std::string(4 << 20, 'i'));
  EXPECT_LE(std::chrono::steady_clock::now() - begin, 1s + stop_limit);
  EXPECT_EQ(result.end, End::timed_out);
  memory.expect_bounded();
}

TEST_F(Input, IsNotHungUpByPacketSizesOfNothing) {
  for (const std::uint32_t packet : {0U, 1U, 9U, 0xffffffffU}) {
    const auto begin = std::chrono::steady_clock::now();
    try {
      const auto connection = open_shell_of(1 << 16, packet);
      std::size_t bytes = 0;
      const auto result = run_counting(connection, bytes, 2s, std::string(1000, 'i'));
      EXPECT_THAT(result.end, AnyOf(End::timed_out, End::connection_lost)) << packet;
    } catch (const base::Error& error) {
      expect_clean_line(error.message());
    }
    EXPECT_LE(std::chrono::steady_clock::now() - begin, login_limit + 2s + stop_limit) << packet;
  }
}

/// What a server says beside a command. The command must still come to its own end, or the connection be
/// lost.
class Beside : public Channels {
 protected:
  void bear(const std::function<void(SshWire& wire, const ChannelRequest& request)>& noise) {
    const HostileServer server(answering([&noise](SshWire& wire, const ChannelRequest& request) {
      noise(wire, request);
      answer_command(wire, request, "out\n", 0);
    }));
    const auto connection = open(server);
    const MemoryPeak memory;
    const auto said = run(connection, "show", 20s);
    if (said.result.end == End::exited) {
      EXPECT_EQ(said.out, "out\n");
    } else {
      EXPECT_EQ(said.result.end, End::connection_lost);
      expect_clean_line(said.result.detail);
    }
    memory.expect_bounded();
  }
};

TEST_F(Beside, ThousandsOfGlobalRequests) {
  bear([](SshWire& wire, const ChannelRequest&) {
    for (int i = 0; i < 5000; ++i) {
      Packet request(ssh_global_request);
      request.text("hostkeys-00@openssh.com" + poison).byte(1).text(std::string(2000, 'k'));
      wire.send(request);
    }
  });
}

TEST_F(Beside, ChannelsNobodyAskedFor) {
  bear([](SshWire& wire, const ChannelRequest&) {
    for (std::uint32_t i = 0; i < 3000; ++i)
      for (const char* type : {"session", "x11", "forwarded-tcpip", "auth-agent@openssh.com"})
        wire.send(Packet(ssh_channel_open)
                      .text(type)
                      .number(i)
                      .number(1 << 20)
                      .number(32'768)
                      .text(poison)
                      .number(22)
                      .text(poison)
                      .number(1));
  });
}

TEST_F(Beside, AnswersToNothing) {
  bear([](SshWire& wire, const ChannelRequest& request) {
    for (std::uint32_t i = 0; i < 1000; ++i) {
      wire.send(Packet(ssh_open_confirmation).number(i + 1000).number(i).number(0).number(0));
      wire.send(Packet(ssh_open_confirmation).number(request.channel).number(i).number(0).number(0));
      wire.send(Packet(ssh_open_failure).number(i + 1000).number(1).text(poison).text(""));
      wire.send(Packet(ssh_channel_success).number(i + 1000));
      wire.send(Packet(ssh_channel_failure).number(i + 1000));
      wire.send(Packet(ssh_channel_data).number(i + 1000).text("forged"));
      wire.send(Packet(ssh_channel_close).number(i + 1000));
      wire.send(Packet(81));  // REQUEST_SUCCESS
      wire.send(Packet(82));
    }
  });
}

TEST_F(Beside, WindowsThatOverflow) {
  bear([](SshWire& wire, const ChannelRequest& request) {
    for (int i = 0; i < 1000; ++i)
      wire.send(Packet(ssh_window_adjust).number(request.channel).number(0xffffffffU));
  });
}

TEST_F(Beside, RequestsNoServerMakes) {
  bear([](SshWire& wire, const ChannelRequest& request) {
    for (const char* type : {"pty-req", "shell", "exec", "subsystem", "env", "x11-req", "signal", "xon-xoff",
                             "keepalive@openssh.com", "eow@openssh.com", "exit-status"})
      for (int i = 0; i < 200; ++i)
        wire.send(Packet(ssh_channel_request).number(request.channel).text(type).byte(1).text(poison));
  });
}

TEST_F(Beside, LogInMessagesAfterTheLogIn) {
  bear([](SshWire& wire, const ChannelRequest&) {
    for (int i = 0; i < 500; ++i) {
      wire.send(Packet(ssh_auth_banner).text(poison + std::string(10'000, 'b')).text(""));
      wire.send(Packet(ssh_auth_success));
      wire.send(Packet(ssh_auth_failure).text("password").byte(1));
      wire.send(Packet(ssh_auth_info_request).text("").text("").text("").number(1).text("Password:").byte(0));
    }
  });
}

TEST_F(Beside, AnExitStatusOfAnotherChannel) {
  bear([](SshWire& wire, const ChannelRequest& request) {
    for (std::uint32_t other = request.channel + 1; other < request.channel + 50; ++other)
      wire.send(Packet(ssh_channel_request).number(other).text("exit-status").byte(0).number(99));
  });
}

TEST_F(Channels, OneHostilesFloodDoesNotStarveTheOthers) {
  std::atomic<bool> enough = false;
  const HostileServer flooding(answering([&enough](SshWire& wire, const ChannelRequest& request) {
    accept(wire, request);
    while (!enough) data(wire, request, std::string(32'000, 'x'));
    throw PeerGone();
  }));
  const HostileServer calm(answering(
      [](SshWire& wire, const ChannelRequest& request) { answer_command(wire, request, "calm\n", 0); }));
  auto target = target_of(flooding);
  const auto flooded = loop_.run(Connection::open(std::move(target)));
  const auto other = open(calm);
  std::size_t bytes = 0;
  ssh::ExecRequest request;
  request.command = "flood";
  ssh::Sink count = [&bytes](std::string_view piece, bool) { bytes += piece.size(); };
  bool over = false;
  base::asio::co_spawn(loop_.executor(), flooded->exec(std::move(request), std::move(count)),
                       [&over](const std::exception_ptr&, const ssh::ExecResult&) { over = true; });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(run(other, "show", 10s).out, "calm\n");
  EXPECT_GT(bytes, 0U);
  enough = true;
  loop_.run_until(over);
}

}  // namespace
}  // namespace mcpssh::test
