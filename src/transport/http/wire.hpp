#pragma once
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.hpp"

namespace mcpssh::transport {

/// Bytes of one client, in the clear or through TLS. Lives on one executor. One read and one write may be
/// under way at once. Everything throws boost::system::system_error.
class Wire {
 public:
  virtual ~Wire() = default;
  /// TLS: the handshake. Plain: nothing.
  virtual base::Task<void> greet() = 0;
  /// At least one byte into `into`; 0 at the end of the stream.
  virtual base::Task<std::size_t> read_some(char* into, std::size_t room) = 0;
  virtual base::Task<void> write(std::string_view bytes) = 0;
  /// No more will be written; the client sees the end. Never throws.
  virtual void finish() noexcept = 0;
  /// Ends whatever is under way. Never throws.
  virtual void close() noexcept = 0;
};

using TlsContext = std::shared_ptr<base::asio::ssl::context>;

using AnySocket = base::asio::generic::stream_protocol::socket;
/// In the clear, over a socket of any kind.
std::unique_ptr<Wire> make_wire(AnySocket socket);
/// `tls` null: in the clear. Keeps `tls` alive.
std::unique_ptr<Wire> make_wire(base::asio::ip::tcp::socket socket, TlsContext tls);

}  // namespace mcpssh::transport
