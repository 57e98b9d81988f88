#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace mcpssh::transport {

/// Addresses and networks, as `trusted_proxies` lists them.
class AddressSet {
 public:
  /// "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". Throws Error(invalid_config) for anything else.
  explicit AddressSet(const std::vector<std::string>& entries);
  [[nodiscard]] bool contains(const std::string& address) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

/// Who really sends: `peer`, or when that is a trusted proxy the last address of X-Forwarded-For
/// (`forwarded`, all values joined by commas) that is not itself one. An entry that is no address ends the
/// search: what stands before it was written by somebody else.
std::string client_address(const std::string& peer, std::string_view forwarded, const AddressSet& proxies);

/// What an address counts as where addresses are counted: an IPv4-mapped one as IPv4, IPv6 by its /64, which
/// one client has for itself.
std::string counted_as(const std::string& address);

bool is_loopback_address(const std::string& address);

}  // namespace mcpssh::transport
