// Ports of the host that lead here, beside what else is asked of it on the same connection.
#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>

#include "pool_fixture.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {
using boost::asio::ip::tcp;
using testing::HasSubstr;

class HostListeners : public PoolTest {
 protected:
  ssh::Lease connected(std::chrono::milliseconds keepalive = 0ms) {
    auto target = target_of(server_, directory_);
    target.keepalive = keepalive;
    return acquire(std::move(target));
  }
  std::shared_ptr<ssh::RemoteListener> listen(const ssh::Lease& lease, std::uint16_t port) {
    auto listening = lease.connection()->listen_forward("127.0.0.1", port);
    return loop_.run(base::hop(lease.connection()->executor(), std::move(listening)));
  }
  void end(const ssh::Lease& lease, ssh::RemoteListener& listener) {
    auto ending = listener.end();
    loop_.run(base::hop(lease.connection()->executor(), std::move(ending)));
  }
  [[nodiscard]] static bool is_taken(std::uint16_t port) {
    boost::asio::io_context io;
    tcp::socket socket(io);
    boost::system::error_code failure;
    socket.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port), failure);
    return !failure;
  }

  OpensshServer server_;
};

TEST_F(HostListeners, AnswersToKeepalivesAreNotTakenForTheirs) {
  const auto lease = connected(5ms);
  const auto port = free_port();
  for (int time = 0; time < 20; ++time) {
    loop_.run(pause(12ms));  // a keepalive or two, whose "no" is what OpenSSH answers
    const auto listener = listen(lease, port);
    EXPECT_TRUE(is_taken(port)) << time;
    loop_.run(pause(12ms));
    end(lease, *listener);
    EXPECT_FALSE(is_taken(port)) << time;
  }
}

TEST_F(HostListeners, SeveralAskedForAtOnceGetEachTheirOwnAnswer) {
  const auto lease = connected();
  boost::asio::io_context io;
  tcp::acceptor taken(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  const std::vector<std::uint16_t> ports{free_port(), taken.local_endpoint().port(), free_port()};
  std::vector<std::shared_ptr<ssh::RemoteListener>> listeners(ports.size());
  std::vector<bool> refused(ports.size());
  std::size_t answered = 0;
  bool all = false;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    auto listening =
        base::hop(lease.connection()->executor(), lease.connection()->listen_forward("127.0.0.1", ports[i]));
    base::asio::co_spawn(loop_.executor(), std::move(listening),
                         [&, i](const std::exception_ptr& failure, std::shared_ptr<ssh::RemoteListener> got) {
                           refused[i] = failure != nullptr;
                           listeners[i] = std::move(got);
                           all = ++answered == ports.size();
                         });
  }
  loop_.run_until(all);
  EXPECT_THAT(refused, testing::ElementsAre(false, true, false));
  EXPECT_TRUE(is_taken(ports[0]) && is_taken(ports[2]));
}

TEST_F(HostListeners, OnePortLeadsToOneListener) {
  const auto lease = connected();
  const auto port = free_port();
  const auto listener = listen(lease, port);
  auto again = lease.connection()->listen_forward("127.0.0.1", port);
  EXPECT_THAT(error_of(loop_, base::hop(lease.connection()->executor(), std::move(again))).what(),
              HasSubstr("is open already"));
}

TEST_F(HostListeners, OneThatIsLetGoOfIsNotListenedForAnyMore) {
  const auto lease = connected();
  const auto port = free_port();
  auto listener = listen(lease, port);
  listener.reset();
  // Each command's answer follows the host's answer to what was asked before it.
  EXPECT_EQ(run(lease, "echo done").out, "done\n");
  EXPECT_FALSE(is_taken(port));
}

TEST_F(HostListeners, ThirtyTwoConnectionsWaitToBeTakenAndNoMore) {
  const auto lease = connected();
  const auto port = free_port();
  const auto listener = listen(lease, port);
  boost::asio::io_context io;
  std::vector<tcp::socket> clients;
  for (int i = 0; i < 33; ++i) {
    clients.emplace_back(io);
    clients.back().connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
  }
  char byte = 0;
  boost::system::error_code end;
  clients.back().read_some(boost::asio::buffer(&byte, 1), end);
  EXPECT_TRUE(end) << "the host was told no";
  for (int i = 0; i < 32; ++i) {
    auto accepting = listener->accept();
    const auto incoming = loop_.run(base::hop(lease.connection()->executor(), std::move(accepting)));
    EXPECT_THAT(incoming->from, testing::StartsWith("127.0.0.1:"));
  }
}

}  // namespace
}  // namespace mcpssh::test
