#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "transport/http.hpp"

namespace mcpssh::transport {

/// A listening TCP socket. Throws Error(invalid_config) for what is no address, Error(io_error) naming it.
base::UniqueFd listen_tcp(const std::string& address, std::uint16_t port);
/// Where a socket listens; nothing for one that is no TCP socket.
struct TcpPlace {
  std::string address;
  std::uint16_t port = 0;
};
std::optional<TcpPlace> place_of(int listening);

struct RouteOptions {
  std::vector<HttpRoute> routes{};  ///< all of them are served to whoever can connect
  /// As in HttpOptions; over a UNIX socket any Host will do, for no web page gets there.
  std::string address = "127.0.0.1";
  std::vector<std::string> allowed_hosts{};
  std::size_t connections = 64;  ///< at once; more are closed
  HttpLimits limits{};
  base::Clock clock{};
};

/// HTTP for the person who runs the server: GET of a few routes, on a TCP or UNIX socket, without MCP and
/// without tokens. Lives on one executor.
class RouteServer {
 public:
  /// `listening` is a socket that listens. Throws Error(invalid_config), Error(io_error).
  RouteServer(base::Executor executor, base::UniqueFd listening, RouteOptions options, base::Log log);
  /// run() must have ended.
  ~RouteServer();
  RouteServer(const RouteServer&) = delete;
  RouteServer& operator=(const RouteServer&) = delete;

  /// Serves until the await is cancelled, and then ends its connections. Run it as a coroutine thread of its
  /// own: it shields that from cancellation.
  base::Task<void> run();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::transport
