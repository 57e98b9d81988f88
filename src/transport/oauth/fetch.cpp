#include "transport/oauth/fetch.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <expected>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::transport::oauth {
namespace {

namespace asio = base::asio;
namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Task;
using base::WebUrl;
using boost::beast::iequals;
using boost::system::error_code;
using Parser = http::response_parser<http::string_body>;

constexpr std::size_t header_bytes = 16 * 1024;

std::string shown(const WebUrl& url) {
  return base::printable(url.origin + url.path, 200);
}

Error failed(const WebUrl& url, ErrorCode code, const std::string& why, std::string next_move = {}) {
  return Error(code, "GET " + shown(url) + ": " + why, std::move(next_move));
}

std::string authority(const WebUrl& url) {
  return url.origin.substr(url.origin.find("://") + 3);
}

std::string request_text(const WebUrl& url) {
  return "GET " + (url.path.empty() ? "/" : url.path) + url.query + " HTTP/1.1\r\nHost: " + authority(url) +
         "\r\nAccept: application/jwk-set+json, application/json\r\nUser-Agent: mcp-ssh\r\n"
         "Connection: close\r\n\r\n";
}

std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control) {
  std::optional<std::chrono::seconds> age;
  for (const auto part : base::split(cache_control, ',')) {
    const auto directive = base::trim(part);
    if (iequals(directive, "no-store") || iequals(directive, "no-cache")) return std::chrono::seconds(0);
    constexpr std::string_view name = "max-age=";
    if (!iequals(directive.substr(0, name.size()), name)) continue;
    const auto digits = directive.substr(name.size());
    std::uint32_t seconds = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), seconds).ec == std::errc())
      age = std::chrono::seconds(seconds);
  }
  return age;
}

Fetched outcome(const WebUrl& url, Parser& parser) {
  auto& answer = parser.get();
  const auto status = answer.result_int();
  if (status >= 300 && status < 400)
    throw failed(url, ErrorCode::protocol_error, "it answers with a redirect, which is not followed",
                 "set settings.oauth.jwks_url to the address it leads to, if you trust that one");
  if (status != 200)
    throw failed(url, ErrorCode::protocol_error, "it answers with HTTP status " + std::to_string(status));
  Fetched fetched;
  const auto cache_control = answer[http::field::cache_control];
  fetched.max_age = max_age_of({cache_control.data(), cache_control.size()});
  fetched.body = std::move(answer.body());
  return fetched;
}

[[noreturn]] void fail_parsing(const WebUrl& url, const error_code& error) {
  if (error == http::error::body_limit || error == http::error::header_limit)
    throw failed(url, ErrorCode::limit_reached, "its answer is longer than 256 KiB");
  throw failed(url, ErrorCode::protocol_error, "its answer is no whole HTTP message: " + error.message());
}

/// Feeds what was read; true when the answer is complete.
bool feed(const WebUrl& url, Parser& parser, std::string& buffer) {
  while (!buffer.empty() && !parser.is_done()) {
    error_code error;
    const auto used = parser.put(asio::buffer(buffer), error);
    buffer.erase(0, used);
    if (error == http::error::need_more) break;
    if (error) fail_parsing(url, error);
  }
  // Lines between chunks and behind them are bounded by nobody else.
  if (!parser.is_done() && buffer.size() > header_bytes)
    throw failed(url, ErrorCode::limit_reached, "its answer has a line longer than 16 KiB");
  return parser.is_done();
}

template <class Stream>
Task<Fetched> converse(const WebUrl& url, Stream& stream, FetchLimits limits) {
  const auto request = request_text(url);
  co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
  Parser parser;
  parser.header_limit(header_bytes);
  parser.body_limit(limits.bytes);
  parser.eager(true);
  std::string buffer;
  std::array<char, 8192> piece{};
  for (bool whole = false; !whole;) {
    error_code error;
    const auto count = co_await stream.async_read_some(asio::buffer(piece),
                                                       asio::redirect_error(asio::use_awaitable, error));
    buffer.append(piece.data(), count);
    whole = feed(url, parser, buffer);
    if (whole || !error) continue;
    // Behind TLS an end that is not announced may be a cut.
    if (error == asio::error::eof) parser.put_eof(error);
    if (error) fail_parsing(url, error);
    whole = true;
  }
  co_return outcome(url, parser);
}

std::string tls_failure(ssl::stream<tcp::socket>& stream, const error_code& error) {
  const long verdict = ::SSL_get_verify_result(stream.native_handle());
  if (verdict == X509_V_OK) return "TLS: " + error.message();
  return std::string("its certificate is not trusted: ") + ::X509_verify_cert_error_string(verdict);
}

Task<Fetched> converse_through_tls(const WebUrl& url, tcp::socket socket, TrustedTls tls,
                                   FetchLimits limits) {
  ssl::stream<tcp::socket> stream(std::move(socket), *tls);
  error_code error;
  stream.set_verify_mode(ssl::verify_peer);
  stream.set_verify_callback(ssl::host_name_verification(url.host));
  error_code numeric;
  asio::ip::make_address(url.host, numeric);
  // RFC 6066, section 3: no addresses there.
  if (numeric) ::SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  co_await stream.async_handshake(ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error)
    throw failed(
        url, ErrorCode::connect_failed, tls_failure(stream, error),
        "if the server has a certificate of your own authority, name that in settings.oauth.ca_file");
  co_return co_await converse(url, stream, limits);
}

Task<Fetched> talk(WebUrl url, TrustedTls tls, FetchLimits limits) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  error_code error;
  const auto found = co_await resolver.async_resolve(url.host, std::to_string(url.port),
                                                     asio::redirect_error(asio::use_awaitable, error));
  if (error) throw failed(url, ErrorCode::connect_failed, "cannot resolve its name: " + error.message());
  tcp::socket socket(executor);
  co_await asio::async_connect(socket, found, asio::redirect_error(asio::use_awaitable, error));
  if (error) throw failed(url, ErrorCode::connect_failed, "cannot connect: " + error.message());
  if (url.tls) co_return co_await converse_through_tls(url, std::move(socket), std::move(tls), limits);
  co_return co_await converse(url, socket, limits);
}

/// Failures as values: what races a timer must not throw, or the race would wait for the timer.
Task<std::expected<Fetched, Error>> attempt(WebUrl url, TrustedTls tls, FetchLimits limits) {
  try {
    co_return co_await talk(url, std::move(tls), limits);
  } catch (const boost::system::system_error& error) {
    co_return std::unexpected(failed(url, ErrorCode::connect_failed, error.code().message()));
  } catch (const Error& error) {
    co_return std::unexpected(error);
  }
}

}  // namespace

TrustedTls trusted_tls(const std::filesystem::path& ca_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  context->set_verify_mode(ssl::verify_peer);
  error_code error;
  if (ca_file.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(ca_file.string(), error);
  if (error)
    throw Error(ErrorCode::invalid_config,
                "the certificate authorities " +
                    (ca_file.empty() ? std::string("of this system") : "in " + ca_file.string()) +
                    " cannot be used: " + error.message(),
                "name a PEM file this user can read in settings.oauth.ca_file");
  return context;
}

Task<Fetched> fetch(WebUrl url, TrustedTls tls, FetchLimits limits) {
  using namespace asio::experimental::awaitable_operators;
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer alarm(executor, limits.time);
  auto first = co_await (attempt(url, std::move(tls), limits) || alarm.async_wait(asio::use_awaitable));
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none)
    throw failed(url, ErrorCode::cancelled, "it was cancelled");
  if (first.index() == 1)
    throw failed(url, ErrorCode::timed_out, "no whole answer within " + base::human_duration(limits.time));
  auto& result = std::get<0>(first);
  if (!result) throw result.error();
  co_return std::move(*result);
}

}  // namespace mcpssh::transport::oauth
