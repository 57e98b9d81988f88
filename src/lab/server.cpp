#include "lab/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "lab/connection.hpp"
#include "lab/hosts.hpp"
#include "lab/keys.hpp"
#include "lab/switch.hpp"

namespace mcpssh::lab {
namespace {

/// Threads at once. A lab with more clients than this has gone wrong; further ones are turned away.
constexpr std::size_t max_connections = 1024;

[[noreturn]] void fail(const std::string& what) {
  throw base::Error(base::ErrorCode::io_error,
                    "the lab server cannot " + what + ": " + std::system_category().message(errno));
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

base::UniqueFd listen_on(std::uint16_t port) {
  base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) fail("open a socket");
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), SOMAXCONN) != 0)
    fail("listen on 127.0.0.1:" + std::to_string(port));
  return fd;
}

std::uint16_t port_of(const base::UniqueFd& fd) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) fail("ask for its port");
  return ntohs(address.sin_port);
}

Accounts accounts_of(std::vector<LabUser> users) {
  Accounts accounts;
  for (LabUser& user : users) {
    auto host =
        user.personality == Personality::cisco ? switch_host(std::make_shared<Switch>()) : posix_host(user);
    std::string name = user.name;
    accounts.insert_or_assign(std::move(name), Account{std::move(user), std::move(host)});
  }
  return accounts;
}

/// The lab's threads leave the process's signals to its other threads, and meet a closed pipe as EPIPE.
/// Threads started while one of these lives inherit that.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

class LabServer final : public Server {
 public:
  explicit LabServer(Options options)
      : key_type_(std::move(options.host_key_type)),
        accounts_(accounts_of(std::move(options.users))),
        listener_(listen_on(options.port)),
        port_(port_of(listener_)),
        stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        key_(generate_key(key_type_)) {
    if (!stop_) fail("make an eventfd");
    const SignalsBlocked blocked;
    acceptor_ = std::thread([this] { accept_clients(); });
  }
  LabServer(const LabServer&) = delete;
  LabServer& operator=(const LabServer&) = delete;
  ~LabServer() override {
    ::eventfd_write(stop_.get(), 1);  // stays readable: it wakes every thread
    acceptor_.join();
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] std::string host_key() const override {
    const std::lock_guard lock(key_mutex_);
    return public_line(key_.get());
  }
  void change_host_key() override {
    Key fresh = generate_key(key_type_);
    const std::lock_guard lock(key_mutex_);
    key_ = std::move(fresh);
  }
  [[nodiscard]] std::size_t connections_seen() const override { return seen_; }

 private:
  struct Served {
    std::atomic<bool> done = false;
    std::thread thread;
  };

  void accept_clients() {
    std::list<Served> clients;
    std::array<pollfd, 2> waits{{{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}}};
    for (;;) {
      if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
      if (waits[0].revents != 0) break;
      forget_finished(clients);
      base::UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!socket || clients.size() >= max_connections) continue;
      try {
        serve(std::move(socket), clients.emplace_back());
      } catch (const std::system_error&) {
        clients.pop_back();  // no thread to be had: this client is turned away
      }
    }
    for (Served& client : clients) client.thread.join();
  }

  static void forget_finished(std::list<Served>& clients) {
    std::erase_if(clients, [](Served& client) {
      if (!client.done) return false;
      client.thread.join();
      return true;
    });
  }

  void serve(base::UniqueFd socket, Served& client) {
    ++seen_;
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Key key;
    {
      const std::lock_guard lock(key_mutex_);
      key.reset(ssh_key_dup(key_.get()));
    }
    client.thread = std::thread([this, &client, socket = std::move(socket), key = std::move(key)]() mutable {
      serve_connection(std::move(socket), std::move(key), accounts_, stop_.get());
      client.done = true;
    });
  }

  const std::string key_type_;
  const Accounts accounts_;
  const base::UniqueFd listener_;
  const std::uint16_t port_;
  const base::UniqueFd stop_;
  std::atomic<std::size_t> seen_ = 0;
  mutable std::mutex key_mutex_;
  Key key_;
  std::thread acceptor_;
};

}  // namespace

std::unique_ptr<Server> Server::start(Options options) {
  return std::make_unique<LabServer>(std::move(options));
}

}  // namespace mcpssh::lab
