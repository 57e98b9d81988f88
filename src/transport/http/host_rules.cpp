#include "transport/http/host_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <ranges>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::transport {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t longest_host = 255;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size() || port == 0)
    return std::nullopt;
  return port;
}

std::optional<std::string> parse_host(std::string_view text) {
  if (text.size() > longest_host) return std::nullopt;
  if (text.starts_with('[') && text.ends_with(']')) {
    boost::system::error_code error;
    const auto address = ip::make_address_v6(std::string(text.substr(1, text.size() - 2)), error);
    if (error || address.scope_id() != 0) return std::nullopt;
    return address.to_string();
  }
  auto name = lower(text);
  const bool fine = !name.empty() && name.front() != '.' && name.back() != '.' &&
                    std::ranges::all_of(name, is_name_character);
  return fine ? std::optional(std::move(name)) : std::nullopt;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string shown(const Authority& authority) {
  return authority.host.contains(':') ? "[" + authority.host + "]" : authority.host;
}

std::string not_allowed(std::string_view header, const Authority& authority) {
  return fmt::format(
      "{} {} is not a name of this server; if it is, add \"{}\" to settings.allowed_hosts in hosts.yaml or "
      "to the "
      "environment variable MCP_ALLOWED_HOSTS and start the server again",
      header, shown(authority), shown(authority));
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  auto host = text;
  Authority result;
  // Behind the bracket of an IPv6 address, or the only colon.
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    result.port = parse_port(text.substr(colon + 1));
    if (!result.port) return std::nullopt;
  }
  auto name = parse_host(host);
  if (!name) return std::nullopt;
  result.host = std::move(*name);
  return result;
}

std::optional<Authority> parse_origin(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) return parse_authority(text.substr(scheme.size()));
  return std::nullopt;
}

HostRules::HostRules(const std::vector<std::string>& allowed, const std::string& bound) {
  for (const auto& entry : allowed) {
    auto authority = parse_authority(base::trim(entry));
    if (!authority)
      throw base::Error(
          base::ErrorCode::invalid_config,
          fmt::format("allowed_hosts: \"{}\" is not a host name or address", base::printable(entry, 100)),
          "write it as clients do behind http://, for example ssh.example.org or 192.0.2.7:8000");
    allowed_.push_back(std::move(*authority));
  }
  boost::system::error_code error;
  const auto address = ip::make_address(bound, error);
  if (!error && !address.is_unspecified()) allowed_.push_back({address.to_string(), std::nullopt});
}

bool HostRules::allows(const Authority& authority) const {
  return is_loopback(authority.host) || std::ranges::any_of(allowed_, [&](const Authority& one) {
           return one.host == authority.host && (!one.port || one.port == authority.port);
         });
}

std::expected<void, std::string> HostRules::judge_host(const std::vector<std::string>& values) const {
  if (values.size() != 1) return std::unexpected("exactly one Host header is needed");
  const auto authority = parse_authority(values.front());
  if (!authority)
    return std::unexpected("the Host header is not a host name or address with an optional port");
  if (!allows(*authority)) return std::unexpected(not_allowed("the Host", *authority));
  return {};
}

std::expected<void, std::string> HostRules::judge_origin(const std::vector<std::string>& values) const {
  if (values.empty()) return {};
  const auto authority = values.size() == 1 ? parse_origin(values.front()) : std::nullopt;
  if (!authority) return std::unexpected("requests of that Origin are not taken");
  if (!allows(*authority)) return std::unexpected(not_allowed("the Origin's host", *authority));
  return {};
}

}  // namespace mcpssh::transport
