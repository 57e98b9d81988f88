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

/// What both kinds do with the stream they read and write; `Stream` is an Asio stream.
template <class Stream>
class StreamWire : public Wire {
 public:
  explicit StreamWire(Stream stream) : stream_(std::move(stream)) {}

  Task<void> greet() override { co_return; }
  Task<std::size_t> read_some(char* into, std::size_t room) override {
    error_code error;
    const auto count = co_await stream_.async_read_some(asio::buffer(into, room),
                                                        asio::redirect_error(asio::use_awaitable, error));
    co_return checked(count, error);
  }
  Task<void> write(std::string_view bytes) override {
    co_await asio::async_write(stream_, asio::buffer(bytes), asio::use_awaitable);
  }
  void finish() noexcept override {
    error_code ignored;
    socket().shutdown(asio::socket_base::shutdown_send, ignored);
  }
  void close() noexcept override {
    error_code ignored;
    socket().close(ignored);
  }

 protected:
  Stream stream_;

 private:
  auto& socket() {
    if constexpr (requires { stream_.next_layer(); })
      return stream_.next_layer();
    else
      return stream_;
  }
};

/// Ends without close_notify: HTTP messages say their own length, so nothing can be cut off unnoticed.
class TlsWire : public StreamWire<asio::ssl::stream<tcp::socket>> {
 public:
  TlsWire(tcp::socket socket, TlsContext context)
      : StreamWire({std::move(socket), *context}), context_(std::move(context)) {}

  Task<void> greet() override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  }

 private:
  TlsContext context_;
};

}  // namespace

std::unique_ptr<Wire> make_wire(tcp::socket socket, TlsContext tls) {
  if (tls) return std::make_unique<TlsWire>(std::move(socket), std::move(tls));
  return std::make_unique<StreamWire<tcp::socket>>(std::move(socket));
}

std::unique_ptr<Wire> make_wire(AnySocket socket) {
  return std::make_unique<StreamWire<AnySocket>>(std::move(socket));
}

}  // namespace mcpssh::transport
