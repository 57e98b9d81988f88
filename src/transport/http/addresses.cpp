#include "transport/http/addresses.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <optional>
#include <ranges>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::transport {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> parse(const std::string& text) {
  boost::system::error_code error;
  auto address = ip::make_address(text, error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::address(ip::make_address_v4(ip::v4_mapped, address.to_v6()));
  return address;
}

/// An entry of X-Forwarded-For: some proxies add the port.
std::optional<ip::address> parse_forwarded(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    return parse(std::string(text.substr(0, text.find(']'))));
  }
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  return parse(std::string(text));
}

}  // namespace

AddressSet::AddressSet(const std::vector<std::string>& entries) {
  for (const auto& entry : entries) {
    boost::system::error_code error;
    const auto address = ip::make_address(entry, error);
    if (!error && address.is_v4()) {
      v4_.emplace_back(address.to_v4(), 32);
      continue;
    }
    if (!error) {
      v6_.emplace_back(address.to_v6(), 128);
      continue;
    }
    const auto four = ip::make_network_v4(entry, error);
    if (!error) {
      v4_.push_back(four.canonical());
      continue;
    }
    const auto six = ip::make_network_v6(entry, error);
    if (error)
      throw base::Error(
          base::ErrorCode::invalid_config,
          "trusted_proxies: \"" + base::printable(entry, 100) + "\" is neither an address nor a network",
          "write it like 192.0.2.7 or 10.0.0.0/8");
    v6_.push_back(six.canonical());
  }
}

bool AddressSet::contains(const std::string& address) const {
  const auto parsed = parse(address);
  if (!parsed) return false;
  if (parsed->is_v4())
    return std::ranges::any_of(v4_, [&](const ip::network_v4& network) {
      return ip::network_v4(parsed->to_v4(), network.prefix_length()).canonical() == network;
    });
  return std::ranges::any_of(v6_, [&](const ip::network_v6& network) {
    return ip::network_v6(parsed->to_v6(), network.prefix_length()).canonical() == network;
  });
}

std::string client_address(const std::string& peer, std::string_view forwarded, const AddressSet& proxies) {
  auto found = peer;
  const auto hops = base::split(forwarded, ',');
  for (auto hop = hops.rbegin(); hop != hops.rend() && proxies.contains(found); ++hop) {
    const auto address = parse_forwarded(*hop);
    if (!address) break;
    found = address->to_string();
  }
  return found;
}

std::string counted_as(const std::string& address) {
  const auto parsed = parse(address);
  if (!parsed) return address;
  if (parsed->is_v4() || parsed->is_loopback()) return parsed->to_string();
  return ip::network_v6(parsed->to_v6(), 64).canonical().to_string();
}

bool is_loopback_address(const std::string& address) {
  const auto parsed = parse(address);
  return parsed && parsed->is_loopback();
}

}  // namespace mcpssh::transport
