#include "ssh/way/socks5.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/ip/address.hpp>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh::socks5 {
namespace {
using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr char version = 5, password_version = 1;
constexpr char no_password = 0, by_password = 2;
constexpr char ipv4 = 1, name = 3, ipv6 = 4;

constexpr std::array<const char*, 9> refusals{"",
                                              "general failure",
                                              "not allowed by its rules",
                                              "network unreachable",
                                              "host unreachable",
                                              "connection refused",
                                              "the way was too long (TTL expired)",
                                              "it does not connect",
                                              "it does not know this kind of address"};

unsigned char byte_of(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text.at(at));
}

void check_version(std::string_view answer, char expected) {
  if (answer.at(0) == expected) return;
  throw Error(ErrorCode::protocol_error, "it does not speak SOCKS5",
              "check kind, address and port of the proxy");
}

void put_short_string(std::string& out, std::string_view text, const char* what) {
  if (text.empty() || text.size() > 255)
    throw Error(ErrorCode::invalid_argument, fmt::format("SOCKS5 takes 1 to 255 bytes of {}", what));
  out += static_cast<char>(text.size());
  out += text;
}

}  // namespace

std::string greeting(bool with_password) {
  return with_password ? std::string{version, 2, no_password, by_password}
                       : std::string{version, 1, no_password};
}

bool wants_password(std::string_view answer, bool have_password) {
  check_version(answer, version);
  if (answer.at(1) == no_password) return false;
  if (answer.at(1) == by_password && have_password) return true;
  throw Error(Fault::way_failed,
              have_password ? "it takes neither no log-in nor user name and password"
                            : "it wants a log-in, and no user is set for it",
              "set user and password of the proxy, or ask who runs it");
}

std::string credentials(std::string_view user, std::string_view password) {
  std::string out{password_version};
  put_short_string(out, user, "user name");
  put_short_string(out, password, "password");
  return out;
}

void check_verdict(std::string_view answer) {
  if (answer.at(1) == 0) return;
  throw Error(Fault::way_failed, "it does not take this user name and password",
              "check user and password of the proxy");
}

std::string request(std::string_view address, std::uint16_t port) {
  std::string out{version, 1, 0};
  boost::system::error_code not_numeric;
  const auto literal = boost::asio::ip::make_address(std::string(address), not_numeric);
  if (not_numeric) {
    out += name;
    put_short_string(out, address, "host name");
  } else if (literal.is_v4()) {
    out += ipv4;
    for (const auto byte : literal.to_v4().to_bytes()) out += static_cast<char>(byte);
  } else {
    out += ipv6;
    for (const auto byte : literal.to_v6().to_bytes()) out += static_cast<char>(byte);
  }
  out += static_cast<char>(port >> 8);
  out += static_cast<char>(port & 0xff);
  return out;
}

std::size_t rest_of_reply(std::string_view head) {
  check_version(head, version);
  const auto code = byte_of(head, 1);
  if (code != 0)
    throw Error(
        Fault::way_failed,
        code < refusals.size() ? std::string(refusals.at(code)) : fmt::format("refused with code {}", code),
        "check that the proxy may reach that host and port");
  constexpr std::size_t port_size = 2;
  switch (head.at(3)) {
    case ipv4:
      return 4 - 1 + port_size;
    case ipv6:
      return 16 - 1 + port_size;
    case name:
      return byte_of(head, 4) + port_size;
    default:
      throw Error(ErrorCode::protocol_error, "its answer makes no sense");
  }
}

}  // namespace mcpssh::ssh::socks5
