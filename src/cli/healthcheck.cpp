// mcp-ssh healthcheck: for containers, which have no curl.
#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/service/admin.hpp"
#include "cli/service/serve_http.hpp"

namespace mcpssh::cli {
namespace {

namespace asio = base::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Task;

/// Whoever runs this counts a slow answer as none.
constexpr std::chrono::seconds patience{5};
constexpr std::size_t most_shown = 300;

/// Which service is asked, and how.
struct Asked {
  std::string name;  ///< for people
  AdminPlace place;
  bool tls = false;
};

/// An address that is listened on as one that can be connected to.
std::string reachable(std::string address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  if (address == "::") return "::1";
  return address;
}

Asked at_tcp(ListenPlace place, bool tls) {
  Asked asked;
  place.address = reachable(std::move(place.address));
  asked.tls = tls;
  asked.name = (tls ? "https://" : "http://") + authority_of(place.address, place.port);
  asked.place.tcp = std::move(place);
  return asked;
}

Asked at_socket(const std::filesystem::path& path) {
  Asked asked;
  asked.place.socket = path;
  asked.name = path.string();
  return asked;
}

Asked given(std::string_view place) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!place.starts_with(scheme)) continue;
    const bool tls = scheme == "https://";
    const auto authority = place.substr(scheme.size(), place.find('/', scheme.size()) - scheme.size());
    const bool has_port = authority.find(':', authority.rfind(']') + 1) != std::string_view::npos;
    const auto with_port =
        has_port ? std::string(authority) : std::string(authority) + (tls ? ":443" : ":80");
    return at_tcp(parse_listen(with_port, {}), tls);
  }
  const auto parsed = parse_admin(std::string(place));
  return parsed.socket.empty() ? at_tcp(parsed.tcp, false) : at_socket(parsed.socket);
}

Asked of_environment() {
  const auto environment = hosts::process_environment();
  if (const auto admin = environment("MCP_ADMIN").value_or(""); !admin.empty()) return given(admin);
  return at_tcp(http_place("", environment), environment("MCP_TLS_CERTIFICATE").has_value());
}

/// The status and the body.
template <class Stream>
Task<std::pair<unsigned, std::string>> ask_over(Stream& stream) {
  http::request<http::empty_body> request(http::verb::get, "/readyz", 11);
  request.set(http::field::host, "localhost");
  co_await http::async_write(stream, request, asio::use_awaitable);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> response;
  co_await http::async_read(stream, buffer, response, asio::use_awaitable);
  co_return std::pair(response.result_int(), std::move(response.body()));
}

Task<std::pair<unsigned, std::string>> ask(Asked asked) {
  const auto executor = co_await asio::this_coro::executor;
  if (!asked.place.socket.empty()) {
    asio::local::stream_protocol::socket socket(executor);
    const asio::local::stream_protocol::endpoint where(asked.place.socket.string());
    co_await socket.async_connect(where, asio::use_awaitable);
    co_return co_await ask_over(socket);
  }
  const tcp::endpoint where(asio::ip::make_address(asked.place.tcp.address), asked.place.tcp.port);
  // It asks its own machine and tells no secret: whose certificate it is does not matter.
  asio::ssl::context context(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket> stream(executor, context);
  co_await stream.next_layer().async_connect(where, asio::use_awaitable);
  if (!asked.tls) co_return co_await ask_over(stream.next_layer());
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await ask_over(stream);
}

}  // namespace

int healthcheck(const std::string& place) {
  const auto asked = place.empty() ? of_environment() : given(place);
  asio::io_context loop(1);
  auto answered = asio::co_spawn(loop, ask(asked), asio::use_future);
  loop.run_for(patience);
  std::string line = "it did not answer in time";
  bool ready = false;
  try {
    if (loop.stopped()) {
      const auto [status, body] = answered.get();
      ready = status == 200;
      line = base::printable(base::trim(body), most_shown);
    }
  } catch (const boost::system::system_error& error) {
    line = error.code().message();
  } catch (const std::exception& error) {
    line = base::printable(error.what(), most_shown);
  }
  (ready ? std::cout : std::cerr) << asked.name << ": " << line << "\n";
  return ready ? 0 : 1;
}

}  // namespace mcpssh::cli
