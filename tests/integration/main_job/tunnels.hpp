#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <thread>
#include <vector>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"

namespace mcpssh::test {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Sends back what it gets, until the client ends.
class EchoServer {
 public:
  EchoServer() : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this] { serve(); });
  }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  ~EchoServer() {
    stopping_ = true;
    try {
      tcp::socket last(io_);
      last.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port()));
    } catch (const std::exception&) {
    }
    thread_.join();
    for (auto& client : clients_) client.join();
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    while (!stopping_) {
      auto socket = std::make_shared<tcp::socket>(acceptor_.accept());
      clients_.emplace_back([socket] {
        std::array<char, 65536> chunk;
        boost::system::error_code failure;
        while (!failure) {
          const std::size_t n = socket->read_some(asio::buffer(chunk), failure);
          if (!failure) asio::write(*socket, asio::buffer(chunk.data(), n), failure);
        }
      });
    }
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> clients_;
  std::thread thread_;
};

class Tunnels : public testing::Test {
 protected:
  McpSsh start(const std::string& more, bool elicitation = false, const std::string& settings = {}) {
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    McpSsh::Options options;
    options.hosts_yaml = yaml(more, known.string()) + settings;
    options.elicitation = elicitation;
    return McpSsh(std::move(options));
  }
  [[nodiscard]] std::string yaml(const std::string& more, const std::string& known) const {
    return trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key()), more), known);
  }
  [[nodiscard]] std::string target() const { return "127.0.0.1:" + std::to_string(echo_.port()); }
  [[nodiscard]] std::string open_arguments(const std::string& target) const {
    return R"({"action":"open","host":"web1","target":")" + target + R"("})";
  }
  [[nodiscard]] std::string listed() const { return "    tunnel_targets: ['" + target() + "']\n"; }

  static std::uint16_t port_in(const std::string& text) {
    const auto at = text.find("open: 127.0.0.1:");
    if (at == std::string::npos) throw std::runtime_error(text);
    return static_cast<std::uint16_t>(std::stoi(text.substr(at + 16)));
  }
  static std::string id_in(const std::string& text) {
    const auto at = text.find("tun_");
    return text.substr(at, text.find_first_of(") ", at) - at);
  }
  tcp::socket connect_to(std::uint16_t port) {
    tcp::socket socket(io_);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
    return socket;
  }
  static std::string echoed(tcp::socket& socket, const std::string& text) {
    asio::write(socket, asio::buffer(text));
    std::string back(text.size(), '\0');
    asio::read(socket, asio::buffer(back));
    return back;
  }

  OpensshServer sshd_;
  /// A SOCKS tunnel a human agreed to.
  [[nodiscard]] std::string open_socks(McpSsh& server) const {
    const auto id = server.begin("ssh_tunnel", open_arguments("socks"));
    EXPECT_THAT(server.answer_elicitation("accept"), testing::HasSubstr("SOCKS tunnel"));
    return server.finish(id).text;
  }
  /// A client of it that asked for `to`, and what the tunnel answered.
  std::pair<tcp::socket, int> through_socks(const std::string& opened, std::uint16_t to) {
    auto socket = connect_to(port_in(opened));
    std::string ask("\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01", 11);
    ask += static_cast<char>(to >> 8);
    ask += static_cast<char>(to & 0xff);
    asio::write(socket, asio::buffer(ask));
    std::string answer(12, '\0');
    asio::read(socket, asio::buffer(answer));
    const int code = answer[3];
    return {std::move(socket), code};
  }
  /// Whether the other side has ended the connection; waits for it.
  static bool ended(tcp::socket& socket) {
    char byte = 0;
    boost::system::error_code end;
    asio::read(socket, asio::buffer(&byte, 1), end);
    return static_cast<bool>(end);
  }

  EchoServer echo_;
  TempDir files_;
  asio::io_context io_;
};

}  // namespace mcpssh::test
