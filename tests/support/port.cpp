#include "support/port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace mcpssh::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

base::UniqueFd tcp_socket() {
  base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::system_error(errno, std::system_category(), "socket");
  return fd;
}

bool accepts(std::uint16_t port) {
  const auto fd = tcp_socket();
  const auto address = loopback(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::uint16_t free_port() {
  const auto fd = tcp_socket();
  auto address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::system_error(errno, std::system_category(), "bind 127.0.0.1:0");
  return ntohs(address.sin_port);
}

bool wait_until_listening(std::uint16_t port, Process& server) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (accepts(port)) return true;
    // A foreign server tells nobody that it listens: ask again in 10 ms, at once when it has ended.
    if (server.wait(10ms)) return false;
  }
  throw std::runtime_error("nothing listens on 127.0.0.1:" + std::to_string(port) + "; " + server.err());
}

}  // namespace mcpssh::test
