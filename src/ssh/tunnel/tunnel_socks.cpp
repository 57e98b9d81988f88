#include "ssh/tunnel/tunnel_socks.hpp"

#include <array>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

namespace asio = base::asio;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;

constexpr unsigned char version = 5;
constexpr unsigned char connect = 1;
constexpr unsigned char no_authentication = 0;
constexpr unsigned char nothing_acceptable = 0xff;

unsigned char byte_at(const std::string& bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

base::Task<std::string> read_exactly(tcp::socket& socket, std::size_t count) {
  std::string bytes(count, '\0');
  boost::system::error_code failure;
  const auto buffer = asio::buffer(bytes);
  co_await asio::async_read(socket, buffer, asio::redirect_error(asio::use_awaitable, failure));
  if (failure) throw Error(ErrorCode::protocol_error, "the SOCKS client ended within its request");
  co_return bytes;
}

base::Task<void> say(tcp::socket& socket, std::string bytes) {
  boost::system::error_code ignored;
  const auto buffer = asio::buffer(bytes);
  co_await asio::async_write(socket, buffer, asio::redirect_error(asio::use_awaitable, ignored));
}

base::Task<void> refuse(tcp::socket& socket, std::string reply, std::string why) {
  co_await say(socket, std::move(reply));
  throw Error(ErrorCode::protocol_error, std::move(why));
}

base::Task<void> greet(tcp::socket& socket) {
  const std::string head = co_await read_exactly(socket, 2);
  if (byte_at(head, 0) != version) throw Error(ErrorCode::protocol_error, "the client does not speak SOCKS5");
  const std::string methods = co_await read_exactly(socket, byte_at(head, 1));
  const bool open = methods.find(static_cast<char>(no_authentication)) != std::string::npos;
  std::string answer{static_cast<char>(version),
                     static_cast<char>(open ? no_authentication : nothing_acceptable)};
  co_await say(socket, std::move(answer));
  if (!open) throw Error(ErrorCode::protocol_error, "the SOCKS client insists on a log-in");
}

base::Task<std::string> read_address(tcp::socket& socket, unsigned char type) {
  if (type == 1) {
    const std::string bytes = co_await read_exactly(socket, 4);
    asio::ip::address_v4::bytes_type raw{};
    std::copy(bytes.begin(), bytes.end(), raw.begin());
    co_return asio::ip::address_v4(raw).to_string();
  }
  if (type == 4) {
    const std::string bytes = co_await read_exactly(socket, 16);
    asio::ip::address_v6::bytes_type raw{};
    std::copy(bytes.begin(), bytes.end(), raw.begin());
    co_return asio::ip::address_v6(raw).to_string();
  }
  if (type != 3)
    co_await refuse(socket, socks_reply(SocksReply::bad_address),
                    "the SOCKS client names an unknown kind of address");
  const std::string length = co_await read_exactly(socket, 1);
  std::string name = co_await read_exactly(socket, byte_at(length, 0));
  if (name.empty() || base::printable(name, 1000) != name)
    co_await refuse(socket, socks_reply(SocksReply::bad_address), "the SOCKS client names no address");
  co_return name;
}

}  // namespace

std::string socks_reply(SocksReply reply) {
  std::string bytes(10, '\0');
  bytes[0] = static_cast<char>(version);
  bytes[1] = static_cast<char>(reply);
  bytes[3] = 1;  // an IPv4 address follows
  return bytes;
}

base::Task<SocksRequest> read_socks_request(tcp::socket& socket) {
  co_await greet(socket);
  const std::string head = co_await read_exactly(socket, 4);
  if (byte_at(head, 0) != version || byte_at(head, 1) != connect)
    co_await refuse(socket, socks_reply(SocksReply::bad_command),
                    "the SOCKS client asks for more than CONNECT");
  SocksRequest request;
  request.address = co_await read_address(socket, byte_at(head, 3));
  const std::string port = co_await read_exactly(socket, 2);
  request.port = static_cast<std::uint16_t>(byte_at(port, 0) << 8 | byte_at(port, 1));
  co_return request;
}

}  // namespace mcpssh::ssh
