#include "transport/http/sse_endpoint.hpp"

#include <boost/beast/http/verb.hpp>
#include <utility>

#include "mcp/wire/http_rules.hpp"
#include "mcp/wire/jsonrpc.hpp"
#include "transport/http/accept.hpp"
#include "transport/http/event_pump.hpp"
#include "transport/http/event_text.hpp"
#include "transport/http/problem.hpp"
#include "transport/http/routes.hpp"

namespace mcpssh::transport {
namespace {

namespace http = beast::http;
using base::Task;

/// The session ends with its one stream.
class Ending {
 public:
  Ending(SessionTable& table, std::string id) : table_(table), id_(std::move(id)) {}
  ~Ending() { table_.remove(id_); }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  SessionTable& table_;
  std::string id_;
};

}  // namespace

Task<void> SseEndpoint::stream(HttpConnection& connection, base::Principal principal) {
  if (connection.request().method() != http::verb::get) {
    co_await connection.respond(method_not_allowed("GET"));
    co_return;
  }
  const auto session = house_.draining ? nullptr : house_.sessions.create(principal, true);
  if (!session) {
    co_await connection.respond(
        unavailable(house_.draining ? shutting_down : "too many sessions are in use"));
    co_return;
  }
  house_.peers.start("session", serve_session(house_, session));
  connection.exchange().session = session->id();
  const Ending ending(house_.sessions, session->id());
  const HttpSession::Use use(session);
  Reading reading(session->standing(), connection);
  const auto first = endpoint_event(std::string(post_path) + "?sessionId=" + session->id());
  HttpFields fields;
  co_await connection.start_stream(std::move(fields), first);
  co_await pump_events(connection, reading, false, house_.options.limits.keep_alive);
}

Task<void> SseEndpoint::post(HttpConnection& connection, base::Principal principal, std::string query) {
  if (connection.request().method() != http::verb::post) {
    co_await connection.respond(method_not_allowed("POST"));
    co_return;
  }
  if (!is_json(connection.header("Content-Type"))) {
    co_await connection.respond(problem(415, "the body has to be application/json"));
    co_return;
  }
  const auto id = query_value(query, "sessionId");
  if (!id || !house_.sessions.find(*id, principal, true)) {
    co_await connection.respond(problem(404, "there is no such session: open a stream again", no_session));
    co_return;
  }
  if (!co_await connection.read_body()) co_return;
  auto message = mcp::glance(connection.request().body());
  note_message(connection, message);
  connection.exchange().session = *id;
  message.params = {};
  // It may have ended while the body came in.
  const auto session = house_.sessions.find(*id, principal, true);
  if (message.kind == mcp::Glance::Kind::malformed) {
    co_await connection.respond(problem(400, message.error.message, message.error.code));
  } else if (!session) {
    co_await connection.respond(problem(404, "there is no such session: open a stream again", no_session));
  } else {
    co_await session->push(connection.take_body(), principal);
    co_await connection.respond(accepted());
  }
}

}  // namespace mcpssh::transport
