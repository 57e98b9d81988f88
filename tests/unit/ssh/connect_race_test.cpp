// Many addresses, some dead: the first that answers wins, and soon (RFC 8305).
#include "ssh/way/connect_race.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "../../support/run_task.hpp"
#include "base/error.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
using testing::HasSubstr;
using namespace std::chrono_literals;

tcp::endpoint at(const std::string& address, std::uint16_t port = 22) {
  return {asio::ip::make_address(address), port};
}

class ConnectRace : public testing::Test {
 protected:
  TcpLink race(Endpoints endpoints, std::chrono::milliseconds limit = 10s) {
    return test::run_task(io_, connect_race(std::move(endpoints), steady_clock::now() + limit));
  }
  std::string failure(Endpoints endpoints, std::chrono::milliseconds limit = 10s) {
    try {
      race(std::move(endpoints), limit);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::connect_failed);
      return error.message();
    }
    return "it connected";
  }

  asio::io_context io_;
  tcp::acceptor listening_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

/// An address that answers nothing: a listener whose queue is full drops what comes.
class Silent {
 public:
  explicit Silent(asio::io_context& io) : acceptor_(io, tcp::v4()) {
    acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      queued_.emplace_back(io, tcp::v4()).native_non_blocking(true);
      const auto to = endpoint();  // not by Asio's connect, which would wait
      ::connect(queued_.back().native_handle(), to.data(), static_cast<socklen_t>(to.size()));
    }
  }
  [[nodiscard]] tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  tcp::acceptor acceptor_;
  std::vector<tcp::socket> queued_;
};

TEST_F(ConnectRace, FamiliesTakeTurnsAndTheFirstOneStaysFirst) {
  const Endpoints found{at("::1"), at("::2"), at("::3"), at("192.0.2.1"), at("192.0.2.2")};
  EXPECT_EQ(families_in_turn(found),
            Endpoints({at("::1"), at("192.0.2.1"), at("::2"), at("192.0.2.2"), at("::3")}));
  EXPECT_EQ(families_in_turn({at("192.0.2.1"), at("::1")}), Endpoints({at("192.0.2.1"), at("::1")}));
  EXPECT_EQ(families_in_turn({at("192.0.2.1"), at("192.0.2.2")}),
            Endpoints({at("192.0.2.1"), at("192.0.2.2")}));
  EXPECT_TRUE(families_in_turn({}).empty());
}

TEST_F(ConnectRace, ARefusalPassesTheTurnOnAtOnce) {
  const auto begin = steady_clock::now();
  const auto link = race({at("127.0.0.1", 1), at("127.0.0.1", 2), listening_.local_endpoint()});
  EXPECT_TRUE(link.socket);
  EXPECT_EQ(link.address, "127.0.0.1:" + std::to_string(listening_.local_endpoint().port()));
  EXPECT_LT(steady_clock::now() - begin, 250ms);
}

TEST_F(ConnectRace, ASilentAddressHoldsUpTheNextOneForAQuarterOfASecond) {
  const Silent silent(io_);
  const auto begin = steady_clock::now();
  EXPECT_TRUE(race({silent.endpoint(), listening_.local_endpoint()}).socket);
  EXPECT_GE(steady_clock::now() - begin, 250ms);
  EXPECT_LT(steady_clock::now() - begin, 5s);
}

TEST_F(ConnectRace, TellsOfEachAddressWhenNoneAnswers) {
  const Silent silent(io_);
  const auto said = failure({at("127.0.0.1", 1), silent.endpoint()}, 500ms);
  EXPECT_THAT(said, HasSubstr("connection refused by 127.0.0.1:1; no answer from 127.0.0.1:" +
                              std::to_string(silent.endpoint().port()) + ": timed out"));
}

TEST_F(ConnectRace, ClosesEverythingWhenCancelled) {
  const Silent silent(io_), other(io_);
  auto racing = connect_race({silent.endpoint(), other.endpoint()}, steady_clock::now() + 1h);
  EXPECT_TRUE(test::run_cancelled(io_, std::move(racing), 300ms));
  io_.restart();
  io_.run_for(5s);
  EXPECT_TRUE(io_.stopped()) << "an attempt is still under way";
}

TEST_F(ConnectRace, TheSocketIsTuned) {
  const auto link = test::run_task(io_, tcp_connect("127.0.0.1", listening_.local_endpoint().port(), 5s));
  const auto option = [&link](int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    ::getsockopt(link.socket.get(), level, name, &value, &size);
    return value;
  };
  EXPECT_NE(option(IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_NE(option(SOL_SOCKET, SO_KEEPALIVE), 0);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 20'000);
}

TEST_F(ConnectRace, FindsAListenerOfOneFamilyBehindANameOfBoth) {
  const auto link = test::run_task(io_, tcp_connect("localhost", listening_.local_endpoint().port(), 5s));
  EXPECT_EQ(link.address, "127.0.0.1:" + std::to_string(listening_.local_endpoint().port()));
}

}  // namespace
}  // namespace mcpssh::ssh
