#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

/// What an SSH server says before anything is agreed on: its version (RFC 4253 section 4.2) and its lists of
/// algorithms (section 7.1). Pure; what is read comes from anybody.
namespace mcpssh::ssh {

/// The lists of SSH_MSG_KEXINIT, in the server's order. Compression and languages are left out.
struct KeyExchangeInit {
  std::vector<std::string> key_exchange, host_keys;
  std::vector<std::string> ciphers_to_host, ciphers_from_host;
  std::vector<std::string> macs_to_host, macs_from_host;
  /// The server can do the strict key exchange that ends the Terrapin attack (CVE-2023-48795).
  [[nodiscard]] bool strict() const;
  bool operator==(const KeyExchangeInit&) const = default;
};

/// Reads the payload of one. Error(protocol_error) for another message, for lists cut short and for names
/// that are none (RFC 4251 section 6: printable US-ASCII).
std::expected<KeyExchangeInit, base::Error> parse_key_exchange_init(std::string_view payload);

/// What the bytes a server sent so far say.
struct Greeting {
  std::string version;  ///< "SSH-2.0-OpenSSH_9.2p1", cleaned
  KeyExchangeInit offer;
  bool operator==(const Greeting&) const = default;
};

namespace limits {
/// Lines before the version and the version itself; tarpits say them for ever.
inline constexpr std::size_t introduction_bytes = std::size_t{64} * 1024;
/// A packet (RFC 4253 section 6.1).
inline constexpr std::size_t packet_bytes = 35000;
}  // namespace limits

/// Nothing while more bytes are needed; Error(protocol_error) for what is no SSH server. `version` is set as
/// soon as it is known, also when the rest makes no sense.
std::expected<std::optional<Greeting>, base::Error> read_greeting(std::string_view received,
                                                                  std::string& version);

}  // namespace mcpssh::ssh
