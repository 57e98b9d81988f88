#include "support/relay.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <set>
#include <string>
#include <thread>

#include "base/wakeup.hpp"

namespace mcpssh::test {
namespace asio = base::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
namespace {

/// On its way at once: the pipe is this wide, then the sender has to wait.
constexpr std::size_t bytes_on_the_way = 8 * 1024 * 1024;
/// Of a slow link: what a router keeps.
constexpr std::size_t bytes_in_a_router = 16 * 1024;
/// A slow link sends pieces of this part of a second.
constexpr std::size_t pieces_per_second = 50;

}  // namespace

/// What all links share. Touched on the relay's thread, the counters from anywhere.
struct Relay::Network {
  Network(std::uint16_t port, Options given)
      : to(asio::ip::address_v4::loopback(), port),
        options(given),
        changed(context.get_executor()),
        acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        port(acceptor.local_endpoint().port()) {
    // Clients inherit it: or the kernel would take an upload at once, however slow the link.
    if (given.bytes_per_second > 0) acceptor.set_option(tcp::socket::receive_buffer_size(bytes_in_a_router));
  }

  base::Task<void> accept();
  /// Runs `work` on the relay's thread and returns when it is done.
  template <class Work>
  void tell(Work work) {
    asio::dispatch(context, asio::use_future([this, &work] {
                     work();
                     changed.notify();
                   }))
        .get();
  }

  asio::io_context context{1};
  const tcp::endpoint to;
  Options options;
  bool stalled = false, resetting = false;
  base::Wakeup changed;
  tcp::acceptor acceptor;
  const std::uint16_t port;
  std::set<std::shared_ptr<Link>> links;
  std::atomic<std::size_t> accepted{0}, open{0};
  std::atomic<std::uint64_t> to_server{0}, to_client{0};
  std::thread thread;
};

/// One direction of one connection: a reader that notes when its bytes are due, and a writer.
class Relay::Flow {
 public:
  Flow(Network& network, tcp::socket& from, tcp::socket& to, std::atomic<std::uint64_t>& passed)
      : network_(network), from_(from), to_(to), passed_(passed), changed_(network.context.get_executor()) {}

  base::Task<void> read() {
    std::array<char, 64 * 1024> buffer;
    boost::system::error_code error;
    while (!error) {
      while (queued_ >= limit() && !stopped_) co_await changed_.wait();
      const auto room = std::min(buffer.size(), limit());
      const auto got = co_await from_.async_read_some(asio::buffer(buffer, room),
                                                      asio::redirect_error(asio::use_awaitable, error));
      queue_.emplace_back(steady_clock::now() + network_.options.delay, std::string(buffer.data(), got));
      queued_ += got;
      changed_.notify();
    }
  }

  /// Until the reader's end or an error; an empty piece is the end of the stream.
  base::Task<void> write() {
    boost::system::error_code error;
    while (!error && !stopped_) {
      while (queue_.empty() && !stopped_) co_await changed_.wait();
      if (stopped_) break;
      co_await until_due(queue_.front().first);
      if (stopped_) break;
      const std::string bytes = std::move(queue_.front().second);
      queue_.pop_front();
      if (bytes.empty()) break;
      co_await send(bytes, error);
    }
    boost::system::error_code ignored;
    to_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void stop() {
    stopped_ = true;
    changed_.notify();
  }

 private:
  using Piece = std::pair<steady_clock::time_point, std::string>;

  [[nodiscard]] std::size_t limit() const {
    return network_.options.bytes_per_second > 0 ? bytes_in_a_router : bytes_on_the_way;
  }

  base::Task<void> until_due(steady_clock::time_point due) {
    while (!stopped_ && (network_.stalled || steady_clock::now() < due)) {
      if (network_.stalled)
        co_await network_.changed.wait();
      else
        co_await changed_.wait_until(due);
    }
  }

  base::Task<void> send(const std::string& bytes, boost::system::error_code& error) {
    const std::size_t rate = network_.options.bytes_per_second;
    const std::size_t step = rate > 0 ? std::max<std::size_t>(1, rate / pieces_per_second) : bytes.size();
    for (std::size_t sent = 0; sent < bytes.size() && !error; sent += step) {
      const std::size_t size = std::min(step, bytes.size() - sent);
      if (rate > 0)
        co_await until_due(steady_clock::now() + std::chrono::microseconds(size * 1'000'000 / rate));
      co_await asio::async_write(to_, asio::buffer(bytes.data() + sent, size),
                                 asio::redirect_error(asio::use_awaitable, error));
      queued_ -= size;
      passed_ += size;
      changed_.notify();
    }
  }

  Network& network_;
  tcp::socket& from_;
  tcp::socket& to_;
  std::atomic<std::uint64_t>& passed_;
  std::deque<Piece> queue_;
  std::size_t queued_ = 0;
  bool stopped_ = false;
  base::Wakeup changed_;
};

/// One client and its connection to the server.
class Relay::Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Network& network, tcp::socket client)
      : network_(network),
        client_(std::move(client)),
        server_(network.context),
        up_(network, client_, server_, network.to_server),
        down_(network, server_, client_, network.to_client) {
    ++network_.open;
  }

  base::Task<void> run() {
    const auto self = shared_from_this();
    boost::system::error_code error;
    server_.open(tcp::v4());
    // Or the kernel would hide a slow link behind megabytes of buffer.
    if (network_.options.bytes_per_second > 0)
      server_.set_option(tcp::socket::receive_buffer_size(bytes_in_a_router));
    co_await server_.async_connect(network_.to, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return close(true);
    client_.set_option(tcp::no_delay(true));
    server_.set_option(tcp::no_delay(true));
    for (auto* flow : {&up_, &down_}) {
      asio::co_spawn(network_.context, flow->read(), [self](const std::exception_ptr&) {});
      asio::co_spawn(network_.context, flow->write(),
                     [self](const std::exception_ptr&) { self->half_done(); });
    }
  }

  void close(bool reset) {
    if (closed_) return;
    closed_ = true;
    --network_.open;
    boost::system::error_code ignored;
    for (auto* socket : {&client_, &server_}) {
      if (reset) socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
    up_.stop();
    down_.stop();
    network_.links.erase(shared_from_this());
  }

 private:
  void half_done() {
    if (++done_ == 2) close(false);
  }

  Network& network_;
  tcp::socket client_, server_;
  Flow up_, down_;
  int done_ = 0;
  bool closed_ = false;
};

base::Task<void> Relay::Network::accept() {
  boost::system::error_code error;
  for (;;) {
    tcp::socket client(context);
    co_await acceptor.async_accept(client, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (error) continue;
    ++accepted;
    const auto link = std::make_shared<Link>(*this, std::move(client));
    links.insert(link);
    if (resetting)
      link->close(true);
    else
      asio::co_spawn(context, link->run(), asio::detached);
  }
}

Relay::Relay(std::uint16_t to, Options options) : network_(std::make_unique<Network>(to, options)) {
  asio::co_spawn(network_->context, network_->accept(), asio::detached);
  network_->thread = std::thread([network = network_.get()] { network->context.run(); });
}

Relay::~Relay() {
  network_->tell([network = network_.get()] {
    network->stalled = false;
    network->acceptor.close();
    for (const auto& link : std::set(network->links)) link->close(false);
  });
  network_->thread.join();
}

std::uint16_t Relay::port() const {
  return network_->port;
}

void Relay::stall() {
  network_->tell([this] { network_->stalled = true; });
}

void Relay::resume() {
  network_->tell([this] { network_->stalled = false; });
}

void Relay::set_delay(std::chrono::milliseconds one_way) {
  network_->tell([this, one_way] { network_->options.delay = one_way; });
}

void Relay::cut() {
  network_->tell([this] {
    for (const auto& link : std::set(network_->links)) link->close(false);
  });
}

void Relay::reset() {
  network_->tell([this] {
    for (const auto& link : std::set(network_->links)) link->close(true);
  });
}

void Relay::reset_new(bool on) {
  network_->tell([this, on] { network_->resetting = on; });
}

std::size_t Relay::accepted() const {
  return network_->accepted;
}

std::size_t Relay::open() const {
  return network_->open;
}

std::uint64_t Relay::bytes_to_server() const {
  return network_->to_server;
}

std::uint64_t Relay::bytes_to_client() const {
  return network_->to_client;
}

}  // namespace mcpssh::test
