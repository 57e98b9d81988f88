#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpssh::cli {

/// An IP address and a port, as options and the environment name them.
struct ListenPlace {
  std::string address;
  std::uint16_t port = 0;
};

/// Throws Error(invalid_config).
std::uint16_t parse_port(std::string_view text);
/// An IP address, also in brackets, or "localhost". Throws Error(invalid_config).
std::string parse_address(std::string_view text);
/// "9000": that port of `otherwise`; ":9000": of all addresses; "ADDRESS:PORT". Throws Error(invalid_config).
ListenPlace parse_listen(std::string_view text, ListenPlace otherwise);

/// "127.0.0.1:8000", "[::1]:8000".
std::string authority_of(const std::string& address, std::uint16_t port);

}  // namespace mcpssh::cli
