#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace mcpssh::transport {

/// A request target (RFC 9112, 3.2) in its parts.
struct Target {
  std::string path;   ///< begins with "/"; percent-encoding as sent
  std::string query;  ///< behind "?"
};

/// Takes the origin form, and the absolute form when it names the same host as `host`, the Host header. The
/// error is for the client.
std::expected<Target, std::string> parse_target(std::string_view text, std::string_view host);

}  // namespace mcpssh::transport
