#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::transport {

/// A host and a port as a Host header or an Origin names them.
struct Authority {
  std::string host;  ///< lower case; an IPv6 address without its brackets
  std::optional<std::uint16_t> port;
  bool operator==(const Authority&) const = default;
};

/// `host[:port]` of RFC 9110, 7.2, and nothing else: no user, path, empty host, trailing dot or odd
/// character.
std::optional<Authority> parse_authority(std::string_view text);

/// The authority of an Origin header (RFC 6454, 7): `http` or `https` and nothing behind the port. Not
/// `null`.
std::optional<Authority> parse_origin(std::string_view text);

/// Which names of this server a request may use: a web page that made its own name point here (DNS rebinding)
/// is known by the name it uses. Loopback names are always allowed, as is the address that is listened on.
class HostRules {
 public:
  /// `allowed`: "ssh.example.org" for any port, "ssh.example.org:8443" for that one. Throws
  /// Error(invalid_config) for an entry that is neither.
  HostRules(const std::vector<std::string>& allowed, const std::string& bound);

  [[nodiscard]] bool allows(const Authority& authority) const;

  /// Of the values of all Host headers. The error is what to tell the client, with the setting and the value
  /// to add.
  [[nodiscard]] std::expected<void, std::string> judge_host(const std::vector<std::string>& values) const;
  [[nodiscard]] std::expected<void, std::string> judge_origin(const std::vector<std::string>& values) const;

 private:
  std::vector<Authority> allowed_;
};

}  // namespace mcpssh::transport
