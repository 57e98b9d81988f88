#include "ssh/survey/key_exchange_init.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "ssh/session/wire.hpp"

namespace mcpssh::ssh {
namespace {

using base::Error;
using base::ErrorCode;

constexpr char kexinit = 20;
constexpr std::size_t cookie_bytes = 16;
constexpr std::string_view strict_server = "kex-strict-s-v00@openssh.com";
/// RFC 4253 section 4.2: 255 with its end. Some say more.
constexpr std::size_t most_version = 1024;

std::unexpected<Error> wrong(std::string cause) {
  return std::unexpected(Error(ErrorCode::protocol_error, std::move(cause)));
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<std::vector<std::string>> take_names(std::string_view& rest) {
  const auto list = wire::take_string(rest);
  if (!list) return std::nullopt;
  std::vector<std::string> names;
  if (list->empty()) return names;
  for (const auto name : base::split(*list, ',')) {
    if (!is_name(name)) return std::nullopt;
    names.emplace_back(name);
  }
  return names;
}

/// Where the line with the version begins; nothing when it is not here yet.
std::optional<std::size_t> version_at(std::string_view received) {
  for (std::size_t at = 0; at < received.size();) {
    if (received.substr(at).starts_with("SSH-")) return at;
    const auto end = received.find('\n', at);
    if (end == std::string_view::npos) return std::nullopt;
    at = end + 1;
  }
  return std::nullopt;
}

/// The payload of the first packet (RFC 4253 section 6); nothing while it is not all there.
std::expected<std::optional<std::string_view>, Error> first_packet(std::string_view rest) {
  const auto size = wire::take_number(rest);
  if (!size) return std::nullopt;
  if (*size < 2 || *size > limits::packet_bytes) return wrong("its first packet has an impossible length");
  if (rest.size() < *size) return std::nullopt;
  const auto padding = static_cast<unsigned char>(rest.front());
  if (padding + std::size_t{1} > *size) return wrong("its first packet is all padding");
  return rest.substr(1, *size - padding - 1);
}

}  // namespace

bool KeyExchangeInit::strict() const {
  return std::ranges::find(key_exchange, strict_server) != key_exchange.end();
}

std::expected<KeyExchangeInit, Error> parse_key_exchange_init(std::string_view payload) {
  if (payload.empty() || payload.front() != kexinit)
    return wrong("it does not begin with its list of algorithms");
  if (payload.size() < 1 + cookie_bytes) return wrong("its list of algorithms is cut short");
  payload.remove_prefix(1 + cookie_bytes);
  KeyExchangeInit read;
  for (auto* names : {&read.key_exchange, &read.host_keys, &read.ciphers_to_host, &read.ciphers_from_host,
                      &read.macs_to_host, &read.macs_from_host}) {
    auto taken = take_names(payload);
    if (!taken) return wrong("its list of algorithms makes no sense");
    *names = *std::move(taken);
  }
  return read;
}

std::expected<std::optional<Greeting>, Error> read_greeting(std::string_view received, std::string& version) {
  const auto begin = version_at(received);
  if (!begin) {
    if (received.size() > limits::introduction_bytes) return wrong("it sends line after line");
    return std::nullopt;
  }
  const auto from_version = received.substr(*begin);
  const auto end = from_version.find('\n');
  if (end == std::string_view::npos) {
    if (from_version.size() > most_version) return wrong("its version has no end");
    return std::nullopt;
  }
  version = base::printable(base::trim(from_version.substr(0, end)));
  if (!version.starts_with("SSH-2.0-") && !version.starts_with("SSH-1.99-"))
    return wrong("it speaks an SSH of before 2006, " + version);
  const auto payload = first_packet(from_version.substr(end + 1));
  if (!payload) return std::unexpected(payload.error());
  if (!*payload) return std::nullopt;
  auto offer = parse_key_exchange_init(**payload);
  if (!offer) return std::unexpected(offer.error());
  return Greeting{version, *std::move(offer)};
}

}  // namespace mcpssh::ssh
