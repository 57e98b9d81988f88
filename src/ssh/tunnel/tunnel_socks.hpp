#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "base/task.hpp"

namespace mcpssh::ssh {

/// What a SOCKS client wants to reach.
struct SocksRequest {
  std::string address;  ///< a name, or an IP address as text
  std::uint16_t port = 0;
};

enum class SocksReply : unsigned char {
  opened = 0,
  failed = 1,
  not_allowed = 2,
  bad_command = 7,
  bad_address = 8
};
/// RFC 1928 section 6, with an address of zeroes: ours means nothing to the client.
std::string socks_reply(SocksReply reply);

/// Reads a client's greeting and its request (RFC 1928 sections 3 and 4), without authentication: the
/// listener is on loopback. Only CONNECT. Throws Error(protocol_error) after telling the client. Cancelling
/// ends it.
base::Task<SocksRequest> read_socks_request(base::asio::ip::tcp::socket& socket);

}  // namespace mcpssh::ssh
