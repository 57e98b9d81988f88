#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mcpssh::base {

/// An absolute http or https URL of the configuration, in its parts (RFC 3986).
struct WebUrl {
  bool tls = true;
  std::string host;  ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 443;
  std::string origin;  ///< "https://host:port" as written
  std::string path;    ///< "/keys", or empty
  std::string query;   ///< "?a=b", or empty

  /// http is only for a service on this machine.
  [[nodiscard]] bool confidential() const;
  [[nodiscard]] bool loopback() const;
};

/// Takes no user, no fragment, and no character a header or a log would have to escape. The error says what
/// is wrong with it, to stand behind the setting's name.
std::expected<WebUrl, std::string> parse_web_url(std::string_view text);

}  // namespace mcpssh::base
