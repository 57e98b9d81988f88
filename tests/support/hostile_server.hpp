#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "support/ssh_wire.hpp"

namespace mcpssh::test {

/// A server on loopback that says to every client what a script tells it to say: one thread a client. A
/// script ends by returning, which closes the connection, or by PeerGone.
class HostileServer {
 public:
  using Script = std::function<void(SshWire& wire)>;
  explicit HostileServer(Script script);
  HostileServer(const HostileServer&) = delete;
  HostileServer& operator=(const HostileServer&) = delete;
  /// Ends every conversation and joins its thread.
  ~HostileServer();

  [[nodiscard]] std::uint16_t port() const;
  /// One "[127.0.0.1]:port ssh-ed25519 AAAA..." line.
  [[nodiscard]] std::string known_hosts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A client's wish on a session channel.
struct ChannelRequest {
  std::uint32_t channel = 0;  ///< the client's number for it
  std::string type;           ///< "exec", "shell", "pty-req", ...
  bool wants_reply = false;
  std::string command;  ///< of exec
};

/// Serves a client that was let in: confirms every channel it opens with `window` and `packet` and hands its
/// requests to `answer`, until the client goes.
void serve_channels(SshWire& wire, const std::function<void(const ChannelRequest& request)>& answer,
                    std::uint32_t window = 1 << 20, std::uint32_t packet = 32'768);

/// What a well-behaved command says: success, `out`, exit status, EOF, CLOSE.
void answer_command(SshWire& wire, const ChannelRequest& request, std::string_view out, std::uint32_t status);

/// Runs the command with /bin/sh and says what it said: what a shell probe needs. Without input.
void play_shell(SshWire& wire, const ChannelRequest& request);

}  // namespace mcpssh::test
