#include "transport/http/mcp_endpoint.hpp"

#include <algorithm>
#include <boost/beast/http/verb.hpp>
#include <ranges>

#include "base/json.hpp"
#include "base/text.hpp"
#include "mcp/server.hpp"
#include "mcp/wire/protocol.hpp"
#include "transport/http/accept.hpp"
#include "transport/http/event_text.hpp"
#include "transport/http/post_stream.hpp"
#include "transport/http/problem.hpp"
#include "transport/http/routes.hpp"

namespace mcpssh::transport {
namespace {

namespace http = beast::http;
namespace code = mcp::protocol::code;
using base::Task;
using mcp::Era;
using mcp::Glance;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view stream_type = "text/event-stream";
/// The first revision whose clients expect priming events.
constexpr std::string_view polling_version = "2025-11-25";

bool is_legacy_version(std::string_view text) {
  return std::ranges::count(mcp::protocol::legacy_versions, base::trim(text)) > 0;
}

bool is_modern_version(const std::optional<std::string>& text) {
  return text && base::trim(*text) == mcp::protocol::modern_version;
}

/// Waits until something can be said, the client is gone or the alarm went off.
Task<void> first_word(HttpConnection& connection, Reading& reading) {
  while (reading.outlet().pending() == 0 && !reading.over() && !connection.gone() && !connection.alarmed())
    co_await connection.news()->wait();
}

/// However a request ends: the protocol is told that nobody waits any longer.
class Leaving {
 public:
  explicit Leaving(std::shared_ptr<PostStream> stream) : stream_(std::move(stream)) {}
  ~Leaving() { stream_->end(); }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;

 private:
  std::shared_ptr<PostStream> stream_;
};

}  // namespace

Task<void> McpEndpoint::serve(HttpConnection& connection, base::Principal principal) {
  const auto method = connection.request().method();
  if (method == http::verb::post)
    co_await post(connection, std::move(principal));
  else if (method == http::verb::get)
    co_await listen(connection, std::move(principal));
  else if (method == http::verb::delete_)
    co_await end_session(connection, std::move(principal));
  else
    co_await connection.respond(method_not_allowed("GET, POST, DELETE"));
}

Task<void> McpEndpoint::post(HttpConnection& connection, base::Principal principal) {
  const auto accept = connection.header("Accept");
  if (!accepts(accept, json_type) || !accepts(accept, stream_type)) {
    co_await connection.respond(
        problem(406, "Accept has to name application/json and text/event-stream: the answer may be either"));
    co_return;
  }
  if (!is_json(connection.header("Content-Type"))) {
    co_await connection.respond(problem(415, "the body has to be application/json"));
    co_return;
  }
  if (!co_await connection.read_body()) co_return;
  auto message = mcp::glance(connection.request().body());
  note_message(connection, message);
  const auto header = [&connection](std::string_view name) { return connection.header(name); };
  if (auto refused = mcp::refusal(message, header, house_.server, principal)) {
    Answer answer;
    answer.status = refused->status;
    answer.body = std::move(refused->body);
    co_await connection.respond(std::move(answer));
    co_return;
  }
  message.params = {};  // judged; a long call need not keep them a second time
  if (message.era == Era::modern) {
    co_await post_modern(connection, message, std::move(principal));
  } else {
    co_await post_legacy(connection, message, std::move(principal));
  }
}

Task<void> McpEndpoint::post_modern(HttpConnection& connection, const Glance& message,
                                    base::Principal principal) {
  if (message.kind != Glance::Kind::request) {
    co_await connection.respond(accepted());
    co_return;
  }
  if (house_.draining) {
    co_await connection.respond(unavailable(shutting_down));
    co_return;
  }
  OutletBounds bounds;
  bounds.unread = house_.options.limits.unread_bytes;
  const auto stream =
      std::make_shared<PostStream>(house_.executor, connection.take_body(), bounds, house_.kept);
  Reading reading(stream->outlet(), connection);
  house_.peers.start("request", house_.server.serve(stream, std::move(principal)));
  Reply reply;
  reply.era = Era::modern;
  const Leaving leaving(stream);
  co_await answer(connection, reading, std::move(reply));
}

Task<void> McpEndpoint::answer(HttpConnection& connection, Reading& reading, Reply reply) {
  const auto& limits = house_.options.limits;
  connection.set_alarm(limits.answer_plainly);
  co_await first_word(connection, reading);
  auto& outlet = reading.outlet();
  const bool all = outlet.ended() && outlet.pending() == 1;
  if (all) {
    const auto* event = reading.next();
    Answer answer;
    answer.status = event == nullptr ? 500 : mcp::http_status(reply.era, event->error);
    if (event != nullptr) answer.body = event->text;
    answer.fields = std::move(reply.fields);
    co_await connection.respond(std::move(answer));
    co_return;
  }
  std::string first(comment);
  if (reply.resumable) first = priming_event({outlet.number(), outlet.cursor()}, limits.retry);
  co_await connection.start_stream(std::move(reply.fields), first);
  co_await pump_events(connection, reading, reply.event_ids, limits.keep_alive);
}

Task<void> McpEndpoint::post_legacy(HttpConnection& connection, const Glance& message,
                                    base::Principal principal) {
  if (message.initialize) {
    co_await initialize(connection, message, std::move(principal));
    co_return;
  }
  // Under a modern header only a notification comes so far, and without a session there is nothing to tell.
  if (is_modern_version(connection.header("MCP-Protocol-Version"))) {
    co_await connection.respond(accepted());
    co_return;
  }
  const auto session = co_await session_of(connection, principal);
  if (!session) co_return;
  if (message.kind == Glance::Kind::batch && session->version != mcp::protocol::batching_version) {
    co_await connection.respond(
        problem(400, "batches exist only in protocol version 2025-03-26", code::invalid_request));
    co_return;
  }
  co_await post_to(connection, message, session, principal);
}

Task<void> McpEndpoint::initialize(HttpConnection& connection, const Glance& message,
                                   base::Principal principal) {
  const auto session = house_.draining ? nullptr : house_.sessions.create(principal, false);
  if (!session) {
    co_await connection.respond(
        unavailable(house_.draining ? shutting_down : "too many sessions are in use"));
    co_return;
  }
  house_.peers.start("session", serve_session(house_, session));
  const HttpSession::Use use(session);
  const auto outlet = session->open({message.id});
  Reading reading(outlet, connection);
  co_await session->push(connection.take_body(), principal);
  connection.set_alarm(house_.options.limits.body_time);
  co_await first_word(connection, reading);
  const auto* event = reading.next();
  Answer answer;
  if (event == nullptr) {
    answer = problem(503, "the session ended before it was answered");
    house_.sessions.remove(session->id());
  } else {
    answer.status = mcp::http_status(Era::legacy, event->error);
    answer.body = event->text;
    session->version = agreed_version(event->text);
    if (session->version.empty())
      house_.sessions.remove(session->id());
    else
      answer.fields.emplace_back("Mcp-Session-Id", session->id());
    connection.exchange().session = session->id();
  }
  session->forget(*outlet);
  co_await connection.respond(std::move(answer));
}

Task<void> McpEndpoint::post_to(HttpConnection& connection, const Glance& message, Session session,
                                base::Principal principal) {
  const HttpSession::Use use(session);
  auto ids = message.ids;
  if (message.kind == Glance::Kind::request) ids = {message.id};
  if (ids.empty()) {
    co_await session->push(connection.take_body(), principal);
    co_await connection.respond(accepted());
    co_return;
  }
  const auto outlet = session->open(ids);
  if (!outlet) {
    co_await connection.respond(
        problem(400, "the request's id is in use by another one of this session", code::invalid_request));
    co_return;
  }
  Reading reading(outlet, connection);
  co_await session->push(connection.take_body(), principal);
  Reply reply;
  reply.event_ids = true;
  reply.resumable = session->version == polling_version;
  co_await answer(connection, reading, std::move(reply));
  // As JSON it was answered whole, and an answer to nobody cannot be asked for again.
  if (!connection.streamed()) session->forget(*outlet);
}

Task<McpEndpoint::Session> McpEndpoint::session_of(HttpConnection& connection,
                                                   const base::Principal& principal) {
  const auto version = connection.header("MCP-Protocol-Version");
  const auto id = connection.header("Mcp-Session-Id");
  Session session;
  if (id) session = house_.sessions.find(*id, principal, false);
  if (session) connection.exchange().session = *id;
  if (is_modern_version(version)) {
    co_await connection.respond(method_not_allowed("POST"));
    co_return nullptr;
  }
  if (version && !is_legacy_version(*version)) {
    co_await connection.respond(
        problem(400, "MCP-Protocol-Version names none of the versions with sessions", code::invalid_request));
    co_return nullptr;
  }
  if (!id)
    co_await connection.respond(
        problem(400, "Mcp-Session-Id is missing: initialize first", code::invalid_request));
  else if (!session)
    co_await connection.respond(problem(404, "there is no such session: initialize again", no_session));
  co_return session;
}

Task<void> McpEndpoint::listen(HttpConnection& connection, base::Principal principal) {
  if (!accepts(connection.header("Accept"), stream_type)) {
    co_await connection.respond(problem(406, "GET gives text/event-stream, which Accept has to name"));
    co_return;
  }
  const auto session = co_await session_of(connection, principal);
  if (!session) co_return;
  const auto last = connection.header("Last-Event-ID");
  auto outlet = session->standing();
  std::optional<std::uint64_t> after;
  if (last) {
    const auto position = parse_event_id(base::trim(*last));
    outlet = position ? session->outlet(position->outlet) : nullptr;
    if (!outlet || !outlet->keeps(position->event)) {
      co_await connection.respond(problem(400, "Last-Event-ID names no event that is still kept"));
      co_return;
    }
    after = position->event;
  } else if (outlet->attached()) {
    co_await connection.respond(problem(409, "another GET of this session is listening already"));
    co_return;
  }
  session->heard_by(std::move(principal));
  const HttpSession::Use use(session);
  Reading reading(outlet, connection, after);
  const auto& limits = house_.options.limits;
  std::string first(comment);
  if (session->version == polling_version)
    first = priming_event({outlet->number(), outlet->cursor()}, limits.retry);
  HttpFields fields;
  co_await connection.start_stream(std::move(fields), first);
  co_await pump_events(connection, reading, true, limits.keep_alive);
}

Task<void> McpEndpoint::end_session(HttpConnection& connection, base::Principal principal) {
  const auto session = co_await session_of(connection, principal);
  if (!session) co_return;
  house_.sessions.remove(session->id());
  Answer answer;
  answer.status = 204;
  co_await connection.respond(std::move(answer));
}

}  // namespace mcpssh::transport
