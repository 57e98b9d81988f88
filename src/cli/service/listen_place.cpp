#include "cli/service/listen_place.hpp"

#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {

using base::Error;
using base::Fault;

std::uint16_t parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size())
    throw Error(Fault::listen_address, "\"" + base::printable(text, 40) + "\" is not a port",
                "give a number from 1 to 65535, or 0 for any free one");
  return port;
}

std::string parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text == "localhost") return "127.0.0.1";
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text), error);
  if (error)
    throw Error(Fault::listen_address,
                "\"" + base::printable(text, 60) + "\" is not an IP address to listen on",
                "give one of this machine's, for example 127.0.0.1 or 0.0.0.0");
  return address.to_string();
}

ListenPlace parse_listen(std::string_view text, ListenPlace otherwise) {
  if (text.empty()) return otherwise;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    otherwise.port = parse_port(text);
    return otherwise;
  }
  ListenPlace place;
  place.port = parse_port(text.substr(colon + 1));
  place.address = colon == 0 ? "0.0.0.0" : parse_address(text.substr(0, colon));
  return place;
}

std::string authority_of(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace mcpssh::cli
