#pragma once
#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.hpp"

namespace mcpssh::test {

/// Message numbers (RFC 4250 section 4.1.2) that the tests speak of.
enum SshMessage : std::uint8_t {
  ssh_disconnect = 1,
  ssh_ignore = 2,
  ssh_debug = 4,
  ssh_service_request = 5,
  ssh_service_accept = 6,
  ssh_kexinit = 20,
  ssh_newkeys = 21,
  ssh_kex_init = 30,
  ssh_kex_reply = 31,
  ssh_auth_request = 50,
  ssh_auth_failure = 51,
  ssh_auth_success = 52,
  ssh_auth_banner = 53,
  ssh_auth_info_request = 60,
  ssh_auth_info_response = 61,
  ssh_global_request = 80,
  ssh_channel_open = 90,
  ssh_open_confirmation = 91,
  ssh_open_failure = 92,
  ssh_window_adjust = 93,
  ssh_channel_data = 94,
  ssh_extended_data = 95,
  ssh_channel_eof = 96,
  ssh_channel_close = 97,
  ssh_channel_request = 98,
  ssh_channel_success = 99,
  ssh_channel_failure = 100,
};

/// Builds what RFC 4251 section 5 describes.
class Packet {
 public:
  explicit Packet(std::uint8_t message) { byte(message); }
  Packet() = default;
  Packet& byte(std::uint8_t value);
  Packet& number(std::uint32_t value);
  Packet& text(std::string_view value);  ///< length and bytes
  Packet& raw(std::string_view bytes);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads one; throws std::runtime_error behind its end.
class Fields {
 public:
  explicit Fields(std::string bytes) : bytes_(std::move(bytes)), rest_(bytes_) {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  std::uint8_t byte();
  std::uint32_t number();
  std::string text();

 private:
  std::string_view take(std::size_t size);
  const std::string bytes_;
  std::string_view rest_;
};

/// An ed25519 host key.
class WireKey {
 public:
  WireKey();
  [[nodiscard]] std::string blob() const;
  [[nodiscard]] std::string sign(std::string_view bytes) const;
  /// "ssh-ed25519 AAAA...".
  [[nodiscard]] std::string public_line() const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
};

/// The other side has gone, or the test is over.
struct PeerGone : std::runtime_error {
  PeerGone() : std::runtime_error("the peer is gone") {}
};

/// The server's side of one SSH connection in blocking calls, with no opinion of its own: a test says with it
/// what a server may not say. curve25519-sha256, ssh-ed25519, aes256-ctr, hmac-sha2-256 (RFC 4253, 8731,
/// 8709, 4344). Owned by one thread.
class SshWire {
 public:
  /// `fd` stays the caller's.
  SshWire(int fd, const WireKey& key) : fd_(fd), key_(key) {}

  /// As they are, past all protocol.
  void send_bytes(std::string_view bytes) const;
  /// Reads `size` bytes from the socket.
  std::string receive_bytes(std::size_t size);

  void exchange_versions(const std::string& ours = "SSH-2.0-hostile");
  /// KEXINIT to NEWKEYS. With `lie` the signature is over something else.
  void exchange_keys(bool lie = false);
  /// The two above, then the service, then every log-in is welcome.
  void let_in();

  /// One packet, encrypted once keys are exchanged.
  void send(const Packet& packet) { send_payload(packet.bytes()); }
  void send_payload(std::string_view payload);
  /// The same with another packet_length field, or a broken MAC.
  void send_with_length(std::string_view payload, std::uint32_t length);
  void send_with_bad_mac(std::string_view payload);
  /// The same packet over and over until the client goes, faster than anybody can read it; after flood_limit
  /// this server gives up, so that a client that never goes fails its test and does not hang it.
  static constexpr std::chrono::seconds flood_limit{20};
  [[noreturn]] void flood(const Packet& packet);
  /// The next payload. IGNORE, DEBUG and UNIMPLEMENTED are passed over.
  std::string receive();
  /// The next payload of that message; others are passed over.
  std::string await(std::uint8_t message);
  /// Reads until the client has gone.
  void wait_for_end();

 private:
  using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
  struct Direction {
    Cipher cipher{nullptr, &EVP_CIPHER_CTX_free};
    std::string mac_key;
    std::uint32_t sequence = 0;
  };
  std::string framed(std::string_view payload, std::uint32_t length_or_zero, bool break_mac);
  void derive(std::string_view secret, std::string_view hash);

  const int fd_;
  const WireKey& key_;
  std::string ours_, theirs_;
  Direction out_, in_;
};

}  // namespace mcpssh::test
