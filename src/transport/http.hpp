#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/principal.hpp"
#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "transport/http/exchange.hpp"

namespace mcpssh::mcp {
class Server;
}

namespace mcpssh::transport {

/// What a request brings to prove who sends it.
struct Credentials {
  std::optional<std::string> bearer;  ///< of `Authorization: Bearer`; nothing when there is no such header
  std::string address;                ///< the client's; behind a trusted proxy the one the proxy names
};

/// Why a request is not served. The body is the same for every wrong token.
struct Denial {
  unsigned status = 401;
  std::string why;         ///< for the client; never part of a token
  std::string challenge;   ///< parameters behind `WWW-Authenticate: Bearer`, if any
  bool bad_token = false;  ///< counts as a guess for the brute-force brake
  std::optional<std::chrono::seconds> retry_after{};  ///< of a 503
};

/// What every authenticator says to a request without a valid token, whatever is wrong with it.
Denial no_valid_token(const Credentials& credentials);

using Authenticated = std::expected<base::Principal, Denial>;
/// Called for every request but those of open routes, on the server's executor.
using Authenticate = std::function<base::Task<Authenticated>(Credentials)>;

/// Takes `token` and nothing else, compared in constant time; its holder is the principal `name`, via http.
/// Throws Error(invalid_config) for an empty token or one no header can carry.
Authenticate one_token(std::string token, std::string name);
/// Takes everyone for `name`: for tests, and for nothing else.
Authenticate everyone(std::string name);

/// A request for a route of another room.
struct HttpRequest {
  std::string method;
  std::string path;   ///< percent-encoding as sent, without the query
  std::string query;  ///< behind "?", may be empty
  std::optional<std::string> accept{};
  std::string body;
  base::Principal principal;  ///< not set on open routes
};

struct HttpReply {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields{};  ///< further header fields
};

/// Another room's place on the listener: everything at `prefix` and below it.
struct HttpRoute {
  std::string prefix;  ///< "/livez"
  bool open = false;   ///< served without token, Host and Origin checks: nothing worth protecting
  std::function<base::Task<HttpReply>(HttpRequest)> handle;
};

/// Bounds of one listener. The defaults are for use; tests turn them down.
struct HttpLimits {
  std::size_t connections = 4096;             ///< in all
  std::size_t connections_per_address = 256;  ///< loopback and trusted proxies are not counted
  std::size_t header_bytes = 32 * 1024;
  std::size_t body_bytes = base::limits::message_bytes;
  std::chrono::milliseconds header_time = std::chrono::seconds(10);
  std::chrono::milliseconds body_time = std::chrono::seconds(30);
  std::chrono::milliseconds idle_time = std::chrono::seconds(120);  ///< between two requests
  std::chrono::milliseconds write_time = std::chrono::seconds(30);  ///< for one write to be taken
  std::size_t unread_bytes = 1024 * 1024;     ///< waiting for a client that does not read, per stream
  std::size_t replay_bytes = 256 * 1024;      ///< kept of one stream for Last-Event-ID
  std::size_t replay_streams = 16;            ///< kept of one session after they ended
  std::size_t kept_bytes = 64 * 1024 * 1024;  ///< of all streams together
  std::size_t sessions = 4096;
  std::size_t sessions_per_principal = 2048;
  std::chrono::milliseconds session_idle = std::chrono::minutes(30);
  std::chrono::milliseconds keep_alive = std::chrono::seconds(15);  ///< between comments on a silent stream
  std::chrono::milliseconds answer_plainly =
      std::chrono::seconds(1);                                ///< then a request is answered as a stream
  std::chrono::milliseconds retry = std::chrono::seconds(1);  ///< told to clients that may resume a stream
  std::size_t bad_tokens = 5;  ///< different ones from one address in `bad_token_window`, then it is blocked
  std::chrono::seconds bad_token_window = std::chrono::minutes(15);
  std::chrono::seconds block = std::chrono::minutes(30);  ///< doubled each time, up to a day
};

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, with the chain
  std::filesystem::path key;          ///< PEM, without passphrase
};

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8000;      ///< 0: one the kernel chooses
  std::string endpoint = "/mcp";  ///< Streamable HTTP, both eras
  bool legacy_sse = true;         ///< `/sse` and `/messages`, the transport of 2024-11-05
  Authenticate authenticate;
  /// Names clients may reach us under beside loopback and `address`: "ssh.example.org", with ":port" only
  /// that port. Also the hosts an Origin may name.
  std::vector<std::string> allowed_hosts{};
  std::vector<std::string> trusted_proxies{};  ///< addresses or networks whose X-Forwarded-For counts
  std::optional<TlsFiles> tls{};
  std::vector<HttpRoute> routes{};
  HttpLimits limits{};
  base::Clock clock{};
  OnExchange on_exchange{};  ///< may be empty
};

/// MCP over HTTP, all three forms: Streamable HTTP of the legacy era (sessions, resumable streams), of the
/// modern era (2026-07-28, stateless), and HTTP+SSE of 2024-11-05. Lives on one executor; `server` must
/// outlive it.
class HttpServer {
 public:
  /// Throws Error(invalid_config) for an address, a proxy or a TLS file that cannot be used.
  HttpServer(base::Executor executor, mcp::Server& server, HttpOptions options, base::Log log);
  /// run() must have ended.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and listens, so that clients can connect. Throws Error(io_error) naming the address.
  void listen();
  /// Takes over a TCP socket that already listens (systemd.socket(5)). Throws Error(io_error).
  void listen(base::UniqueFd listening);
  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const;
  /// How many are open.
  [[nodiscard]] std::size_t connections() const;

  /// Serves until the await is cancelled; then ends every session and stream, whose calls are cancelled, and
  /// waits for them. It shields that farewell from cancellation: run it as a coroutine thread of its own.
  base::Task<void> run();

  /// Ends the sessions of a principal whose credentials no longer hold, and cuts the connections its requests
  /// and streams are on. A request that comes later is the authenticator's to refuse.
  void dismiss(const std::string& principal);
  /// Cuts the connections on which half a request of it has come: its rights have changed, and that request
  /// was let in under the old ones.
  void interrupt(const std::string& principal);

  /// From here on no new connection and no new session is taken, and connections close when their request is
  /// answered; what runs goes on.
  void drain();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mcpssh::transport
