#include "approvals/totp.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <span>

#include "base/faults.hpp"

namespace mcpssh::approvals::totp {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Secret;

constexpr std::chrono::seconds step_length{30};
constexpr std::uint32_t modulus = 1'000'000;
constexpr std::size_t least_bytes = 16, fresh_bytes = 20;
constexpr std::size_t most_characters = 256;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string to_base32(std::span<const unsigned char> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);  // never grows, so that no copy stays behind
  std::uint32_t bits = 0;
  int count = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 5; count -= 5) out += alphabet[(bits >> (count - 5)) & 31u];
  }
  if (count > 0) out += alphabet[(bits << (5 - count)) & 31u];
  return out;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").contains(c);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::expected<Secret, Error> key_from(std::string_view text) {
  const auto wrong = [](const char* why) {
    return std::unexpected(Error(Fault::secret_missing, std::string("the secret of one-time codes ") + why,
                                 "make one with: mcp-ssh approver totp USER"));
  };
  if (text.size() > most_characters) return wrong("is too long");
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(most_characters);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    const int value = value_of(c);
    if (value < 0) return wrong("is not base32");
    bits = (bits << 5) | static_cast<std::uint32_t>(value);
    if ((count += 5) < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 0xFFu);
  }
  const bool enough = bytes.size() >= least_bytes;
  Secret key(std::move(bytes));
  if (!enough) return wrong("has less than 128 bits");
  return key;
}

std::uint64_t step_at(base::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  return seconds.count() < 0 ? 0 : static_cast<std::uint64_t>(seconds / step_length);
}

std::string code_at(const Secret& key, std::uint64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = counter.size(); i-- > 0; step >>= 8) counter[i] = step & 0xFFu;
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  const auto& bytes = key.reveal();
  if (::HMAC(EVP_sha1(), bytes.data(), static_cast<int>(bytes.size()), counter.data(), counter.size(),
             mac.data(), &length) == nullptr ||
      length != 20)
    throw Error(ErrorCode::internal, "HMAC-SHA-1 is not available");
  const std::size_t at = mac[19] & 0xFu;  // RFC 4226 section 5.3
  const std::uint32_t number = (mac[at] & 0x7Fu) << 24 | static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                               static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  return fmt::format("{:06}", number % modulus);
}

Secret fresh_secret() {
  std::array<unsigned char, fresh_bytes> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw Error(ErrorCode::internal, "the kernel gives no random bytes");
  Secret secret(to_base32(bytes));
  ::OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

Secret uri(std::string_view user, std::string_view host, const Secret& secret) {
  const std::string account = percent(std::string(user) + "@" + std::string(host));
  return Secret(
      fmt::format("otpauth://totp/mcp-ssh:{}?secret={}&issuer=mcp-ssh&algorithm=SHA1&digits=6&period=30",
                  account, secret.reveal()));
}

}  // namespace mcpssh::approvals::totp
