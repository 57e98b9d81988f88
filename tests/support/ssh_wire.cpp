#include "support/ssh_wire.hpp"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/socket.h>

#include <chrono>
#include <span>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::test {
namespace {

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  demand(RAND_bytes(octets(bytes), static_cast<int>(size)) == 1, "no random bytes");
  return bytes;
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  unsigned size = 0;
  demand(EVP_Digest(bytes.data(), bytes.size(), octets(out), &size, EVP_sha256(), nullptr) == 1, "sha256");
  return out;
}

std::string hmac(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(bytes), bytes.size(), octets(out),
       &size);
  return out;
}

std::string public_part(const EVP_PKEY* key) {
  std::string out(32, '\0');
  std::size_t size = out.size();
  demand(EVP_PKEY_get_raw_public_key(key, octets(out), &size) == 1, "public key");
  return out;
}

/// RFC 4251's mpint of a positive number.
std::string mpint(std::string_view bytes) {
  while (!bytes.empty() && bytes.front() == '\0') bytes.remove_prefix(1);
  const bool high = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0;
  return Packet().text((high ? std::string(1, '\0') : std::string()) + std::string(bytes)).bytes();
}

struct Agreed {
  std::string ours, secret;
};
Agreed agree(std::string_view theirs) {
  KeyHandle ours(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), &EVP_PKEY_free);
  KeyHandle peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, octets(theirs), theirs.size()),
                 &EVP_PKEY_free);
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(ours.get(), nullptr),
                                                                      &EVP_PKEY_CTX_free);
  std::string secret(32, '\0');
  std::size_t size = secret.size();
  demand(peer && EVP_PKEY_derive_init(context.get()) == 1 &&
             EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
             EVP_PKEY_derive(context.get(), octets(secret), &size) == 1,
         "curve25519");
  return {public_part(ours.get()), secret};
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::string our_kexinit() {
  Packet packet(ssh_kexinit);
  packet.raw(random_bytes(16)).text("curve25519-sha256").text("ssh-ed25519");
  for (const char* both : {"aes256-ctr", "hmac-sha2-256", "none", ""}) packet.text(both).text(both);
  return packet.byte(0).number(0).bytes();
}

}  // namespace

Packet& Packet::byte(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

Packet& Packet::number(std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes_ += static_cast<char>(value >> shift & 0xffU);
  return *this;
}

Packet& Packet::text(std::string_view value) {
  return number(static_cast<std::uint32_t>(value.size())).raw(value);
}

Packet& Packet::raw(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

std::string_view Fields::take(std::size_t size) {
  demand(size <= rest_.size(), "the packet ends too early");
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t Fields::byte() {
  return static_cast<std::uint8_t>(take(1).front());
}

std::uint32_t Fields::number() {
  return big_endian(take(4));
}

std::string Fields::text() {
  return std::string(take(number()));
}

WireKey::WireKey() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free) {
  demand(key_ != nullptr, "no host key");
}

std::string WireKey::blob() const {
  return Packet().text("ssh-ed25519").text(public_part(key_.get())).bytes();
}

std::string WireKey::sign(std::string_view bytes) const {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  demand(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
             EVP_DigestSign(context.get(), octets(signature), &size, octets(bytes), bytes.size()) == 1,
         "ed25519");
  return Packet().text("ssh-ed25519").text(signature).bytes();
}

std::string WireKey::public_line() const {
  const std::string bytes = blob();
  return "ssh-ed25519 " + base::to_base64(std::span(octets(std::string_view(bytes)), bytes.size()));
}

void SshWire::send_bytes(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw PeerGone();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string SshWire::receive_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const ssize_t got = ::recv(fd_, bytes.data() + have, size - have, 0);
    if (got <= 0) throw PeerGone();
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

void SshWire::exchange_versions(const std::string& ours) {
  ours_ = ours;
  send_bytes(ours + "\r\n");
  for (theirs_.clear(); !theirs_.ends_with('\n');) theirs_ += receive_bytes(1);
  theirs_.erase(theirs_.find_last_not_of("\r\n") + 1);
}

void SshWire::exchange_keys(bool lie) {
  const std::string ours = our_kexinit();
  send_payload(ours);
  const std::string theirs = await(ssh_kexinit);
  Fields init(await(ssh_kex_init));
  init.byte();
  const std::string their_point = init.text();
  const Agreed agreed = agree(their_point);
  const std::string secret = mpint(agreed.secret);
  Packet exchange;
  exchange.text(theirs_).text(ours_).text(theirs).text(ours).text(key_.blob());
  exchange.text(their_point).text(agreed.ours).raw(secret);
  const std::string hash = sha256(exchange.bytes());
  const std::string signature = key_.sign(lie ? sha256(hash) : hash);
  send(Packet(ssh_kex_reply).text(key_.blob()).text(agreed.ours).text(signature));
  send(Packet(ssh_newkeys));
  await(ssh_newkeys);
  derive(secret, hash);
}

void SshWire::derive(std::string_view secret, std::string_view hash) {
  const auto key = [&](char letter) {
    return sha256(std::string(secret) + std::string(hash) + letter + std::string(hash));
  };
  const auto start = [](Direction& direction, const std::string& iv, const std::string& secret_key,
                        bool out) {
    direction.cipher.reset(EVP_CIPHER_CTX_new());
    demand(EVP_CipherInit_ex(direction.cipher.get(), EVP_aes_256_ctr(), nullptr, octets(secret_key),
                             octets(iv), out ? 1 : 0) == 1,
           "aes256-ctr");
  };
  start(in_, key('A'), key('C'), false);
  start(out_, key('B'), key('D'), true);
  in_.mac_key = key('E');
  out_.mac_key = key('F');
}

void SshWire::let_in() {
  exchange_versions();
  exchange_keys();
  await(ssh_service_request);
  send(Packet(ssh_service_accept).text("ssh-userauth"));
  await(ssh_auth_request);
  send(Packet(ssh_auth_success));
}

std::string SshWire::framed(std::string_view payload, std::uint32_t length_or_zero, bool break_mac) {
  const std::size_t block = out_.cipher ? 16 : 8;
  std::size_t padding = block - (5 + payload.size()) % block;
  if (padding < 4) padding += block;
  const auto length = static_cast<std::uint32_t>(1 + payload.size() + padding);
  Packet packet;
  packet.number(length_or_zero > 0 ? length_or_zero : length).byte(static_cast<std::uint8_t>(padding));
  std::string bytes = packet.raw(payload).raw(random_bytes(padding)).bytes();
  std::string mac;
  if (out_.cipher) {
    mac = hmac(out_.mac_key, Packet().number(out_.sequence).raw(bytes).bytes());
    if (break_mac) mac.back() = static_cast<char>(mac.back() ^ 1);
    int size = 0;
    EVP_CipherUpdate(out_.cipher.get(), octets(bytes), &size, octets(bytes), static_cast<int>(bytes.size()));
  }
  ++out_.sequence;
  return bytes + mac;
}

void SshWire::send_payload(std::string_view payload) {
  send_bytes(framed(payload, 0, false));
}

void SshWire::send_with_length(std::string_view payload, std::uint32_t length) {
  send_bytes(framed(payload, length, false));
}

void SshWire::send_with_bad_mac(std::string_view payload) {
  send_bytes(framed(payload, 0, true));
}

void SshWire::flood(const Packet& packet) {
  constexpr std::size_t batch = 256 * 1024;
  const auto end = std::chrono::steady_clock::now() + flood_limit;
  while (std::chrono::steady_clock::now() < end) {
    std::string bytes;
    while (bytes.size() < batch) bytes += framed(packet.bytes(), 0, false);
    send_bytes(bytes);
  }
  throw PeerGone();
}

std::string SshWire::receive() {
  for (;;) {
    const auto plain = [this](std::string bytes) {
      int size = 0;
      if (in_.cipher)
        EVP_CipherUpdate(in_.cipher.get(), octets(bytes), &size, octets(bytes),
                         static_cast<int>(bytes.size()));
      return bytes;
    };
    std::string packet = plain(receive_bytes(in_.cipher ? 16 : 8));
    const std::size_t length = big_endian(packet);
    demand(length >= 5 && length < 300'000, "not a packet");
    packet += plain(receive_bytes(length + 4 - packet.size()));
    if (in_.cipher) receive_bytes(32);
    ++in_.sequence;
    const auto padding = static_cast<unsigned char>(packet[4]);
    std::string payload = packet.substr(5, length - 1 - padding);
    if (payload.empty() || (payload[0] != ssh_ignore && payload[0] != ssh_debug && payload[0] != 3))
      return payload;
  }
}

std::string SshWire::await(std::uint8_t message) {
  for (;;) {
    std::string payload = receive();
    if (!payload.empty() && static_cast<std::uint8_t>(payload[0]) == message) return payload;
  }
}

void SshWire::wait_for_end() {
  std::array<char, 4096> ignored{};
  while (::recv(fd_, ignored.data(), ignored.size(), 0) > 0) {
  }
}

}  // namespace mcpssh::test
