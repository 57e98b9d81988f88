#include "tcp_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace mcpssh::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void copy(int from, int to) {
  std::array<char, 16384> bytes{};
  ssize_t size = 0;
  while ((size = ::recv(from, bytes.data(), bytes.size(), 0)) > 0)
    if (!write_bytes(to, {bytes.data(), static_cast<std::size_t>(size)})) break;
  ::shutdown(to, SHUT_WR);
}

}  // namespace

TcpServer::TcpServer(std::function<void(int)> serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), name, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), name, &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { listen(); });
}

TcpServer::~TcpServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
  for (auto& client : clients_) ::shutdown(client.socket.get(), SHUT_RDWR);
  for (auto& client : clients_) client.thread.join();
}

void TcpServer::listen() {
  for (;;) {
    base::UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    const std::lock_guard lock(mutex_);
    auto& client = clients_.emplace_back();
    client.socket = std::move(socket);
    client.thread = std::thread([this, fd = client.socket.get()] {
      serve_(fd);
      ::shutdown(fd, SHUT_RDWR);
    });
  }
}

std::string read_bytes(int fd, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::recv(fd, bytes.data() + have, size - have, 0);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string read_all(int fd) {
  std::string all;
  for (;;) {
    const std::string some = read_bytes(fd, 4096);
    all += some;
    if (some.size() < 4096) return all;
  }
}

bool write_bytes(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

base::UniqueFd connect_to(std::uint16_t port) {
  base::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    socket.reset();
  return socket;
}

void splice(int a, int b) {
  std::thread back([a, b] { copy(b, a); });
  copy(a, b);
  back.join();
}

}  // namespace mcpssh::test
