#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.hpp"

/// The client's side of HTTP CONNECT (RFC 9110 section 9.3.6) with Basic credentials (RFC 7617), as bytes.
/// Pure.
namespace mcpssh::ssh::http_tunnel {

inline constexpr std::size_t max_head_bytes = 16 * 1024;

/// `user` empty: no credentials. Throws base::Error(invalid_argument) for what cannot stand in a request.
base::Secret request(std::string_view address, std::uint16_t port, std::string_view user,
                     std::string_view password);

/// How many bytes of `received` belong to the answer's head, its empty line included; 0 when that is not here
/// yet. What follows is the host's.
std::size_t head_size(std::string_view received);

/// Throws base::Error(connect_failed | protocol_error) saying what the proxy said, unless it is 2xx.
void check(std::string_view head);

}  // namespace mcpssh::ssh::http_tunnel
