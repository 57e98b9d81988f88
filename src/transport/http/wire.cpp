#include "transport/http/wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
using asio::ip::tcp;
using base::Task;
using boost::system::error_code;

/// Every way a client's stream can end well; the others are thrown.
std::size_t checked(std::size_t count, const error_code& error) {
  if (!error) return count;
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) return 0;
  throw boost::system::system_error(error);
}

template <class Socket>
void end_writing(Socket& socket) noexcept {
  error_code ignored;
  socket.shutdown(Socket::shutdown_send, ignored);
}

template <class Socket>
class PlainWire : public Wire {
 public:
  explicit PlainWire(Socket socket) : socket_(std::move(socket)) {}

  Task<void> greet() override { co_return; }
  Task<std::size_t> read_some(char* into, std::size_t room) override {
    error_code error;
    const auto count = co_await socket_.async_read_some(asio::buffer(into, room),
                                                        asio::redirect_error(asio::use_awaitable, error));
    co_return checked(count, error);
  }
  Task<void> write(std::string_view bytes) override {
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
  }
  void finish() noexcept override { end_writing(socket_); }
  void close() noexcept override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

class TlsWire : public Wire {
 public:
  TlsWire(tcp::socket socket, TlsContext context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  Task<void> greet() override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  }
  Task<std::size_t> read_some(char* into, std::size_t room) override {
    error_code error;
    const auto count = co_await stream_.async_read_some(asio::buffer(into, room),
                                                        asio::redirect_error(asio::use_awaitable, error));
    co_return checked(count, error);
  }
  Task<void> write(std::string_view bytes) override {
    co_await asio::async_write(stream_, asio::buffer(bytes), asio::use_awaitable);
  }
  /// Without close_notify: HTTP messages say their own length, so nothing can be cut off unnoticed.
  void finish() noexcept override { end_writing(stream_.next_layer()); }
  void close() noexcept override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  TlsContext context_;
  asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Wire> make_wire(tcp::socket socket, TlsContext tls) {
  if (tls) return std::make_unique<TlsWire>(std::move(socket), std::move(tls));
  return std::make_unique<PlainWire<tcp::socket>>(std::move(socket));
}

std::unique_ptr<Wire> make_wire(AnySocket socket) {
  return std::make_unique<PlainWire<AnySocket>>(std::move(socket));
}

}  // namespace mcpssh::transport
