#include "base/web_url.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

namespace mcpssh::base {
namespace {

constexpr std::size_t longest = 2048;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// RFC 3986, section 2: unreserved, reserved and percent.
bool may_stand(char c) {
  return is_alnum(c) || std::string_view("-._~:/?[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
         std::ranges::all_of(host, [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

bool is_ipv6(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address_v6(host, error);
  return !error && host.find('%') == std::string::npos;
}

/// Host and port of `authority` into `url`; false when it is something else.
bool take_authority(std::string_view authority, WebUrl& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = lower(authority.substr(1, end - 1));
    port = authority.substr(end + 1);
    if (!is_ipv6(url.host) || (!port.empty() && port.front() != ':')) return false;
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    url.host = lower(authority.substr(0, colon));
    port = authority.substr(colon);
    if (!is_name(url.host)) return false;
  }
  if (port.empty()) return true;
  const auto number = port_of(port.substr(1));
  url.port = number.value_or(0);
  return number.has_value();
}

}  // namespace

bool WebUrl::loopback() const {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return host == "localhost" || (!error && address.is_loopback());
}

bool WebUrl::confidential() const {
  return tls || loopback();
}

std::expected<WebUrl, std::string> parse_web_url(std::string_view text) {
  WebUrl url;
  url.tls = text.starts_with("https://");
  if (!url.tls && !text.starts_with("http://")) return std::unexpected("is not an https:// URL");
  if (text.size() > longest) return std::unexpected("is longer than 2048 bytes");
  if (text.find('#') != std::string_view::npos) return std::unexpected("must not have a fragment (`#`)");
  if (!std::ranges::all_of(text, may_stand))
    return std::unexpected("holds a character that a URL cannot have");
  url.port = url.tls ? 443 : 80;
  const std::size_t begin = url.tls ? 8 : 7;
  const auto path = std::min(text.find_first_of("/?", begin), text.size());
  const auto query = std::min(text.find('?', path), text.size());
  const auto authority = text.substr(begin, path - begin);
  if (authority.find('@') != std::string_view::npos)
    return std::unexpected("must not name a user or a password");
  if (!take_authority(authority, url)) return std::unexpected("has no usable host and port");
  url.origin = text.substr(0, path);
  url.path = text.substr(path, query - path);
  url.query = text.substr(query);
  return url;
}

}  // namespace mcpssh::base
