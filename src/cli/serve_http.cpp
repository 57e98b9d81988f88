// What `mcp-ssh serve` over HTTP takes from whom.
#include "cli/serve_http.hpp"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "approvals/desk.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/token_place.hpp"
#include "transport/token_file.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using transport::HttpOptions;

/// Shorter ones can be guessed.
constexpr std::size_t fair_token = 16;

std::string from(const hosts::Environment& environment, std::string_view name) {
  return environment(name).value_or("");
}

std::uint16_t port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size())
    throw Error(ErrorCode::invalid_config, "\"" + base::printable(text, 40) + "\" is not a port",
                "give a number from 1 to 65535, or 0 for any free one");
  return port;
}

std::string address_of(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text == "localhost") return "127.0.0.1";
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text), error);
  if (error)
    throw Error(ErrorCode::invalid_config,
                "\"" + base::printable(text, 60) + "\" is not an IP address to listen on",
                "give one of this machine's, for example 127.0.0.1 or 0.0.0.0");
  return address.to_string();
}

void read_place(const ServeOptions& options, const hosts::Environment& environment, HttpOptions& http) {
  if (const auto host = from(environment, "MCP_HOST"); !host.empty()) http.address = address_of(host);
  if (const auto port = from(environment, "MCP_PORT"); !port.empty()) http.port = port_of(port);
  if (options.listen.empty()) return;
  const std::string_view listen = options.listen;
  const auto colon = listen.rfind(':');
  if (colon == std::string_view::npos) {
    http.port = port_of(listen);
    return;
  }
  http.port = port_of(listen.substr(colon + 1));
  http.address = colon == 0 ? "0.0.0.0" : address_of(listen.substr(0, colon));
}

void read_tls(const ServeOptions& options, const hosts::Environment& environment, HttpOptions& http) {
  auto certificate = options.tls_certificate;
  auto key = options.tls_key;
  if (certificate.empty()) certificate = from(environment, "MCP_TLS_CERTIFICATE");
  if (key.empty()) key = from(environment, "MCP_TLS_KEY");
  if (certificate.empty() && key.empty()) return;
  if (certificate.empty() || key.empty())
    throw Error(ErrorCode::invalid_config, "TLS needs both a certificate and its key",
                "give --tls-certificate and --tls-key, or MCP_TLS_CERTIFICATE and MCP_TLS_KEY");
  http.tls = transport::TlsFiles{certificate, key};
}

/// The one shared token; empty when there are only named ones.
std::string take_token(const hosts::Environment& environment) {
  auto token = from(environment, "MCP_AUTH_TOKEN");
  const bool named = !transport::read_tokens(token_place()).empty();
  if (token.empty() && named) return token;
  if (token.empty())
    throw Error(
        ErrorCode::invalid_config,
        "MCP over HTTP does not start without a token: MCP_AUTH_TOKEN is not set, and there are no named "
        "tokens",
        "set it to a secret, for example MCP_AUTH_TOKEN=$(openssl rand -hex 32), and give the same to your "
        "clients; or make one for each with mcp-ssh token add; or serve stdio");
  ::unsetenv("MCP_AUTH_TOKEN");
  if (token.size() < fair_token)
    throw Error(ErrorCode::invalid_config, "MCP_AUTH_TOKEN is so short that it can be guessed",
                "use at least 16 characters, for example the output of: openssl rand -hex 32");
  return token;
}

base::Task<transport::HttpReply> say_live(transport::HttpRequest) {
  transport::HttpReply reply;
  reply.body = "live\n";
  co_return reply;
}

base::Task<transport::HttpReply> say_ready(bool ready) {
  transport::HttpReply reply;
  reply.status = ready ? 200 : 503;
  reply.body = ready ? "ready\n" : "shutting down\n";
  co_return reply;
}

}  // namespace

bool serves_http(const ServeOptions& options, const hosts::Environment& environment) {
  if (options.http) return true;
  const auto transport = from(environment, "MCP_TRANSPORT");
  if (transport.empty() || transport == "stdio") return false;
  if (transport == "http" || transport == "sse") return true;
  throw Error(ErrorCode::invalid_config,
              "MCP_TRANSPORT=" + base::printable(transport, 40) + " is not a transport",
              "set it to stdio, http or sse");
}

HttpOptions http_options(const ServeOptions& options, const hosts::Environment& environment,
                         const hosts::Settings& settings, base::Log log) {
  HttpOptions http;
  read_place(options, environment, http);
  read_tls(options, environment, http);
  const auto token = take_token(environment);
  transport::Authenticate shared;
  if (!token.empty()) shared = transport::one_token(token, std::string(approvals::shared_token));
  http.authenticate = transport::named_tokens(token_place(), std::move(shared), http.clock, std::move(log));
  http.allowed_hosts = settings.allowed_hosts;
  const auto more = from(environment, "MCP_ALLOWED_HOSTS");
  for (const auto name : base::split(more, ','))
    if (!base::trim(name).empty()) http.allowed_hosts.emplace_back(base::trim(name));
  http.trusted_proxies = settings.trusted_proxies;
  return http;
}

void announce(const HttpOptions& options, std::uint16_t port, const base::Log& log) {
  const auto address = boost::asio::ip::make_address(options.address);
  const auto host = address.is_v6() ? "[" + options.address + "]" : options.address;
  log.info("MCP is served on " + std::string(options.tls ? "https://" : "http://") + host + ":" +
           std::to_string(port) + options.endpoint);
  if (!options.tls && !address.is_loopback())
    log.warning(
        "WITHOUT TLS others on the network can read the token and everything said: "
        "give --tls-certificate and --tls-key, or listen on 127.0.0.1 behind a proxy that has TLS");
}

std::vector<transport::HttpRoute> health_routes(std::function<bool()> ready) {
  transport::HttpRoute live;
  live.prefix = "/livez";
  live.open = true;
  live.handle = say_live;
  transport::HttpRoute readiness;
  readiness.prefix = "/readyz";
  readiness.open = true;
  readiness.handle = [ready = std::move(ready)](const transport::HttpRequest&) { return say_ready(ready()); };
  return {std::move(live), std::move(readiness)};
}

}  // namespace mcpssh::cli
