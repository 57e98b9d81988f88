// The network of these tests does what it says.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "base/task.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
namespace asio = base::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

/// An echo server for one client at a time.
class Echo {
 public:
  Echo() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this] { serve(); });
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  ~Echo() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    boost::system::error_code error;
    for (;;) {
      tcp::socket client(context_);
      acceptor_.accept(client, error);
      if (error) return;
      std::array<char, 65536> buffer{};
      while (!error) {
        const auto got = client.read_some(asio::buffer(buffer), error);
        if (!error) asio::write(client, asio::buffer(buffer.data(), got), error);
      }
    }
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

class Network : public testing::Test {
 protected:
  tcp::socket connect(const Relay& relay) {
    tcp::socket socket(context_);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), relay.port()));
    return socket;
  }
  static void say(tcp::socket& socket, const std::string& text) { asio::write(socket, asio::buffer(text)); }
  static std::string hear(tcp::socket& socket, std::size_t size) {
    std::string text(size, '\0');
    asio::read(socket, asio::buffer(text));
    return text;
  }
  static boost::system::error_code end_of(tcp::socket& socket) {
    boost::system::error_code error;
    char c = 0;
    socket.read_some(asio::buffer(&c, 1), error);
    return error;
  }

  Echo echo_;
  asio::io_context context_;
};

TEST_F(Network, PassesBytesOnAndCountsThem) {
  const Relay relay(echo_.port());
  auto socket = connect(relay);
  say(socket, "hello");
  EXPECT_EQ(hear(socket, 5), "hello");
  EXPECT_EQ(relay.bytes_to_server(), 5U);
  EXPECT_EQ(relay.accepted(), 1U);
  EXPECT_EQ(relay.open(), 1U);
}

TEST_F(Network, ADelayIsOneWayAndDoesNotAddUp) {
  Relay::Options options;
  options.delay = 50ms;
  const Relay relay(echo_.port(), options);
  auto socket = connect(relay);
  const auto begin = steady_clock::now();
  for (int i = 0; i < 20; ++i) say(socket, "0123456789");
  EXPECT_EQ(hear(socket, 200).size(), 200U);
  EXPECT_GE(steady_clock::now() - begin, 100ms);
  EXPECT_LE(steady_clock::now() - begin, 1s) << "as if each write had waited for the one before";
}

TEST_F(Network, ABlackHoleClosesNothingAndGivesBackWhatItHeld) {
  Relay relay(echo_.port());
  auto socket = connect(relay);
  say(socket, "a");
  EXPECT_EQ(hear(socket, 1), "a");
  relay.stall();
  say(socket, "b");
  auto later = std::async(std::launch::async, [&socket] { return hear(socket, 1); });
  EXPECT_EQ(later.wait_for(100ms), std::future_status::timeout);
  relay.resume();
  EXPECT_EQ(later.get(), "b");
}

TEST_F(Network, ACutIsAnEndAndAResetIsAnError) {
  Relay relay(echo_.port());
  auto first = connect(relay);
  say(first, "a");
  hear(first, 1);
  relay.cut();
  EXPECT_EQ(end_of(first), asio::error::eof);
  auto second = connect(relay);
  say(second, "a");
  hear(second, 1);
  relay.reset();
  EXPECT_EQ(end_of(second), asio::error::connection_reset);
  EXPECT_EQ(relay.open(), 0U);
}

TEST_F(Network, NewConnectionsCanBeReset) {
  Relay relay(echo_.port());
  relay.reset_new(true);
  auto refused = connect(relay);
  EXPECT_EQ(end_of(refused), asio::error::connection_reset);
  relay.reset_new(false);
  auto taken = connect(relay);
  say(taken, "a");
  EXPECT_EQ(hear(taken, 1), "a");
}

TEST_F(Network, ASlowLinkIsSlow) {
  Relay::Options options;
  options.bytes_per_second = 8000;  // 64 kbit/s
  const Relay relay(echo_.port(), options);
  auto socket = connect(relay);
  const auto begin = steady_clock::now();
  say(socket, std::string(4000, 'x'));
  hear(socket, 4000);
  EXPECT_GE(steady_clock::now() - begin, 400ms);
  EXPECT_LE(steady_clock::now() - begin, 5s);
}

TEST_F(Network, EndsWithClientsStillConnected) {
  auto relay = std::make_unique<Relay>(echo_.port());
  auto socket = connect(*relay);
  relay->stall();
  say(socket, "held");
  relay.reset();
  EXPECT_TRUE(end_of(socket));
}

}  // namespace
}  // namespace mcpssh::test
