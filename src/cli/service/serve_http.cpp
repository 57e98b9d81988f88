// What `mcp-ssh serve` over HTTP takes from whom.
#include "cli/service/serve_http.hpp"

#include <boost/asio/ip/address.hpp>
#include <cstdlib>
#include <utility>

#include "approvals/desk.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/service/serve_oauth.hpp"
#include "cli/token_place.hpp"
#include "transport/http/token_file.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using transport::HttpOptions;

/// Shorter ones can be guessed.
constexpr std::size_t fair_token = 16;

std::string from(const hosts::Environment& environment, std::string_view name) {
  return environment(name).value_or("");
}

void read_place(const ServeOptions& options, const hosts::Environment& environment, HttpOptions& http) {
  const auto place = http_place(options.listen, environment);
  http.address = place.address;
  http.port = place.port;
}

void read_tls(const ServeOptions& options, const hosts::Environment& environment, HttpOptions& http) {
  auto certificate = options.tls_certificate;
  auto key = options.tls_key;
  if (certificate.empty()) certificate = from(environment, "MCP_TLS_CERTIFICATE");
  if (key.empty()) key = from(environment, "MCP_TLS_KEY");
  if (certificate.empty() && key.empty()) return;
  if (certificate.empty() || key.empty())
    throw Error(Fault::tls_unusable, "TLS needs both a certificate and its key",
                "give --tls-certificate and --tls-key, or MCP_TLS_CERTIFICATE and MCP_TLS_KEY");
  http.tls = transport::TlsFiles{certificate, key};
}

/// The one shared token; empty when there are only others: named ones, or those of an authorization server.
std::string take_token(const hosts::Environment& environment, bool with_oauth) {
  require_token(environment, with_oauth);
  auto token = from(environment, "MCP_AUTH_TOKEN");
  ::unsetenv("MCP_AUTH_TOKEN");
  return token;
}

}  // namespace

void require_token(const hosts::Environment& environment, bool with_oauth) {
  const auto token = from(environment, "MCP_AUTH_TOKEN");
  const bool others = !transport::read_tokens(token_place()).empty() || with_oauth;
  if (token.empty() && others) return;
  if (token.empty())
    throw Error(
        Fault::no_token,
        "MCP over HTTP does not start without a token: MCP_AUTH_TOKEN is not set, and there are no named "
        "tokens",
        "set it to a secret, for example MCP_AUTH_TOKEN=$(openssl rand -hex 32), and give the same to your "
        "clients; or make one for each with mcp-ssh token add; or serve stdio");
  if (token.size() < fair_token)
    throw Error(Fault::no_token, "MCP_AUTH_TOKEN is so short that it can be guessed",
                "use at least 16 characters, for example the output of: openssl rand -hex 32");
}

ListenPlace http_place(const std::string& given, const hosts::Environment& environment) {
  ListenPlace place{"127.0.0.1", 8000};
  if (const auto host = from(environment, "MCP_HOST"); !host.empty()) place.address = parse_address(host);
  if (const auto port = from(environment, "MCP_PORT"); !port.empty()) place.port = parse_port(port);
  return parse_listen(given, std::move(place));
}

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
  const auto token = take_token(environment, oauth_settings(settings, environment).has_value());
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
  log.info("MCP is served on " + std::string(options.tls ? "https://" : "http://") +
           authority_of(options.address, port) + options.endpoint);
  if (!options.tls && !address.is_loopback())
    log.warning(
        "WITHOUT TLS others on the network can read the token and everything said: "
        "give --tls-certificate and --tls-key, or listen on 127.0.0.1 behind a proxy that has TLS");
}

}  // namespace mcpssh::cli
