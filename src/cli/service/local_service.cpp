// mcp-ssh serve --socket: the clients of a UNIX socket.
#include "cli/service/local_service.hpp"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.hpp"
#include "base/seats.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::size_t most_clients = 256;
constexpr std::size_t most_of_one_user = 64;
/// Until descriptors may be free again.
constexpr auto breather = std::chrono::milliseconds(200);

base::Task<void> serve_client(mcp::Server& server, transport::LocalClient client,
                              std::shared_ptr<base::Seats::Seat> seat) {
  auto principal = co_await transport::principal_of(client.user, ::geteuid());
  const auto executor = co_await base::asio::this_coro::executor;
  auto stream = transport::stdio_stream(executor, std::move(client.descriptors));
  co_await server.serve(std::move(stream), std::move(principal));
}

base::Task<void> pause() {
  base::asio::steady_timer timer(co_await base::asio::this_coro::executor, breather);
  co_await timer.async_wait(base::asio::use_awaitable);
}

}  // namespace

std::filesystem::path socket_path(const std::string& given) {
  const auto environment = hosts::process_environment();
  if (!given.empty()) return given;
  if (const auto path = environment("MCP_SOCKET").value_or(""); !path.empty()) return path;
  const auto runtime = environment("XDG_RUNTIME_DIR").value_or("");
  return std::filesystem::path(runtime.empty() ? "/run" : runtime) / "mcp-ssh" / "mcp.sock";
}

base::Task<void> serve_local(mcp::Server& server, std::shared_ptr<transport::LocalListener> listener,
                             base::Nursery& clients, base::Log log) {
  base::Seats seats({.all = most_clients, .of_one_user = most_of_one_user});
  for (;;) {
    std::optional<base::Error> failure;
    try {
      auto client = co_await listener->accept();
      auto seat = seats.take(client.user);
      if (!seat) {
        log.warning("user " + std::to_string(client.user) +
                    " has too many connections on the socket; one more is refused");
        continue;
      }
      clients.start("client of user " + std::to_string(client.user),
                    serve_client(server, std::move(client), std::move(seat)));
    } catch (const base::Error& error) {
      failure = error;
    }
    if (!failure) continue;
    log.error(failure->message());
    co_await pause();
  }
}

}  // namespace mcpssh::cli
