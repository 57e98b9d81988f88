// One connection over a wire of the test's own: however it ends, nothing of it stays behind.
#include "transport/http/http_connection.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
using base::Task;

/// Gives `text`, then nothing until it is closed. Nothing can be written to it.
class DeafWire : public Wire {
 public:
  DeafWire(const base::Executor& executor, std::string text)
      : executor_(executor), text_(std::move(text)), changed_(executor) {}

  Task<void> greet() override { co_return; }
  Task<std::size_t> read_some(char* into, std::size_t room) override {
    while (text_.empty() && !closed_) co_await changed_.wait();
    if (closed_) throw boost::system::system_error(asio::error::connection_reset);
    const auto count = text_.copy(into, room);
    text_.erase(0, count);
    co_return count;
  }
  Task<void> write(std::string_view) override {
    // Only after the reader has read all it has room for.
    for (int turn = 0; turn < 10; ++turn) co_await asio::post(executor_, asio::use_awaitable);
    throw boost::system::system_error(asio::error::broken_pipe);
  }
  void finish() noexcept override {}
  void close() noexcept override {
    closed_ = true;
    changed_.notify();
  }

 private:
  base::Executor executor_;
  std::string text_;
  base::Wakeup changed_;
  bool closed_ = false;
};

struct ConnectionTest : testing::Test {
  /// A request, and far more behind it than is read ahead.
  void connect() {
    auto wire = std::make_unique<DeafWire>(
        io.get_executor(), "GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n" + std::string(300'000, 'x'));
    connection =
        std::make_shared<HttpConnection>(io.get_executor(), std::move(wire), "192.0.2.1", limits, clock);
    const auto ended = [this](const std::exception_ptr&) { ++halves_ended; };
    asio::co_spawn(io, connection->read_all(), ended);
    asio::co_spawn(io, connection->run(serve), ended);
  }
  void run_to_the_end() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (halves_ended < 2 && io.run_one_until(deadline) > 0) {
    }
  }

  asio::io_context io;
  HttpLimits limits;
  base::Clock clock;
  HttpConnection::Serve serve;
  std::shared_ptr<HttpConnection> connection;
  int halves_ended = 0;
};

Task<void> answer(HttpConnection& asking) {
  Answer answer;
  answer.body = "{}";
  co_await asking.respond(std::move(answer));
}

Task<void> wait_until_gone(HttpConnection& asking) {
  while (!asking.gone()) co_await asking.news()->wait();
}

TEST_F(ConnectionTest, AClientThatIsGoneWithMuchUnreadLeavesNothingBehind) {
  serve = answer;
  connect();
  run_to_the_end();
  EXPECT_EQ(halves_ended, 2) << "the reader must not wait for room that nobody makes";
}

TEST_F(ConnectionTest, CuttingEndsAReaderThatWaitsForRoomAndWhoWaitsForNews) {
  serve = wait_until_gone;
  connect();
  io.poll();
  EXPECT_EQ(halves_ended, 0);
  connection->cut();
  EXPECT_TRUE(connection->gone());
  run_to_the_end();
  EXPECT_EQ(halves_ended, 2);
}

}  // namespace
}  // namespace mcpssh::transport
