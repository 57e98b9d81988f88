#include "support/hostile_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "support/process.hpp"

namespace mcpssh::test {

struct HostileServer::State {
  explicit State(Script given) : script(std::move(given)) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener.get(), where, size) != 0 || ::listen(listener.get(), 64) != 0 ||
        ::getsockname(listener.get(), where, &size) != 0)
      throw std::system_error(errno, std::system_category(), "listen on 127.0.0.1");
  }

  void accept() {
    for (;;) {
      base::UniqueFd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      const std::lock_guard lock(mutex);
      if (over) return;
      const int fd = client.get();
      clients.push_back(std::move(client));
      conversations.emplace_back([this, fd] { converse(fd); });
    }
  }

  void converse(int fd) {
    try {
      SshWire wire(fd, key);
      script(wire);
    } catch (const std::runtime_error&) {
      // The client had enough, or sent something this server does not read.
    }
    ::shutdown(fd, SHUT_RDWR);
  }

  const Script script;
  const WireKey key;
  sockaddr_in address{};
  base::UniqueFd listener;
  std::mutex mutex;
  bool over = false;
  std::vector<base::UniqueFd> clients;
  std::vector<std::thread> conversations;
  std::thread acceptor;
};

HostileServer::HostileServer(Script script) : state_(std::make_unique<State>(std::move(script))) {
  state_->acceptor = std::thread([state = state_.get()] { state->accept(); });
}

HostileServer::~HostileServer() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->over = true;
  }
  ::shutdown(state_->listener.get(), SHUT_RDWR);
  state_->acceptor.join();
  for (const auto& client : state_->clients) ::shutdown(client.get(), SHUT_RDWR);
  for (auto& conversation : state_->conversations) conversation.join();
}

std::uint16_t HostileServer::port() const {
  return ntohs(state_->address.sin_port);
}

std::string HostileServer::known_hosts() const {
  return "[127.0.0.1]:" + std::to_string(port()) + " " + state_->key.public_line() + "\n";
}

void serve_channels(SshWire& wire, const std::function<void(const ChannelRequest& request)>& answer,
                    std::uint32_t window, std::uint32_t packet) {
  std::vector<std::uint32_t> theirs;
  for (;;) {
    Fields fields(wire.receive());
    const auto message = fields.byte();
    if (message == ssh_channel_open) {
      fields.text();
      theirs.push_back(fields.number());
      const auto ours = static_cast<std::uint32_t>(theirs.size() - 1);
      wire.send(
          Packet(ssh_open_confirmation).number(theirs.back()).number(ours).number(window).number(packet));
    } else if (message == ssh_channel_request) {
      ChannelRequest request;
      request.channel = theirs.at(fields.number());
      request.type = fields.text();
      request.wants_reply = fields.byte() != 0;
      if (request.type == "exec") request.command = fields.text();
      answer(request);
    }
  }
}

void answer_command(SshWire& wire, const ChannelRequest& request, std::string_view out,
                    std::uint32_t status) {
  wire.send(Packet(ssh_channel_success).number(request.channel));
  if (!out.empty()) wire.send(Packet(ssh_channel_data).number(request.channel).text(out));
  wire.send(Packet(ssh_channel_request).number(request.channel).text("exit-status").byte(0).number(status));
  wire.send(Packet(ssh_channel_eof).number(request.channel));
  wire.send(Packet(ssh_channel_close).number(request.channel));
}

void play_shell(SshWire& wire, const ChannelRequest& request) {
  const auto said = run({"sh", "-c", request.command});
  constexpr std::uint32_t is_stderr = 1;
  if (!said.err.empty())
    wire.send(Packet(ssh_extended_data).number(request.channel).number(is_stderr).text(said.err));
  answer_command(wire, request, said.out, static_cast<std::uint32_t>(said.exit_code));
}

}  // namespace mcpssh::test
