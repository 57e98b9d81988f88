#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

/// One-time codes of a phone (RFC 6238: SHA-1, 30 s, 6 digits: what every app knows).
namespace mcpssh::approvals::totp {

/// The key in `text`, which is base32 (RFC 4648 section 6) as apps show it: small letters, blanks, hyphens
/// and missing padding do not matter. Error(invalid_config), without the text, for anything else and for
/// fewer than 128 bits (RFC 4226 section 4).
std::expected<base::Secret, base::Error> key_from(std::string_view text);

/// Which 30 seconds of the world `time` is in.
std::uint64_t step_at(base::WallTime time);
/// "042137".
std::string code_at(const base::Secret& key, std::uint64_t step);

/// A new secret of 160 bits, in base32. Throws Error(internal) when the kernel gives no randomness.
base::Secret fresh_secret();
/// otpauth://totp/mcp-ssh:alice%40box?secret=...: what an app reads from a QR code.
base::Secret uri(std::string_view user, std::string_view host, const base::Secret& secret);

}  // namespace mcpssh::approvals::totp
