#include "transport/http.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/nursery.hpp"
#include "base/wakeup.hpp"
#include "mcp/server.hpp"
#include "transport/http/gate.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/http_house.hpp"
#include "transport/http/mcp_endpoint.hpp"
#include "transport/http/problem.hpp"
#include "transport/http/routes.hpp"
#include "transport/http/sse_endpoint.hpp"
#include "transport/http/target.hpp"
#include "transport/http/tls_files.hpp"

namespace mcpssh::transport {
namespace {

namespace asio = base::asio;
namespace http = beast::http;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Task;
using boost::system::error_code;

/// Time for clients to take their last bytes at the end.
constexpr std::chrono::seconds farewell{3};
/// Before accepting again when the process has no descriptor left.
constexpr std::chrono::milliseconds breath{200};
/// Ours are shorter.
constexpr std::size_t longest_told_path = 256;

Error cannot_listen(const HttpOptions& options, const error_code& error) {
  return Error(Fault::listen_failed,
               "cannot listen on " + options.address + " port " + std::to_string(options.port) + ": " +
                   error.message(),
               "choose another address or port with --http, or end the program that has it");
}

bool is_shortage(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory || error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

struct HttpServer::State {
  State(base::Executor on, mcp::Server& server, HttpOptions chosen, base::Log to)
      : executor(on),
        options(std::move(chosen)),
        log(to),
        gate(options, to),
        house(on, server, options, to),
        streamable(house),
        sse(house),
        acceptor(on),
        connections(on, to),
        freed(on) {
    if (options.tls) certificate.emplace(*options.tls, to);
  }

  Task<void> accept_all();
  void take(tcp::socket socket);
  Task<void> serve_connection(std::shared_ptr<HttpConnection> connection, std::string counted);
  Task<void> serve_request(HttpConnection& connection);
  Task<void> serve_route(HttpConnection& connection, const HttpRoute& route, Target target);
  void drain();
  template <class Which>
  void cut(const std::string& principal, Which which);
  Task<void> wait_for_cancellation();
  Task<void> end();

  base::Executor executor;
  HttpOptions options;
  base::Log log;
  Gate gate;
  HttpHouse house;
  McpEndpoint streamable;
  SseEndpoint sse;
  std::optional<TlsCertificate> certificate;
  tcp::acceptor acceptor;
  base::Nursery connections;
  std::set<std::shared_ptr<HttpConnection>> open;
  std::map<std::string, std::size_t> of_address;
  base::Wakeup freed;  ///< a connection ended
};

Task<void> serve_session(HttpHouse& house, std::shared_ptr<HttpSession> session) {
  co_await house.server.serve(session, session->principal());
  house.sessions.remove(session->id());
}

/// Those of `principal` that `which` names.
template <class Which>
void HttpServer::State::cut(const std::string& principal, Which which) {
  const auto all = open;
  for (const auto& connection : all)
    if (connection->exchange().principal == principal && which(*connection)) connection->cut();
}

Task<void> HttpServer::State::accept_all() {
  for (;;) {
    tcp::socket socket(executor);
    error_code error;
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!acceptor.is_open() || error == asio::error::operation_aborted) co_return;
    if (is_shortage(error)) {
      log.error("no more connections can be accepted for the moment: " + error.message());
      co_await freed.wait_until(std::chrono::steady_clock::now() + breath);
    } else if (!error) {
      take(std::move(socket));
    }
  }
}

void HttpServer::State::take(tcp::socket socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error).address().to_string();
  if (error || open.size() >= options.limits.connections) return;
  std::string counted;
  if (!gate.uncounted(peer)) {
    counted = counted_as(peer);
    const auto found = of_address.find(counted);
    if (found != of_address.end() && found->second >= options.limits.connections_per_address) return;
    ++of_address[counted];
  }
  socket.set_option(tcp::no_delay(true), error);
  auto wire = make_wire(std::move(socket), certificate ? certificate->current() : nullptr);
  const auto connection = std::make_shared<HttpConnection>(executor, std::move(wire), peer, options.limits,
                                                           options.clock, options.on_exchange);
  open.insert(connection);
  connections.start("HTTP reader", connection->read_all());
  connections.start("HTTP connection", serve_connection(connection, std::move(counted)));
}

Task<void> HttpServer::State::serve_connection(std::shared_ptr<HttpConnection> connection,
                                               std::string counted) {
  const HttpConnection::Serve serve = [this](HttpConnection& asking) { return serve_request(asking); };
  try {
    co_await connection->run(serve);
  } catch (const std::exception& error) {
    log.error(std::string("HTTP: ") + error.what());
    connection->cut();
  }
  open.erase(connection);
  if (const auto found = of_address.find(counted); found != of_address.end() && --found->second == 0)
    of_address.erase(found);
  freed.notify();
}

Task<void> HttpServer::State::serve_request(HttpConnection& connection) {
  const auto target = parse_target(connection.request().target(), connection.header("Host").value_or(""));
  if (!target) {
    co_await connection.respond(problem(400, target.error()));
    co_return;
  }
  connection.exchange().path = target->path.substr(0, longest_told_path);
  connection.exchange().address = gate.address_of(connection);
  if (const auto* route = find_route(options.routes, target->path)) {
    co_await serve_route(connection, *route, *target);
    co_return;
  }
  const bool is_mcp = target->path == options.endpoint;
  const bool is_stream = options.legacy_sse && target->path == SseEndpoint::stream_path;
  const bool is_post = options.legacy_sse && target->path == SseEndpoint::post_path;
  if (!is_mcp && !is_stream && !is_post) {
    co_await connection.respond(problem(404, "there is nothing at this path; MCP is at " + options.endpoint));
    co_return;
  }
  auto principal = co_await gate.admit(connection, target->query);
  if (!principal) co_return;
  if (is_mcp)
    co_await streamable.serve(connection, std::move(*principal));
  else if (is_stream)
    co_await sse.stream(connection, std::move(*principal));
  else
    co_await sse.post(connection, std::move(*principal), target->query);
}

Task<void> HttpServer::State::serve_route(HttpConnection& connection, const HttpRoute& route, Target target) {
  HttpRequest request;
  if (!route.open) {
    auto principal = co_await gate.admit(connection, target.query);
    if (!principal) co_return;
    request.principal = std::move(*principal);
    if (!co_await connection.read_body()) co_return;
    request.body = connection.take_body();
  }
  co_await answer_route(connection, route, std::move(target), std::move(request));
}

void HttpServer::State::drain() {
  house.draining = true;
  error_code ignored;
  acceptor.close(ignored);
  const auto all = open;
  for (const auto& connection : all) connection->drain();
}

Task<void> HttpServer::State::wait_for_cancellation() {
  asio::steady_timer never(executor, asio::steady_timer::time_point::max());
  error_code cancelled;
  co_await never.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

/// First the protocol says goodbye on every stream, then the streams get time to carry it.
Task<void> HttpServer::State::end() {
  drain();
  house.peers.cancel();
  co_await house.peers.join();
  const auto deadline = std::chrono::steady_clock::now() + farewell;
  bool in_time = true;
  while (!open.empty() && in_time) in_time = co_await freed.wait_until(deadline);
  const auto all = open;
  for (const auto& connection : all) connection->cut();
  connections.cancel();
  co_await connections.join();
}

HttpServer::HttpServer(base::Executor executor, mcp::Server& server, HttpOptions options, base::Log log)
    : state_(std::make_shared<State>(std::move(executor), server, std::move(options), std::move(log))) {}

HttpServer::~HttpServer() = default;

void HttpServer::listen() {
  auto& acceptor = state_->acceptor;
  const auto& options = state_->options;
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error)
    throw Error(Fault::listen_address, "\"" + options.address + "\" is not an IP address",
                "give --http an address and a port, for example 127.0.0.1:8000");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) throw cannot_listen(options, error);
}

void HttpServer::listen(base::UniqueFd listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  error_code error;
  if (::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    error.assign(errno, boost::system::system_category());
  const auto protocol = address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
  if (!error) state_->acceptor.assign(protocol, listening.get(), error);
  if (error) throw Error(ErrorCode::io_error, "cannot accept clients on the socket: " + error.message());
  [[maybe_unused]] const int taken = listening.release();
}

std::size_t HttpServer::connections() const {
  return state_->open.size();
}

std::uint16_t HttpServer::port() const {
  return state_->acceptor.local_endpoint().port();
}

Task<void> HttpServer::run() {
  const auto state = state_;
  state->connections.start("HTTP listener", state->accept_all());
  co_await state->wait_for_cancellation();
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await state->end();
}

void HttpServer::dismiss(const std::string& principal) {
  state_->house.sessions.remove_all(principal);
  // Also who was let in and has not sent its whole request yet.
  state_->cut(principal, [](const HttpConnection&) { return true; });
}

void HttpServer::interrupt(const std::string& principal) {
  state_->cut(principal, [](const HttpConnection& connection) { return connection.half_sent(); });
}

void HttpServer::drain() {
  state_->drain();
}

}  // namespace mcpssh::transport
