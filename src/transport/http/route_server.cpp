#include "transport/http/route_server.hpp"

#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/nursery.hpp"
#include "base/wakeup.hpp"
#include "transport/http/host_rules.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/problem.hpp"
#include "transport/http/routes.hpp"

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
using Generic = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Generic>;

/// Before accepting again after a failure, which is a shortage of something.
constexpr std::chrono::milliseconds breath{200};

int family_of(int socket) {
  int family = 0;
  socklen_t size = sizeof family;
  if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) return AF_UNSPEC;
  return family;
}

}  // namespace

base::UniqueFd listen_tcp(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  if (error) throw Error(Fault::listen_address, "\"" + address + "\" is not an IP address");
  const tcp::endpoint endpoint(parsed, port);
  base::UniqueFd fd(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  const bool listens = fd && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       ::bind(fd.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0 &&
                       ::listen(fd.get(), SOMAXCONN) == 0;
  if (!listens)
    throw Error(Fault::listen_failed,
                "cannot listen on " + address + " port " + std::to_string(port) + ": " +
                    std::generic_category().message(errno),
                "choose another address or port, or end the program that has it");
  return fd;
}

std::optional<TcpPlace> place_of(int listening) {
  tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(listening, endpoint.data(), &size) != 0) return std::nullopt;
  const int family = endpoint.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  TcpPlace place;
  endpoint.resize(size);
  place.address = endpoint.address().to_string();
  place.port = endpoint.port();
  return place;
}

struct RouteServer::State {
  State(base::Executor on, base::UniqueFd listening, RouteOptions chosen, const base::Log& to)
      : executor(on),
        options(std::move(chosen)),
        hosts(options.allowed_hosts, options.address),
        log(to),
        acceptor(on),
        connections(on, to),
        freed(on) {
    const int family = family_of(listening.get());
    local = family == AF_UNIX;
    error_code error;
    acceptor.assign(Generic(family, 0), listening.get(), error);
    if (error)
      throw Error(ErrorCode::io_error, "cannot accept clients on the admin socket: " + error.message());
    [[maybe_unused]] const int taken = listening.release();
  }

  Task<void> accept_all();
  Task<void> serve_connection(std::shared_ptr<HttpConnection> connection);
  Task<void> serve_request(HttpConnection& connection);
  [[nodiscard]] std::optional<Answer> refusal(const HttpConnection& connection) const;

  base::Executor executor;
  RouteOptions options;
  HostRules hosts;
  bool local = false;  ///< a UNIX socket
  base::Log log;
  Acceptor acceptor;
  base::Nursery connections;
  std::set<std::shared_ptr<HttpConnection>> open;
  base::Wakeup freed;
};

Task<void> RouteServer::State::accept_all() {
  for (;;) {
    AnySocket socket(executor);
    error_code error;
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      co_await freed.wait_until(std::chrono::steady_clock::now() + breath);
    } else if (open.size() < options.connections) {
      const auto connection = std::make_shared<HttpConnection>(executor, make_wire(std::move(socket)), "",
                                                               options.limits, options.clock);
      open.insert(connection);
      connections.start("admin reader", connection->read_all());
      connections.start("admin connection", serve_connection(connection));
    }
  }
}

Task<void> RouteServer::State::serve_connection(std::shared_ptr<HttpConnection> connection) {
  const HttpConnection::Serve serve = [this](HttpConnection& asking) { return serve_request(asking); };
  try {
    co_await connection->run(serve);
  } catch (const std::exception& error) {
    log.error(std::string("admin: ") + error.what());
    connection->cut();
  }
  open.erase(connection);
  freed.notify();
}

/// A web page must not read it through a name of its own that points here.
std::optional<Answer> RouteServer::State::refusal(const HttpConnection& connection) const {
  const auto method = connection.request().method();
  if (method != http::verb::get && method != http::verb::head) return method_not_allowed("GET, HEAD");
  if (local) return std::nullopt;
  if (const auto judged = hosts.judge_host(connection.headers("Host")); !judged)
    return problem(403, judged.error());
  if (const auto judged = hosts.judge_origin(connection.headers("Origin")); !judged)
    return problem(403, judged.error());
  return std::nullopt;
}

Task<void> RouteServer::State::serve_request(HttpConnection& connection) {
  if (auto refused = refusal(connection)) {
    co_await connection.respond(std::move(*refused));
    co_return;
  }
  auto target = parse_target(connection.request().target(), connection.header("Host").value_or(""));
  const auto* route = target ? find_route(options.routes, target->path) : nullptr;
  if (route == nullptr) {
    co_await connection.respond(problem(404, "there is nothing at this path"));
    co_return;
  }
  HttpRequest request;
  co_await answer_route(connection, *route, std::move(*target), std::move(request));
}

RouteServer::RouteServer(base::Executor executor, base::UniqueFd listening, RouteOptions options,
                         base::Log log)
    : state_(std::make_shared<State>(std::move(executor), std::move(listening), std::move(options), log)) {}

RouteServer::~RouteServer() = default;

Task<void> RouteServer::run() {
  const auto state = state_;
  state->connections.start("admin listener", state->accept_all());
  asio::steady_timer never(state->executor, asio::steady_timer::time_point::max());
  error_code cancelled;
  co_await never.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  error_code ignored;
  state->acceptor.close(ignored);
  const auto all = state->open;
  for (const auto& connection : all) connection->cut();
  state->connections.cancel();
  co_await state->connections.join();
}

}  // namespace mcpssh::transport
