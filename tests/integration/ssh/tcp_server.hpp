#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"

namespace mcpssh::test {

/// Listens on a loopback port and serves each client on a thread of its own, with blocking calls. The
/// destructor shuts all sockets and waits for the threads.
class TcpServer {
 public:
  /// `serve` must return when its socket is shut.
  explicit TcpServer(std::function<void(int fd)> serve);
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  ~TcpServer();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Client {
    base::UniqueFd socket;
    std::thread thread;
  };
  void listen();

  std::function<void(int)> serve_;
  base::UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::list<Client> clients_;
  std::thread thread_;
};

/// Exactly `size` bytes, or fewer at the end of the stream.
std::string read_bytes(int fd, std::size_t size);
/// Up to the end of the stream.
std::string read_all(int fd);
/// False when the other side is gone.
bool write_bytes(int fd, std::string_view bytes);
/// A connection to a port of this machine.
base::UniqueFd connect_to(std::uint16_t port);
/// Copies both ways until both have ended.
void splice(int a, int b);

}  // namespace mcpssh::test
