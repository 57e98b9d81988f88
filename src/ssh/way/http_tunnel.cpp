#include "ssh/way/http_tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh::http_tunnel {
namespace {
using base::Error;
using base::ErrorCode;
using base::Fault;

bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string base64(std::string_view text) {
  return base::to_base64(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

}  // namespace

base::Secret request(std::string_view address, std::uint16_t port, std::string_view user,
                     std::string_view password) {
  if (!is_plain(address))
    throw Error(ErrorCode::invalid_argument, "no HTTP proxy can be asked for " + base::printable(address));
  if (user.contains(':'))
    throw Error(ErrorCode::invalid_argument, "a user name of an HTTP proxy cannot hold a colon");
  const bool bare_ipv6 = address.contains(':') && !address.starts_with('[');
  const std::string authority =
      bare_ipv6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
  std::string text = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", authority);
  if (!user.empty()) {
    const base::Secret pair(fmt::format("{}:{}", user, password));
    text += fmt::format("Proxy-Authorization: Basic {}\r\n", base64(pair.reveal()));
  }
  text += "\r\n";
  return base::Secret(std::move(text));
}

std::size_t head_size(std::string_view received) {
  const auto strict = received.find("\r\n\r\n"), sloppy = received.find("\n\n");
  if (strict == received.npos && sloppy == received.npos) return 0;
  return strict < sloppy ? strict + 4 : sloppy + 2;
}

void check(std::string_view head) {
  const auto line = base::trim(head.substr(0, head.find('\n')));
  const auto space = line.find(' ');
  const auto code = space == line.npos ? std::string_view() : line.substr(space + 1, 3);
  if (!line.starts_with("HTTP/1.") || code.size() != 3)
    throw Error(ErrorCode::protocol_error, "it does not speak HTTP",
                "check kind, address and port of the proxy");
  if (code.front() == '2') return;
  const std::string said = base::printable(line.substr(space + 1));
  if (code == "407")
    throw Error(Fault::way_failed, fmt::format("it wants other credentials ({})", said),
                "check user and password of the proxy");
  throw Error(Fault::way_failed, fmt::format("it answered {}", said),
              "check that the proxy may reach that host and port");
}

}  // namespace mcpssh::ssh::http_tunnel
